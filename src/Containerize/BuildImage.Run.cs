using System.Collections.Immutable;
using System.Text;
using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.Images;
using Containerize.Layers.Caching;
using Containerize.Projects;
using Containerize.Projects.Rehearsals;
using Containerize.Publishing.Ahead;
using Containerize.Publishing.Files;
using Containerize.Publishing.Outputs;
using Containerize.Publishing.Settings;
using Containerize.Reporting;
using Containerize.Stores.Registries.Client;
using Microsoft.Build.Framework;

namespace Containerize.Tasks;

/// <summary>The run, and which of its inputs decide whether there is anything to do.</summary>
public sealed partial class BuildImage
{
    // Taken once, before anything is made.
    private ImmutableSortedSet<string> LeftOut => field ??= LeftoverFiles.TakeLeftOut();

    private bool IsOneOfSeveral => PlatformLayout.Length > 0;

    private protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        if (!ProjectCanRun)
            throw new ContainerizeException(
                DiagnosticTable.NotContainerizable,
                $"'{ProjectFile}' makes nothing that a container could run: it is a library, a test project or not "
                    + "publishable. "
                    + "Containerize a project with OutputType Exe."
            );
        EndRehearsal();
        if (LockFile.Length > 0)
            RefuseMissingLockFile();
        if (!PlanOnly && !IsOneOfSeveral)
            await ChooseEngineAsync(cancellationToken).ConfigureAwait(false);
        // What a Dockerfile's steps read is looked at by the steps themselves.
        if (!PlanOnly && Dockerfile.Length == 0 && await IsUnchangedAsync(cancellationToken).ConfigureAwait(false))
            return;
        await MakeAsync(cancellationToken).ConfigureAwait(false);
    }

    private void EndRehearsal() =>
        (
            (BuildEngine as IBuildEngine4)?.GetRegisteredTaskObject(RehearsalKey, RegisteredTaskObjectLifetime.Build)
            as Rehearsal
        )?.End();

    // A method of its own, for what it names is loaded when it begins; so is the next.
    private void RefuseMissingLockFile() => ReadPackages().RefuseMissingLockFile();

    private async Task MakeAsync(CancellationToken cancellationToken)
    {
        var destinations = ReadDestinations();
        if (!IsOneOfSeveral)
            WarnOfNames(destinations);
        if (DockerfilePath.Length > 0)
            OutputPath.RefuseInside(DockerfilePath, PublishFolder, "ContainerDockerfilePath");
        var publish = ReadPublish(destinations);
        var outputs = publish.Plan.CheckOutputs(
            PublishedFiles.Concat(StaticAssets).Select(item => item.GetMetadata("FullPath"))
        );
        if (PlanOnly)
        {
            var plan = await publish
                .Plan.ExplainAsync(
                    publish.Base,
                    PlannedFolder,
                    RegistrySettings,
                    Cache,
                    PublishSingleFile,
                    cancellationToken
                )
                .ConfigureAwait(false);
            Log.LogResult(ProjectFile, $"The plan of an image; nothing is built, fetched or written\n{plan}");
            return;
        }

        using var client = new RegistryClient(RegistrySettings);
        var published = await publish
            .RunAsync(SourcesOf(client), outputs, LeftOut, cancellationToken)
            .ConfigureAwait(false);
        GeneratedBase = published.Base;
        if (IsOneOfSeveral)
            Remember(published, "", "");
        else
            Close(published);
    }

    private ProjectPublish ReadPublish(Destinations destinations)
    {
        var paths = new ProjectPaths(ProjectFile, PublishFolder, IntermediateFolder, RuntimeIdentifier)
        {
            HistoryFolder = HistoryFolder,
            PlatformLayout = PlatformLayout,
            DockerfilePath = DockerfilePath,
            MetadataPath = MetadataPath,
            ReportPath = ReportFile,
            DocumentStem = DocumentStem,
        };
        return new ProjectPublish(new(paths, destinations, ReadSettings(), Index) { Packages = ReadPackages() })
        {
            Base = Base,
            Documents = ReadDocuments(destinations.Repository),
            Delivery = Delivery,
            Warnings = new(ProjectFile, RuntimeIdentifier)
            {
                MapPaths = MapPaths,
                ReferencedProjects = [.. ReferencedProjects],
                Checks = Checks,
            },
            Log = this,
            Progress = Progress,
            Ahead =
                (BuildEngine as IBuildEngine4)?.GetRegisteredTaskObject(AheadKey, RegisteredTaskObjectLifetime.Build)
                as LayersAhead,
            ReuseFrom = [.. ReuseFrom.SelectMany(name => SettingList.Parse(name).AsEnumerable())],
        };
    }

    private PublishFolder PlannedFolder =>
        new(
            PublishFolder,
            [
                .. PublishedFiles
                    .Select(item => new PublishFolderEntry(
                        RelativePath(item),
                        item.GetMetadata("FullPath"),
                        EntryKind.File,
                        null
                    ))
                    .DistinctBy(entry => entry.RelativePath)
                    .OrderBy(entry => entry.RelativePath, StringComparer.Ordinal),
            ]
        );

    private LeftoverFiles LeftoverFiles =>
        new(PublishFolder, HistoryFolder, Published)
        {
            Paths =
            [
                .. Index.Items.Select(item => item.RelativePath),
                .. StaticAssets.Select(asset => asset.GetMetadata("TargetPath")),
                .. OtherPublishedFiles,
            ],
            Writes = FileWrites.Select(file => file.GetMetadata("FullPath")),
            Program = PublishAot && !IncludeNativeSymbols ? Path.GetFileNameWithoutExtension(TargetFileName) : "",
        };

    private void Close(FinishedPublish published)
    {
        var (result, destinations) = (published.Result, published.Publish.Plan.Destinations);
        GeneratedManifest = Text(result.Image.Manifest.Bytes);
        GeneratedConfiguration = Text(result.Image.Config.Bytes);
        Close(destinations, result.Images, result.Reports, result.Layers);
        var unchanged = result with
        {
            Reports = [.. result.Reports.Select(report => report.Unchanged())],
            Layers = [.. result.Layers.Select(layer => layer with { Origin = LayerOrigin.Cache })],
        };
        Remember(
            published,
            LastWords(destinations, result.Images, unchanged.Reports, unchanged.Layers),
            MetadataPath.Length > 0 ? BuildMetadata.Of(destinations.Names, unchanged).Json : ""
        );
    }

    private void Remember(FinishedPublish published, string closing, string metadata) =>
        Remember(
            published.IsWhole ? published.Result.Freshness : null,
            published.Result.Hashes,
            published.Watched,
            published.Added,
            closing,
            metadata
        );

    private protected override IEnumerable<string> BaseLocations =>
        Base.Dockerfile is { } file ? file.CacheFrom.Select(cache => cache.ToString()) : [Base.Location];

    private protected override IEnumerable<string> CacheRegistries =>
        Base.Dockerfile?.CacheTo.Select(cache => cache.Reference.Registry) ?? [];

    private protected override IEnumerable<string> KeyPlaces => [.. base.KeyPlaces, BaseImageKey, BaseImageTrustedRoot];

    private protected override string? FolderToRead => PublishFolder;

    // Of the published files only what decides their layer counts, and the files themselves.
    private protected override bool IsSetting(string property) =>
        base.IsSetting(property)
        && property
            is not (
                nameof(PublishedFiles)
                or nameof(StaticAssets)
                or nameof(OtherPublishedFiles)
                or nameof(FileWrites)
                or nameof(FrameworkReferences)
                or nameof(BundledFiles)
            );

    private protected override void AddSettings(StringBuilder text)
    {
        // What decides the layer of an asset is long, and only whether it is the same counts.
        text.Append(Digest.Of(Encoding.UTF8.GetBytes(string.Join('\n', Index.Assets)))).Append('\n');
        foreach (var item in Index.Items)
            text.Append(item.RelativePath)
                .Append('\0')
                .Append(item.PackageId)
                .Append('\0')
                .Append(item.PackageVersion)
                .Append('\0')
                .Append(item.IsRuntime)
                .Append('\n');
        text.AppendJoin('\0', LeftOut).Append('\n');
        // No item shows a file that joins a folder.
        foreach (var folder in Files.Select(file => file.GetMetadata("FullPath")).Where(Directory.Exists))
        {
            foreach (var entry in Containerize.Publishing.Files.PublishFolder.List(folder).Entries)
                text.Append(entry.FullPath)
                    .Append('\0')
                    .Append(entry.Kind)
                    .Append('\0')
                    .Append(entry.LinkTarget)
                    .Append('\n');
        }

        text.AppendJoin('\0', FrameworkReferences.Select(reference => reference.ItemSpec)).Append('\n');
        if (Created == CommitTime.Keyword)
            text.Append(CommitTime.Read(Path.GetDirectoryName(ProjectFile)!).UtcTicks);
    }
}
