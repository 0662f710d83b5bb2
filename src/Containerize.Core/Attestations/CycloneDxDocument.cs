using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Containerize.Images;

namespace Containerize.Attestations;

/// <summary>An inventory as CycloneDX 1.6 in JSON (CycloneDX specification, bom-1.6.schema.json).</summary>
internal static class CycloneDxDocument
{
    private const string ImageId = "image";

    /// <summary>Writes the document.</summary>
    /// <param name="inventory">What is in the image.</param>
    /// <param name="toolVersion">The version of what writes it; null for this build's.</param>
    public static byte[] Write(Inventory inventory, string? toolVersion = null)
    {
        var (image, version) = (inventory.Image, toolVersion ?? DocumentJson.ToolVersion);
        return DocumentJson.ToBytes(
            new JsonObject
            {
                ["$schema"] = "http://cyclonedx.org/schema/bom-1.6.schema.json",
                ["bomFormat"] = "CycloneDX",
                ["specVersion"] = "1.6",
                ["serialNumber"] = "urn:uuid:" + UuidOf($"{version} {image.Name} {image.ImageId}"),
                ["version"] = 1,
                ["metadata"] = new JsonObject
                {
                    ["timestamp"] = History.Format(image.Created),
                    ["lifecycles"] = new JsonArray(new JsonObject { ["phase"] = "build" }),
                    ["tools"] = new JsonObject
                    {
                        ["components"] = new JsonArray(
                            new JsonObject
                            {
                                ["type"] = "application",
                                ["name"] = DocumentJson.ToolName,
                                ["version"] = version,
                            }
                        ),
                    },
                    ["component"] = new JsonObject
                    {
                        ["bom-ref"] = ImageId,
                        ["type"] = "container",
                        ["name"] = image.Name,
                        ["version"] = image.Digest.ToString(),
                        ["hashes"] = new JsonArray(Hash(image.Digest.Algorithm.ToUpperInvariant(), image.Digest.Hex)),
                        ["purl"] = image.PackageUrl,
                    },
                },
                ["components"] = DocumentJson.Array(
                    inventory.Components.Select(component => Describe(component, inventory))
                ),
                ["dependencies"] = DocumentJson.Array(Dependencies(inventory)),
                ["compositions"] = new JsonArray(
                    new JsonObject
                    {
                        ["aggregate"] = inventory.IsComplete ? "complete" : "incomplete",
                        ["assemblies"] = new JsonArray(ImageId),
                    }
                ),
            }
        );
    }

    private static JsonObject Describe(Component component, Inventory inventory)
    {
        var json = new JsonObject
        {
            ["bom-ref"] = component.Id,
            ["type"] = component.Kind switch
            {
                ComponentKind.Application => "application",
                ComponentKind.BaseImage => "container",
                ComponentKind.Framework => "framework",
                ComponentKind.OperatingSystem => "operating-system",
                _ => "library",
            },
        };
        if (component.Supplier is { } supplier)
            json["supplier"] = new JsonObject { ["name"] = supplier };
        json["name"] = component.Name;
        json.Set("version", component.Version.Length > 0 ? component.Version : null);
        if (component.Hash is { } hash)
            json["hashes"] = new JsonArray(Hash(hash.Algorithm, hash.Hex));
        if (LicensesOf(component.License) is { } licenses)
            json["licenses"] = licenses;
        json.Set("copyright", component.Copyright);
        json.Set("cpe", component.Cpe);
        json.Set("purl", component.PackageUrl);
        if (component.License is { Expression: null, Address: { } address })
            json["externalReferences"] = new JsonArray(new JsonObject { ["type"] = "license", ["url"] = address });
        if (!component.Files.IsEmpty)
            json["evidence"] = new JsonObject
            {
                ["occurrences"] = DocumentJson.Array(
                    component.Files.Select(file => new JsonObject
                    {
                        ["location"] = file.Path,
                        ["additionalContext"] = $"layer {file.Layer}",
                    })
                ),
            };
        json.Set("properties", DocumentJson.Array(PropertiesOf(component, inventory)));
        return json;
    }

    // A licence with a text of its own has no id of SPDX's list, and is an object; an expression stands alone.
    private static JsonArray? LicensesOf(PackageLicense? license) =>
        license switch
        {
            { Expression: { } name, Text: { } text } => new JsonArray(
                new JsonObject
                {
                    ["license"] = new JsonObject
                    {
                        ["name"] = name,
                        ["text"] = new JsonObject { ["content"] = text },
                    },
                }
            ),
            { Expression: { } expression } => new JsonArray(new JsonObject { ["expression"] = expression }),
            _ => null,
        };

    private static IEnumerable<JsonNode> PropertiesOf(Component component, Inventory inventory)
    {
        if (component.Layer is { } layer)
        {
            if (inventory.Layers.TryGetValue(layer, out var diffId))
                yield return Property("aquasecurity:trivy:LayerDiffID", diffId.ToString());
            yield return Property("containerize:layer", layer);
        }

        if (component.IsEmbedded)
            yield return Property("containerize:embedded", "true");
        foreach (var remark in component.Remarks)
            yield return Property("containerize:remark", remark);
    }

    private static IEnumerable<JsonNode> Dependencies(Inventory inventory)
    {
        yield return Depends(ImageId, inventory.Components.Select(component => component.Id));
        foreach (var component in inventory.Components)
            yield return Depends(component.Id, component.Dependencies);
    }

    private static JsonObject Depends(string id, IEnumerable<string> on)
    {
        var json = new JsonObject { ["ref"] = id };
        json.Set(
            "dependsOn",
            DocumentJson.Array(on.Order(StringComparer.Ordinal).Select(other => JsonValue.Create(other)))
        );
        return json;
    }

    private static JsonObject Hash(string algorithm, string hex) =>
        new() { ["alg"] = algorithm.Replace("SHA", "SHA-", StringComparison.Ordinal), ["content"] = hex };

    private static JsonObject Property(string name, string value) => new() { ["name"] = name, ["value"] = value };

    // RFC 9562, 5.8: a UUID of our own making, here of the first half of a SHA-256.
    private static Guid UuidOf(string text)
    {
        Span<byte> bytes = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes[..16], bigEndian: true);
    }
}
