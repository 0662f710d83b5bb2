using System.Collections.Immutable;
using Containerize.Publishing.Outputs;
using Containerize.Publishing.Settings;
using Containerize.Publishing.UpToDate;
using Microsoft.Build.Framework;

namespace Containerize.Tasks;

/// <summary>What of the publish folder is no part of the image: leftovers of earlier publishes, native
/// symbols.</summary>
public sealed partial class BuildImage
{
    private ImmutableSortedSet<string>? _leaveOut;

    /// <summary>Paths below the publish folder of published files that are neither.</summary>
    public string[] OtherPublishedFiles { get; set; } = [];

    /// <summary>The items of <c>FileWrites</c>: what targets say they wrote. Those below the folder count.</summary>
    public ITaskItem[] FileWrites { get; set; } = [];

    /// <summary>Whether the debug symbols of a program compiled ahead of time are part of the image.</summary>
    public bool IncludeNativeSymbols { get; set; }

    // Looked up once, before anything is made: the record must know of a publish whose image cannot be stored, too.
    private ImmutableSortedSet<string> LeaveOut => _leaveOut ??= ReadLeaveOut();

    private ImmutableSortedSet<string> ReadLeaveOut()
    {
        var listed = ListedFiles();
        var recordFile = Path.Combine(HistoryFolder, "published.txt");
        var record = PublishRecord.Read(recordFile, PublishFolder).With(EarlierList.Take(HistoryFolder), Published);
        record.Next(listed, Published).Write(recordFile, PublishFolder);
        return record.LeftOver(listed, Published).Union(NativeSymbols());
    }

    private OwnOutputs ReadOutputs(Destinations destinations, ContainerSettings settings)
    {
        var outputs = OwnOutputs.Of(
            destinations,
            MetadataPath,
            DockerfilePath,
            UpdateLock ? LockFile : "",
            DocumentFiles(),
            IsOneOfSeveral ? "" : ReportFile
        );
        outputs.RefuseAsInputs(
            PublishedFiles
                .Concat(StaticAssets)
                .Select(item => item.GetMetadata("FullPath"))
                .Concat(settings.Files.Select(file => file.SourcePath))
        );
        return outputs;
    }

    private HashSet<string> ListedFiles()
    {
        var root = Path.TrimEndingDirectorySeparator(PublishFolder) + Path.DirectorySeparatorChar;
        return
        [
            .. PublishedFiles.Select(RelativePath),
            .. StaticAssets
                .Select(asset => asset.GetMetadata("TargetPath"))
                .Concat(OtherPublishedFiles)
                .Select(path => path.Replace('\\', '/')),
            .. FileWrites
                .Select(file => file.GetMetadata("FullPath"))
                .Where(path => path.StartsWith(root, StringComparison.Ordinal))
                .Select(path => path[root.Length..].Replace(Path.DirectorySeparatorChar, '/')),
        ];
    }

    // Beside the program, by the names that the native compiler's targets give them: a file, or on a Mac a folder.
    private IEnumerable<string> NativeSymbols()
    {
        if (!PublishAot || IncludeNativeSymbols)
            return [];
        var program = Path.GetFileNameWithoutExtension(TargetFileName);
        return Published
            .Entries.Select(entry => entry.Path.Replace(Path.DirectorySeparatorChar, '/'))
            .Where(path =>
                path == program + ".dbg"
                || path == program + ".dwarf"
                || path == program + ".pdb"
                || path.StartsWith(program + ".dSYM/", StringComparison.Ordinal)
            );
    }
}
