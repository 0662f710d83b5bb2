using System.Collections.Immutable;
using Containerize.Caching;
using Containerize.Images;

namespace Containerize.Dockerfiles.StepCaching;

/// <summary>Where the bytes of layers lie: the cache, and a folder of the build where that takes no files.</summary>
/// <param name="folder">The cache; null to keep nothing for other builds.</param>
/// <param name="workFolder">The absolute path of a folder of this build, for layers that no cache takes.</param>
internal sealed class LayerPlaces(CacheFolder? folder, string workFolder)
{
    private readonly ImmutableArray<CacheFolder> _all = folder is null
        ? [new CacheFolder(workFolder)]
        : [folder, new CacheFolder(workFolder)];

    /// <summary>The cache; null for none.</summary>
    public CacheFolder? Cache => folder;

    /// <summary>The absolute path of the build's folder.</summary>
    public string WorkFolder => workFolder;

    /// <summary>The absolute path of the first.</summary>
    public string Path => _all[0].Path;

    /// <summary>Whether content of this length is there, whole or damaged.</summary>
    public bool Has(Descriptor descriptor) => _all.Any(place => place.Has(descriptor));

    /// <summary>Opens content that is checked while it is read; null when it is not there.</summary>
    public Stream? Open(Descriptor descriptor) =>
        _all.Select(place => place.Open(descriptor)).FirstOrDefault(opened => opened is not null);

    /// <summary>Opens content that was checked before; null when it is damaged or not there.</summary>
    public async Task<Stream?> OpenVerifiedAsync(Descriptor descriptor, CancellationToken cancellationToken)
    {
        foreach (var place in _all)
        {
            if (await place.OpenVerifiedAsync(descriptor, cancellationToken).ConfigureAwait(false) is { } stream)
                return stream;
        }

        return null;
    }

    /// <summary>Makes content in the first place that takes it.</summary>
    /// <param name="write">Writes it; an <see cref="IOException"/> is the place's, anything else is passed on.</param>
    /// <param name="digest">Tells the digest of what was written; null for what is not to be kept.</param>
    /// <returns>What the writing gave, or why no place took it.</returns>
    public async Task<(T? Made, string Failure)> MakeAsync<T>(Func<Stream, Task<T>> write, Func<T, Digest?> digest)
        where T : class?
    {
        var failure = "it takes no files.";
        foreach (var place in _all)
        {
            if (await place.MakeAsync(WriteAsync, digest).ConfigureAwait(false) is { } made)
                return (made, "");
        }

        return (null, failure);

        async Task<T> WriteAsync(Stream stream)
        {
            try
            {
                return await write(stream).ConfigureAwait(false);
            }
            catch (IOException exception)
            {
                failure = exception.Message;
                throw;
            }
        }
    }
}
