using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Containerize.Attestations.Signatures;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Files;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Pull;
using Containerize.Stores.Registries.Push;

namespace Containerize.Attestations.Registries;

/// <summary>The tag <c>sha256-….sig</c> with the signatures of an image in the older form, a layer each.</summary>
/// <param name="registry">The registry as references name it.</param>
/// <param name="repository">The repository.</param>
/// <param name="client">The run's client.</param>
internal sealed class OldSignatures(string registry, string repository, RegistryClient client)
{
    // A payload is a line; more than this is something else.
    private const int LongestPayload = 1 << 20;

    // Who signs the same name and digest signs the same payload.
    private readonly Dictionary<Digest, byte[]> _payloads = [];

    /// <summary>The tag of an image's signatures.</summary>
    public static string TagOf(Digest image) => Referrers.FallbackTag(image) + ".sig";

    /// <summary>
    /// The signatures that are looked at, the newest first: all, of as many payloads as are fetched. None where there
    /// is no such tag, or one with something else.
    /// </summary>
    public async Task<ImmutableArray<Descriptor>> ReadAsync(Digest image, CancellationToken cancellationToken)
    {
        try
        {
            var (manifest, _) = await ManifestAsync(image, cancellationToken).ConfigureAwait(false);
            var layers = (manifest?.Layers ?? [])
                .Where(layer => layer.MediaType == SimpleSigning.MediaType)
                .Reverse()
                .ToArray();
            var payloads = layers.Select(layer => layer.Digest).Distinct().Take(ImageSignatures.Most).ToHashSet();
            return [.. layers.Where(layer => payloads.Contains(layer.Digest))];
        }
        catch (ContainerizeException exception) when (exception.Diagnostic == DiagnosticTable.InvalidManifest)
        {
            return [];
        }
    }

    /// <summary>Why a signature is not what is demanded; null where it is.</summary>
    /// <exception cref="ContainerizeException">CTZ0030 to CTZ0039: the registry does not hand it out.</exception>
    public async Task<string?> FaultOfAsync(Descriptor layer, SignatureCheck check, CancellationToken cancellationToken)
    {
        if (layer.Size > LongestPayload)
            return $"it is {layer.Size} bytes long";
        try
        {
            if (!_payloads.TryGetValue(layer.Digest, out var payload))
            {
                using var stream = await Contents(check.Image)
                    .Blob(layer)
                    .OpenAsync(cancellationToken)
                    .ConfigureAwait(false);
                payload = await JsonDocuments.ReadToEndAsync(stream, cancellationToken).ConfigureAwait(false);
                _payloads[layer.Digest] = payload;
            }

            return check.FaultOf(payload, layer.Annotation(SimpleSigning.Signature) ?? "", "The payload");
        }
        catch (ContainerizeException exception) when (Referrers.IsFaultOfContent(exception))
        {
            return exception.Message.TrimEnd('.');
        }
    }

    /// <summary>Adds a signature under the tag, and keeps all that is there.</summary>
    /// <exception cref="ContainerizeException">CTZ0024 where the tag holds something else, CTZ0305, CTZ0030 to
    /// CTZ0039.</exception>
    public Task AddAsync(
        Digest image,
        byte[] payload,
        byte[] signature,
        Attaching attaching,
        CancellationToken cancellationToken
    )
    {
        var blob = Blob.FromBytes(SimpleSigning.MediaType, payload);
        var text = Descriptor.NoAnnotations.Add(SimpleSigning.Signature, Convert.ToBase64String(signature));
        return AddAsync(
            image,
            [blob with { Descriptor = blob.Descriptor with { Annotations = text } }],
            attaching,
            cancellationToken
        );
    }

    /// <summary>The signatures of an image, to be stored elsewhere; none where there is no such tag, or one with
    /// something else.</summary>
    public async Task<ImmutableArray<Blob>> BlobsAsync(Digest image, CancellationToken cancellationToken) =>
        [
            .. (await ReadAsync(image, cancellationToken).ConfigureAwait(false))
                .Where(layer => layer.Size <= LongestPayload)
                .Reverse()
                .Select(Contents(image).Blob),
        ];

    /// <summary>Adds signatures under the tag, those that it lacks, and keeps all that is there.</summary>
    /// <param name="image">The digest of the image.</param>
    /// <param name="signatures">A layer each: the payload, with the signature as an annotation.</param>
    /// <param name="attaching">Writes the tag.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ContainerizeException">CTZ0024 where the tag holds something else, CTZ0305, CTZ0030 to
    /// CTZ0039.</exception>
    public Task AddAsync(
        Digest image,
        ImmutableArray<Blob> signatures,
        Attaching attaching,
        CancellationToken cancellationToken
    ) =>
        attaching
            .Tag(image, TagOf(image))
            .AddAsync(
                async () =>
                {
                    var (before, version) = await ManifestAsync(image, cancellationToken).ConfigureAwait(false);
                    var layers = before?.Layers ?? [];
                    var missing = signatures
                        .Where(blob => !layers.Any(layer => IsSame(layer, blob.Descriptor)))
                        .ToImmutableArray();
                    return new TagState(
                        missing.IsEmpty
                            ? null
                            : Write(
                                layers.AddRange(missing.Select(blob => blob.Descriptor)),
                                before?.Annotations ?? Descriptor.NoAnnotations,
                                missing
                            ),
                        version,
                        before?.Descriptor.Digest
                    );
                },
                cancellationToken
            );

    private static bool IsSame(Descriptor one, Descriptor other) =>
        one.Digest == other.Digest
        && one.Annotation(SimpleSigning.Signature) == other.Annotation(SimpleSigning.Signature);

    private static Artifact Write(
        ImmutableArray<Descriptor> layers,
        ImmutableSortedDictionary<string, string> annotations,
        ImmutableArray<Blob> added
    )
    {
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
        var manifest = Manifest.Create(ImageFormat.Oci, config.Descriptor, layers, annotations);
        return new Artifact(manifest.Descriptor, manifest.Bytes, [config, .. added]);
    }

    private async Task<(Manifest? Manifest, string? Version)> ManifestAsync(
        Digest image,
        CancellationToken cancellationToken
    )
    {
        var where = $"{registry}/{repository}:{TagOf(image)}, which holds signatures,";
        var (document, version) = await new Referrers(registry, repository, client)
            .Tag(image, TagOf(image))
            .ReadAsync(cancellationToken)
            .ConfigureAwait(false);
        return document is null
            ? (null, null)
            : (Manifest.Parse(document.Bytes, document.ManifestType(where), where), version);
    }

    private RegistryContents Contents(Digest image) =>
        new(new ImageReference(registry, repository, TagOf(image), null), client);
}
