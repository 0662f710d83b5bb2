using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Contents;
using Containerize.Stores.Files;

namespace Containerize.Stores.Layouts;

/// <summary>Finds an image in an OCI image layout, by its name and its platform.</summary>
internal sealed class LayoutReader(IFileTree tree)
{
    private readonly SortedSet<string> _offered = new(StringComparer.Ordinal);
    private readonly DocumentWalk _walk = new(tree.Where);

    // What was found under an index or in a manifest. Many names may stand for one of them, and an index name it many
    // times.
    private readonly Dictionary<Digest, Image?> _known = [];

    /// <summary>Reads the image: its manifest and its config now, its layers when they are opened.</summary>
    /// <param name="name">Its tag or full name; null when there is only one.</param>
    /// <param name="platform">What it has to run on.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ContainerizeException">Codes from CTZ0020 to CTZ0027.</exception>
    public Task<Image> ReadAsync(string? name, Platform platform, CancellationToken cancellationToken) =>
        tree.ReadImageAsync(() => ChooseAsync(name, platform, cancellationToken));

    private async Task<Image> ChooseAsync(string? name, Platform platform, CancellationToken cancellationToken)
    {
        var index = await LayoutFormat.ReadIndexAsync(tree, cancellationToken).ConfigureAwait(false);
        var found = new Dictionary<string, Image>(StringComparer.Ordinal);
        foreach (var descriptor in LayoutFormat.Meant(index, name, tree))
        {
            // The first that fits is meant (image-spec, image-index.md), so of one name only the first counts.
            if (
                !found.ContainsKey(ImageNames.Of(descriptor) ?? "")
                && await FindAsync(descriptor, platform, 0, cancellationToken).ConfigureAwait(false) is { } image
            )
                found.Add(ImageNames.Of(descriptor) ?? "", image);
        }

        return found.Values.DistinctBy(image => image.Digest).Count() switch
        {
            0 => throw new ContainerizeException(
                DiagnosticTable.PlatformMissing,
                $"The image {(name is null ? "" : $"'{name}' ")}in {tree.Where} does not exist for {platform}; "
                    + $"it exists for {(_offered.Count == 0 ? "no platform" : string.Join(", ", _offered))}. "
                    + "Choose another base image or another ContainerRuntimeIdentifier."
            ),
            1 => found.Values.First(),
            _ => throw ImageNames.Several(tree, found.Keys),
        };
    }

    private async Task<Image?> FindAsync(
        Descriptor descriptor,
        Platform platform,
        int depth,
        CancellationToken cancellationToken
    )
    {
        if (MediaTypes.IsManifest(descriptor.MediaType))
            return await MatchAsync(descriptor, platform, cancellationToken).ConfigureAwait(false);
        if (!MediaTypes.IsIndex(descriptor.MediaType))
            return null;
        if (!_walk.Enter(descriptor, depth))
            return _known.GetValueOrDefault(descriptor.Digest);
        var where = $"The index {descriptor.Digest} in {tree.Where}";
        var bytes = await tree.ReadAsync(descriptor, JsonDocuments.ManifestLimit, cancellationToken)
            .ConfigureAwait(false);
        foreach (var child in ImageIndex.Parse(bytes, descriptor.MediaType, where).Manifests)
        {
            if (await FindAsync(child, platform, depth + 1, cancellationToken).ConfigureAwait(false) is { } image)
                return _known[descriptor.Digest] = image;
        }

        return null;
    }

    // The SDK writes an empty object for a platform: that says as little as none, and the config decides.
    private async Task<Image?> MatchAsync(Descriptor descriptor, Platform platform, CancellationToken cancellationToken)
    {
        var offered = descriptor.Platform is { Os: not "", Architecture: not "" } ? descriptor.Platform : null;
        if (offered is not null && !platform.Matches(offered))
            return Refuse(offered);
        var image = await LoadAsync(descriptor, cancellationToken).ConfigureAwait(false);
        return image is null || offered is not null || platform.Matches(image.Config.Platform)
            ? image
            : Refuse(image.Config.Platform);
    }

    private async Task<Image?> LoadAsync(Descriptor descriptor, CancellationToken cancellationToken)
    {
        if (!_walk.Enter(descriptor, 0))
            return _known.GetValueOrDefault(descriptor.Digest);
        var where = $"The manifest {descriptor.Digest} in {tree.Where}";
        var manifest = Manifest.Parse(
            await tree.ReadAsync(descriptor, JsonDocuments.ManifestLimit, cancellationToken).ConfigureAwait(false),
            descriptor.MediaType,
            where
        );
        // Signatures and bills of materials lie beside images, as manifests with a config of another kind.
        if (manifest.Config.MediaType is not (MediaTypes.OciConfig or MediaTypes.DockerConfig))
            return null;
        _walk.Count(manifest.Config);
        var config = ImageConfig.Parse(
            await tree.ReadAsync(manifest.Config, JsonDocuments.ConfigLimit, cancellationToken).ConfigureAwait(false),
            $"The config {manifest.Config.Digest} in {tree.Where}"
        );
        return _known[descriptor.Digest] = Image.Of(manifest, config, manifest.Layers.Select(tree.Blob), where);
    }

    // BuildKit keeps attestations as manifests of the platform unknown/unknown; they are no choice for anybody.
    private Image? Refuse(Platform platform)
    {
        if (platform.Os != "unknown")
            _offered.Add(platform.ToString());
        return null;
    }
}
