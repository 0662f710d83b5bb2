using Containerize.Images;

namespace Containerize.Stores.Contents;

/// <summary>What can be had of every source that gives all that its name stands for.</summary>
internal static class ContentSources
{
    /// <summary>Reads the one image, or the index as it is with everything in it: documents now, layers when they are
    /// opened.</summary>
    /// <exception cref="Diagnostics.ContainerizeException">Codes from CTZ0020 on, CTZ0152 for a file that is no
    /// image.</exception>
    public static async Task<ImageSet> PullAllAsync(this IContentSource source, CancellationToken cancellationToken)
    {
        var contents = await source.OpenContentsAsync(cancellationToken).ConfigureAwait(false);
        return await new ImageSetReader(contents).ReadAsync(cancellationToken).ConfigureAwait(false);
    }
}
