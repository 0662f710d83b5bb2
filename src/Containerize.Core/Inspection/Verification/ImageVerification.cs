using System.Text.Json.Nodes;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Contents;
using Containerize.Stores.Files;

namespace Containerize.Inspection.Verification;

/// <summary>
/// Recomputes everything that an image or index claims: every digest and size, every diff id, the form of every
/// document and of every layer's tar (image-spec: descriptor.md, manifest.md, image-index.md, config.md, layer.md). It
/// stops at nothing: all that is wrong is collected.
/// </summary>
internal sealed partial class ImageVerification
{
    // moby, layer/layer_store.go: maxLayerDepth.
    private const int MostLayersOfDocker = 125;

    private readonly IImageContents _contents;
    private readonly ViolationList _violations = new();
    private readonly Dictionary<Digest, Digest?> _diffIds = [];
    private readonly HashSet<Digest> _artifacts = [];
    private readonly DocumentWalk _walk;
    private int _images;
    private int _read;
    private long _bytes;

    private ImageVerification(IImageContents contents) =>
        (_contents, _walk) = (contents, new DocumentWalk(contents.Where));

    /// <summary>Checks all that a name stands for.</summary>
    /// <param name="contents">Where it is; may give anything.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ContainerizeException">Only for what cannot be reached or found; what is there and wrong is a
    /// violation.</exception>
    public static async Task<VerificationReport> RunAsync(IImageContents contents, CancellationToken cancellationToken)
    {
        var root = await contents.ResolveAsync(cancellationToken).ConfigureAwait(false);
        var verification = new ImageVerification(contents);
        await verification.CheckDocumentAsync(root, 0, cancellationToken).ConfigureAwait(false);
        verification.Require(Name(root), verification._images > 0 || verification._violations.Any, "holds no image");
        return new VerificationReport(root, verification._violations.ToImmutable(root.Digest.ToString()))
        {
            Images = verification._images,
            Contents = verification._read,
            Bytes = verification._bytes,
        };
    }

    private async Task CheckDocumentAsync(Descriptor descriptor, int depth, CancellationToken cancellationToken)
    {
        if (!IsWithin(descriptor, () => _walk.Enter(descriptor, depth)))
            return;
        if (
            await ReadAsync(descriptor, "manifest", JsonDocuments.ManifestLimit, cancellationToken)
                .ConfigureAwait(false)
            is not { } json
        )
            return;
        var where = Name(descriptor);
        var shape = MediaTypes.IsIndex(descriptor.MediaType) ? DocumentShapes.Index : DocumentShapes.Manifest;
        if (shape.Fault(json) is { } fault)
        {
            Require(where, false, $"is a document that no engine reads: {fault}");
            return;
        }

        Require(where, Whole(json["schemaVersion"]) == 2, "schemaVersion is not 2");
        Require(
            where,
            OciJson.Text(json["mediaType"]) is null || OciJson.Text(json["mediaType"]) == descriptor.MediaType,
            $"says that it is '{OciJson.Text(json["mediaType"])}' and is named as '{descriptor.MediaType}'"
        );
        Require(
            where,
            !(json.ContainsKey("manifests") && (json.ContainsKey("layers") || json.ContainsKey("config"))),
            "is index and manifest at once"
        );
        if (MediaTypes.IsIndex(descriptor.MediaType))
            await CheckIndexAsync(where, json, depth, cancellationToken).ConfigureAwait(false);
        else if (MediaTypes.IsManifest(descriptor.MediaType))
            await CheckManifestAsync(where, json, descriptor, depth, cancellationToken).ConfigureAwait(false);
        else
            Require(where, false, $"has the media type '{descriptor.MediaType}', which is no manifest and no index");
    }

