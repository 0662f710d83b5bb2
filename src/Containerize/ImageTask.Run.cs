using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Layers.Caching;
using Containerize.Publishing.Outputs;
using Containerize.Reporting;
using Containerize.Stores;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Containerize.Tasks;

/// <summary>The boundary where what a user can cause becomes one coded error, and the words at the end.</summary>
public abstract partial class ImageTask : IDisposable
{
    private readonly CancellationTokenSource _cancellation = new();

    public void Cancel() => _cancellation.Cancel();

    public void Dispose()
    {
        _cancellation.Dispose();
        GC.SuppressFinalize(this);
    }

    public override bool Execute()
    {
        try
        {
            RunAsync(_cancellation.Token).GetAwaiter().GetResult();
        }
        catch (ContainerizeException exception)
        {
            Log.ErrorCoded(ProjectFile, exception);
        }
        catch (OperationCanceledException) when (_cancellation.IsCancellationRequested)
        {
            Log.LogMessage(MessageImportance.High, "Containerize was cancelled; nothing was left half done.");
            return false;
        }
        catch (Exception exception) when (FullDisk.Of(exception) is { } full)
        {
            Log.ErrorCoded(ProjectFile, full);
        }

        return !Log.HasLoggedErrors;
    }

    private protected abstract System.Threading.Tasks.Task RunAsync(CancellationToken cancellationToken);

    private protected void WarnCoded(Diagnostic diagnostic, string message)
    {
        _warnings.Add(new(Warning + diagnostic.Code, message));
        Log.WarnCoded(ProjectFile, diagnostic, message);
    }

    private protected void Close(
        Destinations destinations,
        ImageSet images,
        ImmutableArray<PushReport> reports,
        IReadOnlyList<CachedLayer> layers
    )
    {
        if (
            destinations.ArchivePath is not null
            && images.Images.SelectMany(image => image.Layers).Any(layer => layer.Compression == LayerCompression.Zstd)
        )
            WarnCoded(
                DiagnosticTable.ZstdTarball,
                "The tarball has layers compressed with zstd, which 'docker load' of an engine without the "
                    + "containerd image store cannot read. Use ContainerCompression=gzip, and a base without zstd, "
                    + "for such engines."
            );
        Log.LogResult(ProjectFile, LastWords(destinations, images, reports, layers));
        GeneratedDigest = images.Digest.ToString();
        GeneratedMediaType = images.Descriptor.MediaType;
        GeneratedArchive = destinations.ArchivePath ?? "";
        GeneratedNames = [.. destinations.Names.Select(name => new TaskItem(name.ToString()))];
        GeneratedContainers = [.. images.Images.Select(image => Describe(destinations.Names[0], image))];
        ClosingLine = InSolution ? ClosingMessage.Line(destinations, images, reports) : "";
        SetPipelineOutputs();
        Log.LogMessage(MessageImportance.Low, "Containerize: [output] GeneratedContainerDigest={0}", GeneratedDigest);
    }

    private protected string LastWords(
        Destinations destinations,
        ImageSet images,
        ImmutableArray<PushReport> reports,
        IReadOnlyList<CachedLayer> layers
    ) =>
        InSolution
            ? ClosingMessage.Line(destinations, images, reports)
            : ClosingMessage.Of(destinations, images, reports, layers);

    private protected static string Text(ReadOnlyMemory<byte> json) => System.Text.Encoding.UTF8.GetString(json.Span);

    private static TaskItem Describe(ImageReference name, Image image)
    {
        var container = new TaskItem(name.ToString());
        container.SetMetadata("Manifest", Text(image.Manifest.Bytes));
        container.SetMetadata("Configuration", Text(image.Config.Bytes));
        container.SetMetadata("ManifestDigest", image.Digest.ToString());
        container.SetMetadata("ManifestMediaType", image.Manifest.Descriptor.MediaType);
        container.SetMetadata("Platform", image.Config.Platform.InIndex().ToString());
        return container;
    }
}
