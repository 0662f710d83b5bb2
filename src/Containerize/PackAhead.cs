using Containerize.Caching;
using Containerize.Entries;
using Containerize.Publishing.Ahead;
using Containerize.Publishing.Files;
using Microsoft.Build.Framework;

namespace Containerize.Tasks;

/// <summary>
/// Begins to pack the files of packages and of the .NET runtime before the project is compiled, and goes on while it
/// is.
/// <c>PublishedFiles</c> are here those that MSBuild copies beside a build (<c>ReferenceCopyLocalPaths</c>). The work
/// ends with the build and makes no message: the run reports what is wrong.
/// </summary>
public sealed class PackAhead : LayeredTask
{
    /// <summary>Paths below the publish folder of files that are not there yet: they decide how many layers there
    /// are.</summary>
    public string[] OtherNames { get; set; } = [];

    private protected override IEnumerable<string> BaseLocations => [];

    private protected override System.Threading.Tasks.Task RunAsync(CancellationToken cancellationToken)
    {
        if (System.Environment.ProcessorCount > 1 && Request() is { } request)
            KeepUntilTheBuildEnds(AheadKey, () => new LayersAhead(request, TimeProvider.System));
        return System.Threading.Tasks.Task.CompletedTask;
    }

    private AheadRequest? Request()
    {
        try
        {
            ITaskItem[] files = [.. PublishedFiles.Where(IsPublished)];
            var entries = files
                .Select(item => new PublishFolderEntry(
                    PathOf(item),
                    WhereItLies(PathOf(item), item.GetMetadata("FullPath")),
                    EntryKind.File,
                    null
                ))
                .Concat(
                    OtherNames.Select(name => new PublishFolderEntry(
                        name,
                        Path.Combine(PublishFolder, name),
                        EntryKind.File,
                        null
                    ))
                )
                .DistinctBy(entry => entry.RelativePath)
                .OrderBy(entry => entry.RelativePath, StringComparer.Ordinal);
            if (files.Length == 0)
                return null;
            var index = new PublishIndex(ReadItems(files, PathOf));
            return new AheadRequest(
                new PublishFolder(PublishFolder, [.. entries]),
                index,
                ReadLayering(index),
                OpenCache,
                Path.Combine(IntermediateFolder, "layers", "hashes-ahead.txt")
            );
        }
        catch (Exception)
        {
            // The run reads the same, and says what is wrong with it.
            return null;
        }
    }

    // One that needs a message is the run's to choose.
    private CacheFolder OpenCache()
    {
        var cache =
            CachePlace.FindQuietly(CacheDirectory, CachePlace.OfUser(Host.Variables, Host.Home))
            ?? throw new IOException("There is no cache that is used without a word.");
        CachePlace.RefuseInside(cache.Path, PublishFolder, "the publish folder");
        return cache;
    }

    private static bool IsPublished(ITaskItem item) =>
        item.GetMetadata("NuGetPackageId").Length > 0
        && !string.Equals(item.GetMetadata("CopyToPublishDirectory"), "false", StringComparison.OrdinalIgnoreCase);

    // The copy of an earlier publish, if this one will leave it as it is: its hash serves the run, too. MSBuild's
    // copying goes by the time. On Windows an open file might be in the way of who replaces it.
    private string WhereItLies(string path, string source)
    {
        var (published, original) = (new FileInfo(Path.Combine(PublishFolder, path)), new FileInfo(source));
        return
            !OperatingSystem.IsWindows()
            && published.Exists
            && published.Length == original.Length
            && published.LastWriteTimeUtc == original.LastWriteTimeUtc
            ? published.FullName
            : source;
    }

    private static string PathOf(ITaskItem item) =>
        (
            item.GetMetadata("DestinationSubDirectory") + item.GetMetadata("Filename") + item.GetMetadata("Extension")
        ).Replace('\\', '/');
}
