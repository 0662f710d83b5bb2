using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.Images;
using Containerize.Layers;
using Containerize.Packages;
using Containerize.Projects;
using Containerize.Publishing.Files;
using Containerize.Publishing.Settings;
using Microsoft.Build.Framework;

namespace Containerize.Tasks;

/// <summary>What the tasks that make layers of a publish have in common: all that decides which bytes are in
/// them.</summary>
public abstract class LayeredTask : ImageTask
{
    /// <summary>The items of <c>ResolvedFileToPublish</c>.</summary>
    public ITaskItem[] PublishedFiles { get; set; } = [];

    /// <summary>Full paths of the folders that NuGet keeps packages in.</summary>
    public string[] PackageFolders { get; set; } = [];

    /// <summary>How many layers published files are split into at most, or empty.</summary>
    public string LayerBudget { get; set; } = "";

    /// <summary>The full path of the lock file, or empty.</summary>
    public string LockFile { get; set; } = "";

    /// <summary>Whether the lock file is written instead of read.</summary>
    public bool UpdateLock { get; set; }

    /// <summary>The ids of the packages that the .NET runtime of a self-contained publish comes from.</summary>
    public string[] RuntimePacks { get; set; } = [];

    [Required]
    public string RuntimeIdentifier { get; set; } = "";

    public string WorkingDirectory { get; set; } = "";

    /// <summary>An ISO 8601 time, or empty.</summary>
    public string Created { get; set; } = "";

    /// <summary>Seconds since 1970 (reproducible-builds.org), or empty.</summary>
    public string SourceDateEpoch { get; set; } = "";

    public string Compression { get; set; } = "";

    public string CompressionLevel { get; set; } = "";

    /// <summary>How the layers of packages and of the runtime are compressed: <c>zstd:19</c>; or empty.</summary>
    public string LastingCompression { get; set; } = "";

    /// <summary>Layers of the project's own: the name, and <c>Files</c> with globs relative to the publish
    /// folder.</summary>
    public ITaskItem[] Layers { get; set; } = [];

    /// <summary>Files and folders beside the published ones, with <c>TargetPath</c>, <c>Mode</c>, <c>Owner</c> and
    /// <c>Layer</c>.</summary>
    public ITaskItem[] Files { get; set; } = [];

    private protected ContainerSettings ReadLayering(PublishIndex index)
    {
        var isWindows = Platform.FromRuntimeIdentifier(RuntimeIdentifier).Os == "windows";
        var folder = new ContainerSettings
        {
            IsWindows = isWindows,
            WorkingDirectory = ContainerSettings.ParsePath(
                WorkingDirectory.Length > 0 ? WorkingDirectory : "/app",
                isWindows,
                "ContainerWorkingDirectory"
            ),
        };
        var compression = ChoiceSetting.ParseCompression(Compression);
        var encoding = new LayerEncoding(compression, ChoiceSetting.ParseLevel(CompressionLevel, compression));
        return folder with
        {
            Encodings = new LayerEncodings(encoding, ChoiceSetting.ParseLasting(LastingCompression, encoding)),
            LayerBudget = ChoiceSetting.ParseBudget(LayerBudget),
            PackageChanges = ReadLibraries(index).Changes,
            Layers =
            [
                .. Layers.Select(layer => new CustomLayer(
                    layer.ItemSpec,
                    SettingList.Parse(layer.GetMetadata("Files"))
                )),
            ],
            Files = [.. Files.SelectMany(file => ReadFile(file, folder).WithAllBelow())],
            Created = TimeSetting.Parse(
                Created,
                SourceDateEpoch,
                () => CommitTime.Read(Path.GetDirectoryName(ProjectFile)!)
            ),
        };
    }

    private protected LockedLibraries ReadLibraries(PublishIndex index) =>
        new LibraryHistory(LockFile, ProjectName, UpdateLock).Read(
            Platform.FromRuntimeIdentifier(RuntimeIdentifier),
            index
        );

    private protected string ProjectName => Path.GetFileNameWithoutExtension(ProjectFile);

