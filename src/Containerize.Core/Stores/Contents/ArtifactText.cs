using System.Text.Json.Nodes;
using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Stores.Contents;

/// <summary>Says of a manifest that is no image what it is, and what to name instead.</summary>
internal static class ArtifactText
{
    private const string OldSignature = "application/vnd.dev.cosign.simplesigning.v1+json";

    /// <summary>Words that follow the name and "is".</summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="where">What it is, for errors.</param>
    /// <exception cref="ContainerizeException">CTZ0024.</exception>
    public static string Of(ReadOnlySpan<byte> manifest, string where)
    {
        var json = OciJson.Parse(manifest, where);
        var config = TypeOf(json["config"]);
        var layer = json["layers"] is JsonArray { Count: > 0 } layers ? TypeOf(layers[0]) : null;
        if (layer == OldSignature)
            return "signatures in cosign's older form, and no image. Name the image that they are about: 'containerize "
                + "copy' takes them along from registry to registry, and 'containerize verify' reads them.";
        // Of a config that an image has, too, the layers say what this is.
        var type =
            OciJson.Text(json["artifactType"]) is { Length: > 0 } named ? named
            : config is MediaTypes.OciConfig or MediaTypes.DockerConfig ? layer
            : config;
        var kind = $"a manifest of the type '{SingleLineText.Of(type ?? "unknown")}'";
        return json["subject"] is JsonObject subject && OciJson.Text(subject["digest"]) is { } digest
            ? $"{kind} about {SingleLineText.Of(digest)}, and no image. Name that image: 'containerize copy' takes "
                + "along what is attached to it, and 'containerize inspect' lists it."
            : $"{kind}, and only images are understood here. Check the name.";
    }

    private static string? TypeOf(JsonNode? descriptor) =>
        descriptor is JsonObject json ? OciJson.Text(json["mediaType"]) : null;
}
