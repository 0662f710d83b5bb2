using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Containerize.Attestations.Signatures;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Files;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Pull;

namespace Containerize.Attestations.Registries;

/// <summary>The tag <c>sha256-….sig</c> with the signatures of an image in the older form, a layer each.</summary>
/// <param name="registry">The registry as references name it.</param>
/// <param name="repository">The repository.</param>
/// <param name="client">The run's client.</param>
internal sealed class OldSignatures(string registry, string repository, RegistryClient client)
{
    // A payload is a line; more than this is something else.
    private const int LongestPayload = 1 << 20;

    /// <summary>The tag of an image's signatures.</summary>
    public static string TagOf(Digest image) => Referrers.FallbackTag(image) + ".sig";

    /// <summary>The signatures; none where there is no such tag.</summary>
    public async Task<ImmutableArray<Descriptor>> ReadAsync(Digest image, CancellationToken cancellationToken)
    {
        var contents = Contents(image);
        try
        {
            var descriptor = await contents.ResolveAsync(cancellationToken).ConfigureAwait(false);
            using var stream = (await contents.OpenAsync(descriptor, cancellationToken).ConfigureAwait(false))!;
            var bytes = await JsonDocuments.ReadToEndAsync(stream, cancellationToken).ConfigureAwait(false);
            return
            [
                .. Manifest
                    .Parse(bytes, descriptor.MediaType, contents.Where)
                    .Layers.Where(layer => layer.MediaType == SimpleSigning.MediaType)
                    .Take(ImageSignatures.Most),
            ];
        }
        catch (ContainerizeException exception)
            when (exception.Diagnostic == DiagnosticTable.ImageNotFound
                || exception.Diagnostic == DiagnosticTable.InvalidManifest
            )
        {
            return [];
        }
    }

    /// <summary>Why a signature is not what is demanded; null where it is.</summary>
    public async Task<string?> FaultOfAsync(Descriptor layer, SignatureCheck check, CancellationToken cancellationToken)
    {
        if (layer.Size > LongestPayload)
            return $"it is {layer.Size} bytes long";
        try
        {
            using var stream = await Contents(check.Image)
                .Blob(layer)
                .OpenAsync(cancellationToken)
                .ConfigureAwait(false);
            var payload = await JsonDocuments.ReadToEndAsync(stream, cancellationToken).ConfigureAwait(false);
            return check.FaultOf(payload, layer.Annotation(SimpleSigning.Signature) ?? "", "The payload");
        }
        catch (Exception exception) when (exception is ContainerizeException or IOException)
        {
            return exception.Message.TrimEnd('.');
        }
    }

    /// <summary>Writes the tag with one more signature.</summary>
    public static async Task WriteAsync(
        Digest image,
        ImmutableArray<Descriptor> others,
        byte[] payload,
        byte[] signature,
        Attaching attaching,
        CancellationToken cancellationToken
    )
    {
        var layer = Blob.FromBytes(SimpleSigning.MediaType, payload);
        var layers = others
            .Append(
                layer.Descriptor with
                {
                    Annotations = Descriptor.NoAnnotations.Add(
                        SimpleSigning.Signature,
                        Convert.ToBase64String(signature)
                    ),
                }
            )
            .ToImmutableArray();
        // cosign reads the layers and nothing else, but registries and engines expect the config of an image.
        var config = Blob.FromBytes(
            MediaTypes.OciConfig,
            OciJson.ToBytes(
                new JsonObject
                {
                    ["architecture"] = "",
                    ["os"] = "",
                    ["config"] = new JsonObject(),
                    ["rootfs"] = new JsonObject
                    {
                        ["type"] = "layers",
                        ["diff_ids"] = OciJson.From(layers.Select(each => each.Digest.ToString())),
                    },
                }
            )
        );
        var manifest = Manifest.Create(ImageFormat.Oci, config.Descriptor, layers, Descriptor.NoAnnotations);
        await attaching
            .PutAsync(
                new Artifact(manifest.Descriptor, manifest.Bytes, [config, layer]),
                TagOf(image),
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    private RegistryContents Contents(Digest image) =>
        new(new ImageReference(registry, repository, TagOf(image), null), client);
}
