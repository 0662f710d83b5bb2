using System.Collections.Immutable;
using Containerize.Entries;
using Containerize.FileSystems;
using Containerize.Images;

namespace Containerize.Stores.RootFileSystems;

/// <summary>The files of one image, and the folder that they go to beside those of other platforms.</summary>
/// <param name="Below">The folder: the root itself of an image alone, else the platform's,
/// <c>/linux_arm_v7</c>.</param>
/// <param name="Files">The files, layers laid over each other.</param>
internal sealed record RootFileSystem(ContainerPath Below, ImageFiles Files)
{
    /// <summary>Reads the files of all images.</summary>
    /// <exception cref="Diagnostics.ContainerizeException">The codes of <see cref="ImageFiles.ReadAsync"/>.</exception>
    public static async Task<ImmutableArray<RootFileSystem>> ReadAsync(
        ImageSet images,
        CancellationToken cancellationToken
    )
    {
        var all = ImmutableArray.CreateBuilder<RootFileSystem>();
        foreach (var image in images.Images)
        {
            var below =
                images.Images.Length == 1
                    ? ContainerPath.Root
                    : ContainerPath.Root.Combine(image.Config.Platform.ToString().Replace('/', '_'));
            all.Add(
                new RootFileSystem(below, await ImageFiles.ReadAsync(image, cancellationToken).ConfigureAwait(false))
            );
        }

        return all.ToImmutable();
    }

    /// <summary>What became of the layers: each was written out.</summary>
    public static ImmutableDictionary<Digest, BlobFate> Fates(ImageSet images) =>
        images
            .Images.SelectMany(image => image.Layers)
            .Select(layer => layer.Blob.Descriptor.Digest)
            .Distinct()
            .ToImmutableDictionary(digest => digest, _ => BlobFate.Written);
}
