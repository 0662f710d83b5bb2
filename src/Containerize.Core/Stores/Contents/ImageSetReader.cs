using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Files;

namespace Containerize.Stores.Contents;

/// <summary>Reads all that a name stands for: the documents now, the bytes of layers when they are opened.</summary>
/// <param name="contents">Where it is.</param>
internal sealed class ImageSetReader(IImageContents contents)
{
    private const string Nothing = "an index without an image, and only images are understood here. Check the name.";

    private readonly ImmutableArray<Image>.Builder _images = ImmutableArray.CreateBuilder<Image>();
    private readonly ImmutableArray<Artifact>.Builder _artifacts = ImmutableArray.CreateBuilder<Artifact>();
    private readonly DocumentWalk _walk = new(contents.Where);

    /// <summary>The one image, or the index as it is with everything in it.</summary>
    /// <exception cref="ContainerizeException">CTZ0020 to CTZ0024 for what is there, CTZ0152 for a file that is no
    /// image.</exception>
    public async Task<ImageSet> ReadAsync(CancellationToken cancellationToken)
    {
        var root = await contents.ResolveAsync(cancellationToken).ConfigureAwait(false);
        _walk.Enter(root, 0);
        var bytes = await DocumentAsync(root, JsonDocuments.ManifestLimit, cancellationToken).ConfigureAwait(false);
        var index = MediaTypes.IsIndex(root.MediaType) ? ImageIndex.Parse(bytes, root.MediaType, Where(root)) : null;
        if (index is null)
            await ReadManifestAsync(root, bytes, cancellationToken).ConfigureAwait(false);
        else
            await ReadChildrenAsync(index, 1, cancellationToken).ConfigureAwait(false);
        if (_images.Count == 0)
            throw new ContainerizeException(
                DiagnosticTable.NotAnImage,
                $"{contents.Where} is {(index is null ? ArtifactText.Of(bytes, Where(root)) : Nothing)}"
            );
        return index is null ? _images[0] : ImageSet.Of(index, _images.ToImmutable(), _artifacts.ToImmutable());
    }

    private async Task ReadChildrenAsync(ImageIndex index, int depth, CancellationToken cancellationToken)
    {
        foreach (var child in index.Manifests.Where(child => _walk.Enter(child, depth)))
        {
            var bytes = await DocumentAsync(child, JsonDocuments.ManifestLimit, cancellationToken)
                .ConfigureAwait(false);
            if (!MediaTypes.IsIndex(child.MediaType))
            {
                await ReadManifestAsync(child, bytes, cancellationToken).ConfigureAwait(false);
                continue;
            }

            var inner = ImageIndex.Parse(bytes, child.MediaType, Where(child));
            await ReadChildrenAsync(inner, depth + 1, cancellationToken).ConfigureAwait(false);
            _artifacts.Add(new Artifact(inner.Descriptor, inner.Bytes, []));
        }
    }

    // Attestations of BuildKit say they are images, and their layers say they are none.
    private async Task ReadManifestAsync(Descriptor descriptor, byte[] bytes, CancellationToken cancellationToken)
    {
        var manifest = Manifest.Parse(bytes, descriptor.MediaType, Where(descriptor));
        if (
            manifest.Config.MediaType is MediaTypes.OciConfig or MediaTypes.DockerConfig
            && manifest.Layers.All(layer => MediaTypes.CompressionOf(layer.MediaType) is not null)
        )
        {
            _walk.Count(manifest.Config);
            var config = await DocumentAsync(manifest.Config, JsonDocuments.ConfigLimit, cancellationToken)
                .ConfigureAwait(false);
            _images.Add(
                Image.Of(
                    manifest,
                    ImageConfig.Parse(config, $"The config {manifest.Config.Digest} of {contents.Where}"),
                    manifest.Layers.Select(contents.Blob),
                    Where(descriptor)
                )
            );
            return;
        }

        _artifacts.Add(
            new Artifact(
                manifest.Descriptor,
                manifest.Bytes,
                [.. manifest.Layers.Prepend(manifest.Config).DistinctBy(part => part.Digest).Select(contents.Blob)]
            )
        );
    }

    private async Task<byte[]> DocumentAsync(Descriptor descriptor, int limit, CancellationToken cancellationToken)
    {
        JsonDocuments.CheckLength(descriptor.Size, limit, Where(descriptor));
        var stored =
            await contents.OpenAsync(descriptor, cancellationToken).ConfigureAwait(false)
            ?? throw new ContainerizeException(
                DiagnosticTable.ImageNotFound,
                $"{contents.Where} names the document {descriptor.Digest}, which is not there. It is "
                    + "incomplete: make it again, or copy it whole."
            );
        using var stream = new VerifyingStream(stored, descriptor, Where(descriptor));
        return await JsonDocuments.ReadToEndAsync(stream, cancellationToken).ConfigureAwait(false);
    }

    private string Where(Descriptor descriptor) => $"The document {descriptor.Digest} of {contents.Where}";
}
