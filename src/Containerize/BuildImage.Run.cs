using Containerize.Attestations;
using Containerize.Attestations.Registries;
using Containerize.Caching;
using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.Images;
using Containerize.Inspection.Explaining;
using Containerize.Layers.Caching;
using Containerize.Packages;
using Containerize.Packages.Sources;
using Containerize.Publishing;
using Containerize.Publishing.Outputs;
using Containerize.Publishing.Settings;
using Containerize.Recipes;
using Containerize.Reporting;
using Containerize.Stores.Registries.Client;

namespace Containerize.Tasks;

/// <summary>The run.</summary>
public sealed partial class BuildImage
{
    private protected override async System.Threading.Tasks.Task RunAsync(CancellationToken cancellationToken)
    {
        if (!ProjectCanRun)
            throw new ContainerizeException(
                DiagnosticTable.NotContainerizable,
                $"'{ProjectFile}' makes nothing that a container could run: it is a library, a test project or not "
                    + "publishable. "
                    + "Containerize a project with OutputType Exe."
            );
        RefuseMissingLockFile();
        if (!PlanOnly && !IsOneOfSeveral)
            await ChooseEngineAsync(cancellationToken).ConfigureAwait(false);
        // What a Dockerfile's steps read is looked at by the steps themselves.
        if (!PlanOnly && Dockerfile.Length == 0 && await IsUnchangedAsync(cancellationToken).ConfigureAwait(false))
            return;
        await MakeAsync(cancellationToken).ConfigureAwait(false);
    }

    // A method of its own, for what it names is loaded when it begins.
    private async System.Threading.Tasks.Task MakeAsync(CancellationToken cancellationToken)
    {
        var destinations = ReadDestinations();
        if (!IsOneOfSeveral)
            WarnOfChangedName(destinations);
        if (DockerfilePath.Length > 0)
            OutputPath.RefuseInside(DockerfilePath, PublishFolder, "ContainerDockerfilePath");
        var settings = ReadSettings();
        var outputs = ReadOutputs(destinations, settings);
        if (PlanOnly)
        {
            await PlanAsync(destinations, settings, cancellationToken).ConfigureAwait(false);
            return;
        }

        CachePlace.RefuseInside(CacheFolderPath, PublishFolder, "the publish folder");
        var documents = ReadDocuments(destinations);
        var isIndex = AttestationModes.Parse(Attestations) == AttestationMode.Index && !IsOneOfSeveral;
        var key = IsOneOfSeveral ? null : OpenSigningKey();
        // The folder with the outputs of several platforms is remembered by the one that writes into it.
        if (!IsOneOfSeveral)
            Remember(outputs);
        using var client = new RegistryClient(RegistrySettings);
        var location =
            Dockerfile.Length > 0
                ? await BuildBaseAsync(client, settings.Created, outputs, cancellationToken).ConfigureAwait(false)
            : BaseImage.Length > 0 ? BaseImage
            : InferBase();
        // Where a Dockerfile's image waits is no name that another machine's lock file could have.
        var packages = ReadPackages(settings.Created) with
        {
            BaseName = Dockerfile.Length > 0 ? "dockerfile:" + Path.GetFileName(Dockerfile) : location,
        };
        var opened = await OpenSourceAsync(location, client, cancellationToken).ConfigureAwait(false);
        using var disposable = opened as IDisposable;
        var source = await SignedAsync(opened, packages, client, cancellationToken).ConfigureAwait(false);
        using var http = packages.IsIdle ? null : CreatePackageClient();
        Task<ImageDocuments>? writing = null;
        var build = CreateBuild(source, client, destinations, settings) with
        {
            // The documents are written while the image is sent, unless they are a part of it.
            Complete = async (made, token) =>
            {
                writing = System.Threading.Tasks.Task.Run(
                    () => documents.OfAsync(made, settings, source.Reference),
                    token
                );
                if (!isIndex)
                    return made.Image;
                var inside = await writing.ConfigureAwait(false);
                return inside.All.IsEmpty ? made.Image : IndexAttestations.With(made.Image, _ => inside);
            },
            Index = ReadIndex(),
            LeaveOut = LeaveOut,
            CheckPackages = documents.CheckAsync,
            BeforePush = (recipe, image, token) =>
            {
                LogExplanation(destinations, settings, BaseFacts.Of(source, image), packages);
                return WriteDockerfileAsync(recipe, image, token);
            },
            Packages = http is null
                ? null
                : new PackageInstaller(packages, http, new TransferOptions { Progress = Progress }),
        };
        var result = await build.RunAsync(cancellationToken).ConfigureAwait(false);
        var written = (await writing!.ConfigureAwait(false)).About(result.Image.Digest);
        WarnOf(result, settings);
        if (result.Packages is { } installation)
            ReportPackages(installation, result.UnrunScripts);
        GeneratedBase = source.Reference is { } reference ? $"{reference.Name}@{result.BaseDigest}" : location;
        if (IsOneOfSeveral)
        {
            await PackageReport.WriteAsync(PlatformLayout, result.Packages?.Packages ?? []).ConfigureAwait(false);
            written.Leave(PlatformLayout);
            Remember(result, settings, written.Files(PlatformLayout), "", "");
            return;
        }

        if (MetadataPath.Length > 0)
            await BuildMetadata
                .WriteAsync(MetadataPath, BuildMetadata.Of(destinations.Names, result).Json)
                .ConfigureAwait(false);
        written.Write(DocumentStem);
        var isAttached = await AttachAsync(destinations, client, [(result.Image, written)], cancellationToken)
            .ConfigureAwait(false);
        Descriptor[] signed = [result.Images.Descriptor, result.Image.Manifest.Descriptor];
        await SignAsync(destinations, client, key, signed, cancellationToken).ConfigureAwait(false);
        await WriteReportAsync(
                destinations.Names[0],
                result.Images,
                written,
                LayerFates.ByDigest(result.Image, result.Reports, result.Layers),
                client,
                isPushed: !destinations.Registries.IsEmpty,
                cancellationToken
            )
            .ConfigureAwait(false);
        GeneratedManifest = Text(result.Image.Manifest.Bytes);
        GeneratedConfiguration = Text(result.Image.Config.Bytes);
        Close(destinations, result.Images, result.Reports, result.Layers);
        var unchanged = result with
        {
            Reports = [.. result.Reports.Select(report => report.Unchanged())],
            Layers = [.. result.Layers.Select(layer => layer with { Origin = LayerOrigin.Cache })],
        };
        Remember(
            isAttached ? result : result with { Freshness = null },
            settings,
            [.. written.Files(DocumentStem), .. ReportFiles],
            LastWords(destinations, result.Images, unchanged.Reports, unchanged.Layers),
            MetadataPath.Length > 0 ? BuildMetadata.Of(destinations.Names, unchanged).Json : ""
        );
    }

    private void Remember(
        ContainerBuildResult result,
        ContainerSettings settings,
        IEnumerable<string> documents,
        string closing,
        string metadata
    )
    {
        var context = DockerfilePath.Length > 0 ? DockerfileContext.Files(DockerfilePath, result.Recipe) : [];
        var report = IsOneOfSeveral ? [PackageReport.PathOf(PlatformLayout)] : Enumerable.Empty<string>();
        var added = settings.Files.Where(file => file.Kind == EntryKind.File).Select(file => file.SourcePath);
        Remember(
            result.Freshness,
            result.Hashes,
            [DockerfileText, .. context, .. report, .. documents, .. AssetsFiles()],
            added,
            closing,
            metadata
        );
    }

    private bool IsOneOfSeveral => PlatformLayout.Length > 0;
}
