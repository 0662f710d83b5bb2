using Containerize.Diagnostics;
using Containerize.Layers;
using Containerize.Packages;
using Containerize.Recipes;
using Containerize.Stores;
using Containerize.Stores.Registries;
using Microsoft.Build.Framework;

namespace Containerize.Tasks;

/// <summary>The run.</summary>
public sealed partial class BuildImage
{
    private protected override async System.Threading.Tasks.Task RunAsync(CancellationToken cancellationToken)
    {
        if (!ProjectCanRun)
            throw new ContainerizeException(DiagnosticTable.NotContainerizable,
                $"'{ProjectFile}' makes nothing that a container could run: it is a library, a test project or not publishable. " +
                "Containerize a project with OutputType Exe.");
        if (await IsUnchangedAsync(cancellationToken).ConfigureAwait(false))
            return;
        await MakeAsync(cancellationToken).ConfigureAwait(false);
    }

    // A method of its own, for what it names is loaded when it begins.
    private async System.Threading.Tasks.Task MakeAsync(CancellationToken cancellationToken)
    {
        var destinations = ReadDestinations();
        if (DockerfilePath.Length > 0)
            OutputPath.RefuseInside(DockerfilePath, PublishFolder, "ContainerDockerfilePath");
        var settings = ReadSettings();
        var items = ReadItems();
        var record = PublishRecord.Read(RecordPath, PublishFolder);
        using var client = new RegistryClient(RegistrySettings);
        var location = BaseImage.Length > 0 ? BaseImage : InferBase();
        var source = await OpenSourceAsync(location, client, cancellationToken).ConfigureAwait(false);
        using var disposable = source as IDisposable;
        var packages = ReadPackages(settings.Created);
        using var http = packages.IsEmpty ? null : new HttpClient();
        var build = CreateBuild(source, client, destinations, settings) with
        {
            Items = items,
            LeftOver = record.LeftOver(items),
            BeforePush = WriteDockerfileAsync,
            Packages = http is null ? null : new PackageInstaller(packages, http, new TransferOptions { Progress = Progress }),
        };
        Log.LogMessage(MessageImportance.Low, "Containerize: [input] base {0}, publish folder {1}, working directory {2}",
            build.Base.Name, build.PublishPath, settings.WorkingDirectoryName);
        var result = await build.RunAsync(cancellationToken).ConfigureAwait(false);
        WarnOf(result, settings);
        if (result.Packages is { } installation)
            ReportPackages(installation, result.UnrunScripts);
        record.With(items).Write(RecordPath, PublishFolder);
        GeneratedBase = source.Reference is { } reference ? $"{reference.Name}@{result.BaseDigest}" : location;
        if (IsOneOfSeveral)
        {
            PackageReport.Write(PlatformLayout, result.Packages?.Packages ?? []);
            Remember(result, settings, "", "");
            return;
        }

        if (MetadataPath.Length > 0)
            BuildMetadata.Write(MetadataPath, BuildMetadata.Of(destinations.Names, result).Json);
        GeneratedManifest = Text(result.Image.Manifest.Bytes);
        GeneratedConfiguration = Text(result.Image.Config.Bytes);
        Close(destinations, result.Image, result.Reports);
        var unchanged = result with { Reports = [.. result.Reports.Select(report => report.Unchanged())] };
        Remember(result, settings, LastWords(destinations, result.Image, unchanged.Reports),
            MetadataPath.Length > 0 ? BuildMetadata.Of(destinations.Names, unchanged).Json : "");
    }

    private void Remember(ContainerBuildResult result, ContainerSettings settings, string closing, string metadata)
    {
        var context = DockerfilePath.Length > 0 ? DockerfileContext.Files(DockerfilePath, result.Recipe) : [];
        var report = IsOneOfSeveral ? [PackageReport.PathOf(PlatformLayout)] : Enumerable.Empty<string>();
        Remember(result.Evidence, result.Hashes, [RecordPath, DockerfileText, .. context, .. report], settings.Files.Select(file => file.SourcePath), closing, metadata);
    }

    private bool IsOneOfSeveral => PlatformLayout.Length > 0;

    private string RecordPath => Path.Combine(IntermediateFolder, "published.txt");

    private void WarnOf(ContainerBuildResult result, ContainerSettings settings)
    {
        foreach (var link in result.Plan.DanglingLinks)
            WarnCoded(DiagnosticTable.LinkDangles, $"The symbolic link '{link}' points at nothing in the publish folder; it is in the image as it is.");
        foreach (var layer in result.Plan.EmptyLayers)
            WarnCoded(DiagnosticTable.EmptyLayer, $"ContainerLayer '{layer}' matches no published file; the image has no such layer. Check its Files.");
        foreach (var path in result.Plan.Contested)
            Log.LogMessage(MessageImportance.Low, "'{0}' is claimed by more than one ContainerLayer; the first has it.", path);
        if (result.BaseImage.Config.OnBuild is { IsEmpty: false } triggers)
            WarnCoded(DiagnosticTable.BaseTriggersNotRun,
                $"The base image wants this done when an image is built upon it, and Containerize runs nothing: {string.Join("; ", triggers)}. " +
                "The image has it in its config still. Do it in a base image of your own, or take a base without ONBUILD.");
        if (settings.Command.ReplacesSilently(result.BaseImage.Config.Entrypoint))
            WarnCoded(DiagnosticTable.BaseEntrypointReplaced,
                $"The base image has the entrypoint '{string.Join(' ', result.BaseImage.Config.Entrypoint)}', which the app's command replaces. " +
                "Set ContainerAppCommandInstruction to Entrypoint if that is meant, or to DefaultArgs to have the base's start the app.");
        if (settings.Healthcheck is not null && result.Image.Manifest.Format == Images.ImageFormat.Oci)
            WarnCoded(DiagnosticTable.HealthcheckInOci,
                "The image has a health check and OCI's format: Docker runs it, engines that know only OCI do not. Set ContainerImageFormat=Docker to be sure, or use the probes of your orchestrator.");
    }
}
