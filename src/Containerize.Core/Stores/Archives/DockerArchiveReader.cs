using System.Collections.Immutable;
using Containerize.Compression;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Files;
using Containerize.Stores.Layouts;

namespace Containerize.Stores.Archives;

/// <summary>
/// Finds an image in a docker archive. It has no manifest and no digests of what it stores, so they are made here: the
/// manifest is OCI's, whose media types say of every layer how it is compressed (Docker's know no zstd).
/// </summary>
internal sealed class DockerArchiveReader(IFileTree tree)
{
    /// <summary>Reads the image, for any platform where none is asked for; its layers are hashed as they are stored,
    /// and not inflated.</summary>
    /// <exception cref="ContainerizeException">Codes from CTZ0020 to CTZ0027.</exception>
    public Task<Image> ReadAsync(string? name, Platform? platform, CancellationToken cancellationToken) =>
        tree.ReadImageAsync(() => FindAsync(name, platform, cancellationToken));

    private async Task<Image> FindAsync(string? name, Platform? platform, CancellationToken cancellationToken)
    {
        var bytes =
            await tree.ReadAsync(DockerManifest.FileName, JsonDocuments.ManifestLimit, cancellationToken)
                .ConfigureAwait(false)
            ?? throw new ContainerizeException(
                tree.Invalid,
                $"{tree.Where} is not an image tarball: it has neither '{LayoutFormat.MarkerName}' nor "
                    + $"'{DockerManifest.FileName}'. "
                    + "Make one with 'docker save', 'skopeo copy' or ContainerArchiveOutputPath."
            );
        var item = Select(DockerManifest.Parse(bytes, $"'{DockerManifest.FileName}' in {tree.Where}"), name);
        var config = ImageConfig.Parse(
            await ReadConfigAsync(item, cancellationToken).ConfigureAwait(false),
            $"'{item.Config}' in {tree.Where}"
        );
        if (platform?.Matches(config.Platform) == false)
            throw new ContainerizeException(
                DiagnosticTable.PlatformMissing,
                $"The image in {tree.Where} does not exist for {platform}; it exists for {config.Platform}. "
                    + "Choose another base image or another ContainerRuntimeIdentifier."
            );
        return await CreateAsync(item, config, cancellationToken).ConfigureAwait(false);
    }

    private DockerManifest Select(ImmutableArray<DockerManifest> items, string? name)
    {
        var meant = items
            .Where(item => name is null || item.RepoTags.Any(tag => ImageNames.IsMeant(tag, name)))
            .DistinctBy(item => item.Config)
            .ToList();
        return meant.Count switch
        {
            1 => meant[0],
            0 => throw ImageNames.NotFound(tree, name, [.. items.SelectMany(Names)]),
            _ => throw ImageNames.Several(tree, meant.SelectMany(Names)),
        };
    }

    private static IEnumerable<string> Names(DockerManifest item) => item.RepoTags.DefaultIfEmpty("");

    private async Task<byte[]> ReadConfigAsync(DockerManifest item, CancellationToken cancellationToken) =>
        await tree.ReadAsync(item.Config, JsonDocuments.ConfigLimit, cancellationToken).ConfigureAwait(false)
        ?? throw Missing(item.Config);

    private async Task<Image> CreateAsync(DockerManifest item, ImageConfig config, CancellationToken cancellationToken)
    {
        var blobs = new Dictionary<string, Blob>(StringComparer.Ordinal);
        foreach (var name in item.Layers.Distinct())
            blobs[name] = await HashAsync(name, cancellationToken).ConfigureAwait(false);
        var layers = item.Layers.Select(name => blobs[name]).ToImmutableArray();
        var manifest = Manifest.Create(
            ImageFormat.Oci,
            new Descriptor(MediaTypes.OciConfig, config.Digest, config.Bytes.Length),
            [.. layers.Select(layer => layer.Descriptor)],
            Descriptor.NoAnnotations
        );
        var image = Image.Of(manifest, config, layers, $"'{DockerManifest.FileName}' in {tree.Where}");
        CheckPlainLayers(item, image);
        return image;
    }

    private async Task<Blob> HashAsync(string name, CancellationToken cancellationToken)
    {
        using var stream = tree.Open(name) ?? throw Missing(name);
        var beginning = new byte[4];
        var compression = CompressionMagic.CompressionOf(
            beginning.AsSpan(0, stream.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false))
        );
        stream.Position = 0;
        var digest = await HashAsync(stream, cancellationToken).ConfigureAwait(false);
        var descriptor = new Descriptor(MediaTypes.Layer(ImageFormat.Oci, compression), digest, stream.Length);
        return new Blob(
            descriptor,
            _ =>
                Task.FromResult<Stream>(
                    new VerifyingStream(tree.Open(name) ?? throw Missing(name), descriptor, $"'{name}' in {tree.Where}")
                )
        );
    }

    private static async Task<Digest> HashAsync(Stream stream, CancellationToken cancellationToken) =>
        Digest.FromHash(
            "sha256",
            await System.Security.Cryptography.SHA256.HashDataAsync(stream, cancellationToken).ConfigureAwait(false)
        );

    // Of a layer that is not compressed the diff id is known now; of the others it is checked by who inflates them.
    private void CheckPlainLayers(DockerManifest item, Image image)
    {
        foreach (var (layer, name) in image.Layers.Zip(item.Layers))
        {
            if (layer.Compression == LayerCompression.None && layer.Blob.Descriptor.Digest != layer.DiffId)
                throw new ContainerizeException(
                    DiagnosticTable.DigestMismatch,
                    $"'{name}' in {tree.Where} should have the digest {layer.DiffId} and has "
                        + $"{layer.Blob.Descriptor.Digest}. "
                        + "It is damaged, or compressed in a way that is neither gzip nor zstd: fetch or make it again."
                );
        }
    }

    private ContainerizeException Missing(string name) =>
        new(
            tree.Invalid,
            $"{tree.Where} names '{name}' and has no such entry. It is incomplete: fetch or make it again."
        );
}