    private async Task CheckIndexAsync(string where, JsonObject index, int depth, CancellationToken cancellationToken)
    {
        Require(where, index["manifests"] is JsonArray, "has no 'manifests'");
        var platforms = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in index["manifests"] as JsonArray ?? [])
        {
            if (ReadDescriptor(where, node) is not { } child)
                continue;
            Require(
                where,
                child.Platform is null || child.Platform is { Os: not "", Architecture: not "" },
                $"has a platform without os or architecture at {child.Digest}"
            );
            Require(
                where,
                child.Platform is not { Os: not ("unknown" or "") } platform
                    || platforms.Add($"{platform.InIndex()} {platform.OsVersion}"),
                $"has {child.Platform} twice; no client gets the second"
            );
            await CheckDocumentAsync(child, depth + 1, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task CheckManifestAsync(
        string where,
        JsonObject manifest,
        Descriptor descriptor,
        int depth,
        CancellationToken cancellationToken
    )
    {
        var format = descriptor.MediaType == MediaTypes.OciManifest ? ImageFormat.Oci : ImageFormat.Docker;
        Require(where, manifest["layers"] is JsonArray, "has no 'layers'");
        var config = ReadDescriptor(where, manifest["config"]);
        var layers = (manifest["layers"] as JsonArray ?? []).Select(layer => ReadDescriptor(where, layer)).ToList();
        var isOfLayers = layers.All(layer => layer is null || MediaTypes.CompressionOf(layer.MediaType) is not null);
        if (
            config?.MediaType is not (MediaTypes.OciConfig or MediaTypes.DockerConfig)
            || (!isOfLayers && IsAttestation(descriptor))
        )
        {
            Require(
                where,
                depth > 0,
                $"is no image: its config has the media type '{config?.MediaType}', which no engine loads"
            );
            await CheckArtifactAsync([config, .. layers], cancellationToken).ConfigureAwait(false);
            return;
        }

        _images++;
        if (!isOfLayers)
        {
            foreach (
                var layer in layers
                    .OfType<Descriptor>()
                    .Where(layer => MediaTypes.CompressionOf(layer.MediaType) is null)
            )
                Require(where, false, $"has a layer of the media type '{layer.MediaType}', which no engine unpacks");
            await CheckArtifactAsync([config, .. layers], cancellationToken).ConfigureAwait(false);
            return;
        }

        Require(
            where,
            layers.Count <= MostLayersOfDocker,
            $"has {layers.Count} layers, and Docker loads {MostLayersOfDocker} at most"
        );
        Require(
            where,
            config.MediaType == MediaTypes.Config(format),
            $"is of {format}'s family and its config is not: {config.MediaType}"
        );
        var diffIds = new List<Digest?>();
        foreach (var layer in layers)
        {
            Require(
                where,
                layer is null || MediaTypes.IsOf(format, layer.MediaType),
                $"is of {format}'s family and a layer is not: {layer?.MediaType}"
            );
            diffIds.Add(layer is null ? null : await CheckLayerAsync(layer, cancellationToken).ConfigureAwait(false));
        }

        if (
            IsWithin(
                config,
                () =>
                {
                    _walk.Count(config);
                    return true;
                }
            )
            && await ReadAsync(config, "config", JsonDocuments.ConfigLimit, cancellationToken).ConfigureAwait(false)
                is { } document
        )
            CheckConfig(Name(config), document, diffIds, descriptor.Platform);
    }

    // BuildKit's attestations have the config of an image, and are for the platform unknown/unknown in their index.
    private static bool IsAttestation(Descriptor descriptor) =>
        descriptor.Platform is { Os: "unknown" } || descriptor.Annotation("vnd.docker.reference.type") is not null;

    // The contents of what is no image mean nothing to us: they must only fit their descriptors.
    private async Task CheckArtifactAsync(IEnumerable<Descriptor?> parts, CancellationToken cancellationToken)
    {
        foreach (var part in parts.OfType<Descriptor>().Where(part => _artifacts.Add(part.Digest)))
            await HashAsync(part, Stream.Null, cancellationToken).ConfigureAwait(false);
    }

    private bool IsWithin(Descriptor descriptor, Func<bool> count)
    {
        try
        {
            return count();
        }
        catch (ContainerizeException exception)
        {
            Require(Name(descriptor), false, $"is not read: {exception.Message}");
            return false;
        }
    }

    private Descriptor? ReadDescriptor(string where, JsonNode? node)
    {
        try
        {
            return Descriptor.Read(node, where);
        }
        catch (ContainerizeException exception)
        {
            Require(where, false, $"has a descriptor that cannot be understood: {exception.Message}");
            return null;
        }
    }

    private void Require(string where, bool holds, string violation)
    {
        if (!holds)
            _violations.Add(where, violation);
    }

    private static string Name(Descriptor descriptor) => descriptor.Digest.ToString();

    private static int? Whole(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<int>(out var number) ? number : null;
}
