using Containerize.Caching;
using Containerize.IO;
using Containerize.Publishing.Files;
using Containerize.Publishing.Settings;

namespace Containerize.Publishing.Ahead;

/// <summary>What is known of a publish before its project is compiled.</summary>
/// <param name="Folder">
/// The files that will be published: each by its path below the publish folder, and where it lies now. One of which
/// only the name is known need not lie anywhere: it counts for how many layers there will be.
/// </param>
/// <param name="Index">What the build knows of them.</param>
/// <param name="Settings">What decides the bytes of a layer.</param>
/// <param name="OpenCache">Chooses the cache, which takes looks at the disk.</param>
/// <param name="HashesFile">The absolute path of a file of ours that remembers the hashes of the files.</param>
public sealed record AheadRequest(
    PublishFolder Folder,
    PublishIndex Index,
    ContainerSettings Settings,
    Func<CacheFolder> OpenCache,
    string HashesFile
)
{
    /// <summary>Gets how far the packing is, on the thread that packs.</summary>
    public IProgress<WorkProgress> Progress { get; init; } = NoProgress.Instance;
}
