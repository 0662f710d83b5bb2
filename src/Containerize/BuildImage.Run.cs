using System.Text;
using Containerize.Diagnostics;
using Containerize.Layers;
using Containerize.Packages;
using Containerize.Recipes;
using Containerize.Stores;
using Containerize.Stores.Registries;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Containerize.Tasks;

/// <summary>The run, and the boundary where what a user can cause becomes one coded error.</summary>
public sealed partial class BuildImage : IDisposable
{
    private readonly CancellationTokenSource _cancellation = new();

    public void Cancel() => _cancellation.Cancel();

    public void Dispose() => _cancellation.Dispose();

    public override bool Execute()
    {
        try
        {
            if (!ProjectCanRun)
                throw new ContainerizeException(DiagnosticTable.NotContainerizable,
                    $"'{ProjectFile}' makes nothing that a container could run: it is a library, a test project or not publishable. " +
                    "Containerize a project with OutputType Exe.");
            RunAsync(_cancellation.Token).GetAwaiter().GetResult();
        }
        catch (ContainerizeException exception)
        {
            LogCoded(exception.Diagnostic, exception.Message);
        }
        catch (OperationCanceledException) when (_cancellation.IsCancellationRequested)
        {
            Log.LogMessage(MessageImportance.High, "Containerize was cancelled; nothing was left half done.");
            return false;
        }

        return !Log.HasLoggedErrors;
    }

    private async System.Threading.Tasks.Task RunAsync(CancellationToken cancellationToken)
    {
        var destinations = ReadDestinations();
        if (DockerfilePath.Length > 0)
            OutputPath.RefuseInside(DockerfilePath, PublishFolder, "ContainerDockerfilePath");
        var settings = ReadSettings();
        var items = ReadItems();
        var record = PublishRecord.Read(RecordPath, PublishFolder);
        using var client = new RegistryClient(RegistrySettings);
        var source = await OpenBaseAsync(client, cancellationToken).ConfigureAwait(false);
        using var disposable = source as IDisposable;
        var packages = ReadPackages(settings.Created);
        using var http = new HttpClient();
        var build = CreateBuild(source, client, destinations, settings) with
        {
            Items = items,
            LeftOver = record.LeftOver(items),
            BeforePush = WriteDockerfileAsync,
            Packages = packages.IsEmpty ? null : new PackageInstaller(packages, http),
        };
        Log.LogMessage(MessageImportance.Low, "Containerize: [input] base {0}, publish folder {1}, working directory {2}",
            build.Base.Name, build.PublishPath, settings.WorkingDirectory);
        var result = await build.RunAsync(cancellationToken).ConfigureAwait(false);
        WarnOf(result, settings, destinations);
        if (result.Packages is { } installation)
            ReportPackages(installation);
        if (MetadataPath.Length > 0)
            BuildMetadata.Of(destinations.Names, result).Write(MetadataPath);
        Log.LogMessage(MessageImportance.High, "{0}", ClosingMessage.Of(destinations, result));
        record.With(items).Write(RecordPath, PublishFolder);
        SetOutputs(destinations, result);
    }

    private string RecordPath => Path.Combine(IntermediateFolder, "published.txt");

    private void WarnOf(ContainerBuildResult result, ContainerSettings settings, Stores.Destinations destinations)
    {
        foreach (var link in result.Plan.DanglingLinks)
            WarnCoded(DiagnosticTable.LinkDangles, $"The symbolic link '{link}' points at nothing in the publish folder; it is in the image as it is.");
        foreach (var layer in result.Plan.EmptyLayers)
            WarnCoded(DiagnosticTable.EmptyLayer, $"ContainerLayer '{layer}' matches no published file; the image has no such layer. Check its Files.");
        foreach (var path in result.Plan.Contested)
            Log.LogMessage(MessageImportance.Normal, "'{0}' is claimed by more than one ContainerLayer; the first has it.", path);
        if (settings.Healthcheck is not null && result.Image.Manifest.Format == Images.ImageFormat.Oci)
            WarnCoded(DiagnosticTable.HealthcheckInOci,
                "The image has a health check and OCI's format: Docker runs it, engines that know only OCI do not. Set ContainerImageFormat=Docker to be sure, or use the probes of your orchestrator.");
        if (settings.Compression == Images.LayerCompression.Zstd && destinations.ArchivePath is not null)
            WarnCoded(DiagnosticTable.ZstdTarball,
                "The tarball has layers compressed with zstd, which 'docker load' of an engine without the containerd image store cannot read. Use ContainerCompression=gzip for such engines.");
    }

    private void SetOutputs(Stores.Destinations destinations, ContainerBuildResult result)
    {
        GeneratedManifest = Encoding.UTF8.GetString(result.Image.Manifest.Bytes.Span);
        GeneratedConfiguration = Encoding.UTF8.GetString(result.Image.Config.Bytes.Span);
        GeneratedDigest = result.Image.Digest.ToString();
        GeneratedMediaType = result.Image.Manifest.Descriptor.MediaType;
        GeneratedArchive = destinations.ArchivePath ?? "";
        GeneratedNames = [.. destinations.Names.Select(name => new TaskItem(name.ToString()))];
        var container = new TaskItem(destinations.Names[0].ToString());
        container.SetMetadata("Manifest", GeneratedManifest);
        container.SetMetadata("Configuration", GeneratedConfiguration);
        container.SetMetadata("ManifestDigest", GeneratedDigest);
        container.SetMetadata("ManifestMediaType", GeneratedMediaType);
        GeneratedContainers = [container];
        Log.LogMessage(MessageImportance.Low, "Containerize: [output] GeneratedContainerDigest={0}", GeneratedDigest);
    }

    private void LogCoded(Diagnostic diagnostic, string message) =>
        Log.LogError(null, diagnostic.Code, null, HelpLink(diagnostic), ProjectFile, 0, 0, 0, 0, "{0}", message);

    private void WarnCoded(Diagnostic diagnostic, string message) =>
        Log.LogWarning(null, diagnostic.Code, null, HelpLink(diagnostic), ProjectFile, 0, 0, 0, 0, "{0}", message);

    // The pages lie in the package, two folders above the task: they are there without a network and fit this version.
    private static string HelpLink(Diagnostic diagnostic) =>
        new Uri(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(BuildImage).Assembly.Location)!, "..", "..", diagnostic.Page))).AbsoluteUri;
}
