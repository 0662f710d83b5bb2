using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.Images;
using Containerize.Inspection.Explaining;
using Containerize.Packages;
using Containerize.Publishing.Files;
using Containerize.Publishing.Outputs;
using Containerize.Publishing.Settings;
using Containerize.Stores.Addresses;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Pull;
using Microsoft.Build.Framework;

namespace Containerize.Tasks;

/// <summary>The plan of an image: alone, or for the log of a run.</summary>
public sealed partial class BuildImage
{
    /// <summary>Whether to say what would be done, and do nothing.</summary>
    public bool PlanOnly { get; set; }

    private async System.Threading.Tasks.Task PlanAsync(
        Destinations destinations,
        ContainerSettings settings,
        CancellationToken cancellationToken
    )
    {
        var start =
            Dockerfile.Length > 0
                ? new BaseFacts(Dockerfile, null, null)
                : await ReadBaseAsync(BaseImage.Length > 0 ? BaseImage : InferBase(), cancellationToken)
                    .ConfigureAwait(false);
        var folder = new PublishFolder(
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
        var explanation = Explain(destinations, settings, start, folder) with
        {
            Packages = PlannedPackages(ReadPackages(settings.Created)),
            Notes = [.. Notes()],
        };
        Log.LogResult(
            ProjectFile,
            $"The plan of an image; nothing is built, fetched or written\n{explanation.ToText()}"
        );
    }

    // What lies on this machine, or in the cache since the last run; no registry is asked.
    private async Task<BaseFacts> ReadBaseAsync(string name, CancellationToken cancellationToken)
    {
        var platform = Platform.FromRuntimeIdentifier(RuntimeIdentifier);
        var source = await ImageSources
            .OpenLocalAsync(
                PackagesBase.SourceOf(name),
                Path.GetDirectoryName(ProjectFile)!,
                IntermediateFolder,
                cancellationToken
            )
            .ConfigureAwait(false);
        using var disposable = source as IDisposable;
        if (source is not null)
            return BaseFacts.Of(source, await source.PullAsync(platform, cancellationToken).ConfigureAwait(false));
        var reference = ImageSources.ReferenceOf(name);
        if (ImageSources.IsOfEngine(name))
            return new BaseFacts(name, reference, null);
        using var client = new RegistryClient(RegistrySettings);
        var cached = new CachedSource(
            new RegistrySource(reference, client),
            client,
            Cache,
            isOffline: true,
            TimeProvider.System
        );
        try
        {
            return BaseFacts.Of(cached, await cached.PullAsync(platform, cancellationToken).ConfigureAwait(false)) with
            {
                IsRemembered = true,
            };
        }
        catch (ContainerizeException exception) when (exception.Diagnostic == DiagnosticTable.BaseOffline)
        {
            return new BaseFacts(name, reference, null);
        }
    }

    private Explanation Explain(
        Destinations destinations,
        ContainerSettings settings,
        BaseFacts start,
        PublishFolder folder
    ) =>
        new()
        {
            Platform = Platform.FromRuntimeIdentifier(RuntimeIdentifier),
            Base = start,
            Settings = settings,
            Files = FilePlan.Create(folder, ReadIndex(), settings),
            Destinations = destinations,
            Outputs = [.. Outputs()],
        };

    // Reading the folder once more for a log that is not kept would be work for nothing.
    private void LogExplanation(
        Destinations destinations,
        ContainerSettings settings,
        BaseFacts start,
        PackageSettings packages
    )
    {
        if (!Log.LogsMessagesOfImportance(MessageImportance.Low))
            return;
        var explanation = Explain(
            destinations,
            settings,
            start,
            Containerize.Publishing.Files.PublishFolder.Read(PublishFolder, LeaveOut)
        ) with
        {
            Packages = PlannedPackages(packages),
        };
        Log.LogMessage(MessageImportance.Low, "{0}", explanation.ToText());
    }

    private IEnumerable<(string What, string Where)> Outputs()
    {
        yield return (
            "Dockerfile",
            DockerfilePath.Length > 0 ? DockerfilePath : Path.Combine(IntermediateFolder, "Dockerfile")
        );
        if (MetadataPath.Length > 0 && !IsOneOfSeveral)
            yield return ("metadata", MetadataPath);
        if (ReportFile.Length > 0 && !IsOneOfSeveral)
            yield return ("report", ReportFile);
        if (UpdateLock)
            yield return ("lock file", LockFile);
    }

    private IEnumerable<string> Notes()
    {
        if (PublishAot)
            yield return "PublishAot: the assemblies above become one program, which lies in app.";
        else if (PublishSingleFile)
            yield return "PublishSingleFile: the assemblies above are put into one program, which lies in app.";
        else if (PublishTrimmed)
            yield return "PublishTrimmed: what the linker takes away is not known before; "
                + "the sizes are those before it.";
    }

    private ImmutableArray<string> PlannedPackages(PackageSettings packages)
    {
        if (packages.IsEmpty)
            return [];
        var pinned =
            LockFile.Length > 0 && !UpdateLock
                ? $"in the versions of {LockFile}"
                : "in the versions that their sources have by then";
        return
        [
            .. packages.Requests,
            .. packages.Base is { } needs ? new[] { $"what a self-contained app needs ({needs})" } : [],
            pinned,
        ];
    }
}
