using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Containerize.Images;

namespace Containerize.Attestations;

/// <summary>How an image was built, for its provenance: what the user set and what built it.</summary>
/// <param name="External">What the user set, by name; no secret, no path and no host.</param>
/// <param name="Internal">What the builder is, by name.</param>
public sealed record BuildParameters(
    ImmutableSortedDictionary<string, string> External,
    ImmutableSortedDictionary<string, string> Internal
);

/// <summary>
/// SLSA provenance v1 in an in-toto Statement v1. It has no time, no host, no user and no path, so that the same build
/// gives
/// the same bytes.
/// </summary>
internal static class ProvenanceStatement
{
    /// <summary>The type of the predicate.</summary>
    public const string PredicateType = "https://slsa.dev/provenance/v1";

    /// <summary>The type of the build: docs/buildtypes/publish-v1.md says what its parameters mean.</summary>
    public const string BuildType = "urn:containerize:buildtype:publish:v1";

    /// <summary>Writes the statement.</summary>
    /// <param name="inventory">What is in the image.</param>
    /// <param name="parameters">How it was built.</param>
    /// <param name="toolVersion">The version of what writes it; null for this build's.</param>
    public static byte[] Write(Inventory inventory, BuildParameters parameters, string? toolVersion = null) =>
        DocumentJson.ToBytes(
            Statement(
                inventory.Image.Digest,
                inventory.Image.Name,
                PredicateType,
                new JsonObject
                {
                    ["buildDefinition"] = new JsonObject
                    {
                        ["buildType"] = BuildType,
                        ["externalParameters"] = OciJson.From(parameters.External),
                        ["internalParameters"] = OciJson.From(parameters.Internal),
                        ["resolvedDependencies"] = DocumentJson.Array(
                            inventory.Components.Select(Dependency).OfType<JsonNode>()
                        ),
                    },
                    ["runDetails"] = new JsonObject
                    {
                        ["builder"] = new JsonObject
                        {
                            ["id"] = "urn:containerize:builder:local",
                            ["version"] = new JsonObject
                            {
                                [DocumentJson.ToolName] = toolVersion ?? DocumentJson.ToolVersion,
                            },
                        },
                    },
                }
            )
        );

    /// <summary>A statement about an image (in-toto attestation, spec v1).</summary>
    /// <param name="image">The digest of the image.</param>
    /// <param name="name">The name of the image; null for none.</param>
    /// <param name="predicateType">A URI.</param>
    /// <param name="predicate">What the statement says.</param>
    internal static JsonObject Statement(Digest image, string? name, string predicateType, JsonObject predicate)
    {
        var subject = new JsonObject();
        subject.Set("name", name);
        subject["digest"] = new JsonObject { [image.Algorithm] = image.Hex };
        return new()
        {
            ["_type"] = "https://in-toto.io/Statement/v1",
            ["subject"] = new JsonArray(subject),
            ["predicateType"] = predicateType,
            ["predicate"] = predicate,
        };
    }

    // What has no digest is no material: a reader could not check that it was this one.
    private static JsonObject? Dependency(Component component) =>
        component.Hash is not { } hash
            ? null
            : new JsonObject
            {
                ["name"] = component.Name,
                ["uri"] = component.PackageUrl ?? "urn:containerize:base-image",
                ["digest"] = new JsonObject { [hash.Algorithm.ToLowerInvariant()] = hash.Hex },
            };
}
