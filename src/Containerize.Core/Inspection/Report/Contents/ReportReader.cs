using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Recipes;

namespace Containerize.Inspection.Report.Contents;

/// <summary>Reads images and puts the facts of a report together.</summary>
public static class ReportReader
{
    private const string BaseName = "org.opencontainers.image.base.name";
    private const string BaseDigest = "org.opencontainers.image.base.digest";

    /// <summary>Reads an image; each layer is read once, from its start to its end.</summary>
    /// <param name="request">What is shown and compared.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ContainerizeException">
    /// CTZ0021 when no image is for the platform; the codes of the sources, and of layers that cannot be read.
    /// </exception>
    public static async Task<ImageReport> ReadAsync(ReportRequest request, CancellationToken cancellationToken)
    {
        var image = Choose(request);
        var listings = new LayerListings();
        var contents = await ImageContents.ReadAsync(image, listings, cancellationToken).ConfigureAwait(false);
        var comparison = request.Against is { } against
            ? ComparisonReader.Compare(
                against.Name,
                await ImageContents
                    .ReadAsync(against.Images.For(image.Config.Platform), listings, cancellationToken)
                    .ConfigureAwait(false),
                contents
            )
            : null;
        return new ImageReport
        {
            Name = Passwords.Hide(request.Image.Name),
            Digest = request.Image.Images.Digest,
            Platforms =
            [
                .. request.Image.Images.Images.Select(each => new ReportedPlatform(
                    each.Config.Platform,
                    each.Digest,
                    each.Layers.Sum(layer => layer.Blob.Descriptor.Size)
                )),
            ],
            Platform = image.Config.Platform,
            ManifestDigest = image.Digest,
            ImageId = image.Config.Digest,
            Created = image.Config.Created,
            Base = BaseOf(image),
            Layers =
            [
                .. contents.Layers.Select((layer, at) => layer with { Fate = request.Fates.ElementAtOrDefault(at) }),
            ],
            Packages = [.. contents.Packages.Select(package => Licensed(package, request))],
            Attached = request.Attached,
            Config = ConfigOf(image.Config, contents.Mask),
            Dockerfile = contents.Mask.Text(HistoryDockerfile.Of(image)),
            Comparison = comparison,
            Shared = SharedOf(request, image),
        };
    }

    /// <summary>The image that a report shows.</summary>
    /// <exception cref="ContainerizeException">CTZ0021 when no image is for the platform.</exception>
    public static Image Choose(ReportRequest request)
    {
        var images = request.Image.Images.Images;
        if (request.Platform is not { } platform)
            return images[0];
        return images.FirstOrDefault(image => platform.Matches(image.Config.Platform))
            ?? throw new ContainerizeException(
                DiagnosticTable.PlatformMissing,
                $"'{request.Image.Name}' has no image for {platform}. It has one for "
                    + $"{string.Join(", ", images.Select(image => image.Config.Platform))}: write one of them for "
                    + "--platform."
            );
    }

    private static ReportedBase? BaseOf(Image image)
    {
        var (name, digest) = (Value(BaseName), Value(BaseDigest));
        return name is null && digest is null ? null : new ReportedBase(name, digest, BaseCreated(image.Config));

        string? Value(string key) =>
            image.Config.Labels.GetValueOrDefault(key) ?? image.Manifest.Annotations.GetValueOrDefault(key);
    }

    // The layers below the lowest of ours are the base's, and the last of them is as old as the base.
    private static string? BaseCreated(ImageConfig config)
    {
        var layers = config.HistoryLines.Where(line => !line.EmptyLayer).ToList();
        var own = config.OwnLayerNames.TakeWhile(name => name is null).Count();
        return own > 0 && own < layers.Count ? layers[own - 1].Created : null;
    }

    // What the image itself says comes first; an SBOM names a package of the runtime as NuGet does.
    private static ReportedPackage Licensed(ReportedPackage package, ReportRequest request) =>
        package.License is not null
            ? package
            : package with
            {
                License = request.Licenses.GetValueOrDefault((package.Package.Name, package.Package.Version)),
            };

    private static ReportedConfig ConfigOf(ImageConfig config, SecretMask mask) =>
        new()
        {
            User = config.User,
            WorkingDirectory = config.WorkingDirectory,
            Entrypoint = [.. config.Entrypoint.Select(mask.Text)],
            Command = [.. config.Cmd.Select(mask.Text)],
            Ports = config.ExposedPorts,
            Volumes = config.Volumes,
            StopSignal = config.StopSignal,
            Healthcheck = config.HealthcheckJson is { } check ? mask.Text(check) : null,
            Environment = [.. config.Environment.Select(pair => mask.Variable(pair.Key, pair.Value))],
            Labels = [.. config.Labels.Select(pair => mask.Variable(pair.Key, pair.Value))],
        };

    private static SharedLayers? SharedOf(ReportRequest request, Image image)
    {
        if (request.Others.IsEmpty)
            return null;
        var all = new List<(string, Image)> { (request.Image.Name, image) };
        if (request.Against is { } against)
            all.Add((against.Name, against.Images.For(image.Config.Platform)));
        all.AddRange(request.Others.Select(other => (other.Name, other.Images.For(image.Config.Platform))));
        return SharedLayers.Of([
            .. all.Select(pair =>
                (
                    Passwords.Hide(pair.Item1),
                    pair.Item2,
                    LayerTitles.Of(pair.Item2).Select(title => title.Name).ToImmutableArray()
                )
            ),
        ]);
    }
}
