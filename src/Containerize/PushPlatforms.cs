using System.Collections.Immutable;
using Containerize.Attestations;
using Containerize.Attestations.Registries;
using Containerize.Images;
using Containerize.Projects;
using Containerize.Projects.Platforms;
using Containerize.Publishing.Outputs;
using Containerize.Reporting;
using Containerize.Stores;
using Containerize.Stores.Registries.Client;
using Microsoft.Build.Framework;

namespace Containerize.Tasks;

/// <summary>The end of a publish for several platforms: their images and the index over them go everywhere.</summary>
public sealed class PushPlatforms : ImageTask
{
    /// <summary>The layouts that the platforms' publishes left, with <c>RuntimeIdentifier</c> and
    /// <c>Base</c>.</summary>
    [Required]
    public ITaskItem[] Platforms { get; set; } = [];

    /// <summary>The index's JSON; empty for one image alone.</summary>
    [Output]
    public string GeneratedIndex { get; private set; } = "";

    private protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        await ChooseEngineAsync(cancellationToken).ConfigureAwait(false);
        if (!await IsUnchangedAsync(cancellationToken).ConfigureAwait(false))
            await PushAsync(cancellationToken).ConfigureAwait(false);
    }

    // A method of its own, for what it names is loaded when it begins.
    private async Task PushAsync(CancellationToken cancellationToken)
    {
        var destinations = ReadDestinations();
        WarnOfNames(destinations);
        using var client = new RegistryClient(RegistrySettings);
        var delivery = Delivery.Open(destinations, client, this);
        Remember(
            OwnOutputs.Of(
                destinations,
                MetadataPath,
                dockerfileFolder: "",
                lockFile: "",
                Platforms.Select(PlatformOf).SelectMany(DocumentFilesOf),
                ReportFile
            )
        );
        var opener = SourcesOf(client);
        var sources = new Dictionary<string, IImageSource>(StringComparer.Ordinal);
        try
        {
            foreach (var location in Platforms.Select(BaseOf).Distinct(StringComparer.Ordinal))
                sources[location] = await opener.OpenAsync(location, cancellationToken).ConfigureAwait(false);
            var build = new PlatformBuild(
                [.. Platforms.Select(item => Read(item, sources[BaseOf(item)]))],
                destinations.CreateSinks(client, IntermediateFolder, Cache)
            )
            {
                AttestsInIndex = delivery.Mode == AttestationMode.Index,
            };
            await PushAsync(build, destinations, delivery, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            foreach (var source in sources.Values.OfType<IDisposable>())
                source.Dispose();
        }
    }

    private async Task PushAsync(
        PlatformBuild build,
        Destinations destinations,
        Delivery delivery,
        CancellationToken cancellationToken
    )
    {
        var result = await build.RunAsync(cancellationToken).ConfigureAwait(false);
        if (MetadataPath.Length > 0)
            await BuildMetadata.WriteAsync(MetadataPath, Metadata(result.Reports)).ConfigureAwait(false);
        foreach (var (image, documents) in result.Images.Images.Zip(result.Documents))
            documents.Write(DocumentStemOf(image.Config.Platform));
        var isAttached = await delivery
            .AttachAsync(result.Images.Images.Zip(result.Documents), cancellationToken)
            .ConfigureAwait(false);
        await delivery
            .SignAsync(
                result.Images.Images.Select(image => image.Manifest.Descriptor).Prepend(result.Images.Descriptor),
                cancellationToken
            )
            .ConfigureAwait(false);
        await ReportPage
            .WriteAsync(
                ReportFile,
                destinations.Names[0],
                result.Images,
                result.Documents[0],
                LayerFates.OfEach(result.Images.Images[0], result.Reports, []),
                delivery.Client,
                isPushed: !destinations.Registries.IsEmpty,
                cancellationToken
            )
            .ConfigureAwait(false);
        GeneratedIndex = result.Images.Index is { } index ? Text(index.Bytes) : "";
        if (result.Images.Images is [var only])
            (GeneratedManifest, GeneratedConfiguration) = (Text(only.Manifest.Bytes), Text(only.Config.Bytes));
        Close(destinations, result.Images, result.Reports, []);
        ImmutableArray<PushReport> unchanged = [.. result.Reports.Select(report => report.Unchanged())];
        var written = result
            .Images.Images.Zip(result.Documents)
            .SelectMany(pair => pair.Second.Files(DocumentStemOf(pair.First.Config.Platform)))
            .Concat(ReportFile.Length > 0 ? [ReportFile] : Array.Empty<string>());
        Remember(
            isAttached ? build.FreshnessOf(result) : null,
            null,
            written,
            [],
            LastWords(destinations, result.Images, unchanged, []),
            MetadataPath.Length > 0 ? Metadata(unchanged) : ""
        );

        string Metadata(ImmutableArray<PushReport> reports) =>
            BuildMetadata.OfPlatforms(destinations.Names, result.Images, result.Packages, reports).Json;
    }

    private protected override IEnumerable<string> BaseLocations => Platforms.Select(BaseOf);

    private static string BaseOf(ITaskItem item) => item.GetMetadata("Base");

    private static Platform PlatformOf(ITaskItem item) =>
        Platform.FromRuntimeIdentifier(item.GetMetadata("RuntimeIdentifier"));

    private string DocumentStemOf(Platform platform) =>
        $"{DocumentStem}.{platform.InIndex().ToString().Replace('/', '-')}";

    private IEnumerable<string> DocumentFilesOf(Platform platform) => ImageDocuments.AllFiles(DocumentStemOf(platform));

    private static PlatformImage Read(ITaskItem item, IImageSource baseSource) =>
        new(PlatformOf(item), item.GetMetadata("FullPath"), baseSource);
}