    private protected ImmutableArray<PublishedItem> ReadItems(IEnumerable<ITaskItem> files) =>
        ReadItems(files, RelativePath);

    private protected ImmutableArray<PublishedItem> ReadItems(
        IEnumerable<ITaskItem> files,
        Func<ITaskItem, string> pathOf
    )
    {
        var runtimePacks = RuntimePacks.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var packages = Containerize.Publishing.Files.PackageFolders.Of(PackageFolders);
        return
        [
            .. files.Select(item =>
            {
                var id = NullIfEmpty(item.GetMetadata("NuGetPackageId"));
                // What a package's own targets copy says nothing of it but its path.
                var folder = id is null ? packages.Find(item.GetMetadata("FullPath")) : null;
                return new PublishedItem(pathOf(item))
                {
                    PackageId = id ?? folder?.Id,
                    PackageVersion = id is null
                        ? folder?.Version
                        : NullIfEmpty(item.GetMetadata("NuGetPackageVersion")),
                    IsRuntime = (id ?? folder?.Id) is { } package && runtimePacks.Contains(package),
                };
            }),
        ];
    }

    /// <summary>The name by which MSBuild keeps what packs layers of this publish while the project is
    /// compiled.</summary>
    private protected string AheadKey => $"Containerize ahead {ProjectFile} {IntermediateFolder}";

    /// <summary>The name by which MSBuild keeps the rehearsal. There is one in a process, and whichever run comes first
    /// ends it.</summary>
    private protected const string RehearsalKey = "Containerize rehearsal";

    /// <summary>Begins what MSBuild disposes of at the end of the build, also of one that is cancelled; not where it
    /// has begun, nor where MSBuild keeps nothing.</summary>
    private protected void KeepUntilTheBuildEnds(string key, Func<IDisposable> begin)
    {
        const RegisteredTaskObjectLifetime Lifetime = RegisteredTaskObjectLifetime.Build;
        if (BuildEngine is IBuildEngine4 engine && engine.GetRegisteredTaskObject(key, Lifetime) is null)
            engine.RegisterTaskObject(key, begin(), Lifetime, false);
    }

    private protected static string RelativePath(ITaskItem item) => item.GetMetadata("RelativePath").Replace('\\', '/');

    private protected static string? NullIfEmpty(string text) => text.Length > 0 ? text : null;

    // A glob gives several files with the folders that its ** stood for; one file or folder may be given another name.
    private static ExtraFile ReadFile(ITaskItem item, ContainerSettings folder)
    {
        var source = Path.TrimEndingDirectorySeparator(item.GetMetadata("FullPath"));
        var name = Path.GetFileName(source);
        var below = item.GetMetadata("RecursiveDir").Replace('\\', '/');
        var target = item.GetMetadata("TargetPath");
        if (folder.IsWindows)
            target = target.Replace('\\', '/');
        // What is in a folder goes to the place that is named, as a Dockerfile's COPY has it.
        var isFolder = target.Length == 0 || below.Length > 0 || (target.EndsWith('/') && !Directory.Exists(source));
        var full = isFolder ? $"{target}/{below}/{name}" : target;
        var isAbsolute = target.StartsWith('/') || (folder.IsWindows && target.Contains(':', StringComparison.Ordinal));
        ContainerPath path;
        try
        {
            path = isAbsolute
                ? ContainerSettings.ParsePath(full, folder.IsWindows)
                : folder.WorkingDirectory.Combine(full);
        }
        catch (ContainerizeException exception)
        {
            throw ExtraFile.Invalid(item.ItemSpec, $"TargetPath='{target}': {exception.Message.TrimEnd('.')}");
        }

        var file = new ExtraFile(source, path)
        {
            Mode = ExtraFile.ParseMode(item.GetMetadata("Mode"), item.ItemSpec),
            Layer = item.GetMetadata("Layer") is { Length: > 0 } layer ? CustomLayer.CheckName(layer) : LayerNames.App,
        };
        return file.OwnedBy(item.GetMetadata("Owner"), item.ItemSpec);
    }
}
