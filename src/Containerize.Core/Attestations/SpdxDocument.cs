using System.Text.Json.Nodes;
using Containerize.Images;

namespace Containerize.Attestations;

/// <summary>An inventory as SPDX 2.3 in JSON (spdx-spec, chapters 6 to 11).</summary>
internal static class SpdxDocument
{
    private const string NotKnown = "NOASSERTION",
        ImageId = "SPDXRef-Image";

    /// <summary>Writes the document.</summary>
    /// <param name="inventory">What is in the image.</param>
    /// <param name="toolVersion">The version of what writes it; null for this build's.</param>
    public static byte[] Write(Inventory inventory, string? toolVersion = null)
    {
        var (image, version) = (inventory.Image, toolVersion ?? DocumentJson.ToolVersion);
        var json = new JsonObject
        {
            ["spdxVersion"] = "SPDX-2.3",
            ["dataLicense"] = "CC0-1.0",
            ["SPDXID"] = "SPDXRef-DOCUMENT",
            ["name"] = image.Name,
            ["documentNamespace"] =
                $"urn:containerize:spdx:{version}:{image.Name}:{image.Digest.Algorithm}-{image.Digest.Hex}",
            ["creationInfo"] = new JsonObject
            {
                ["created"] = History.Format(image.Created),
                ["creators"] = new JsonArray($"Tool: {DocumentJson.ToolName}-{version}"),
            },
            ["documentDescribes"] = new JsonArray(ImageId),
            ["packages"] = DocumentJson.Array(
                inventory.Components.Select(component => Package(component, inventory)).Prepend(ImagePackage(image))
            ),
        };
        json.Set(
            "files",
            DocumentJson.Array(inventory.Components.SelectMany(component => component.Files).Select(File))
        );
        json.Set("hasExtractedLicensingInfos", DocumentJson.Array(Texts(inventory)));
        json["relationships"] = DocumentJson.Array(Relationships(inventory));
        return DocumentJson.ToBytes(json);
    }

    private static JsonObject ImagePackage(ImageSubject image) =>
        new()
        {
            ["SPDXID"] = ImageId,
            ["name"] = image.Name,
            ["versionInfo"] = image.Digest.ToString(),
            ["downloadLocation"] = NotKnown,
            ["filesAnalyzed"] = false,
            ["licenseConcluded"] = NotKnown,
            ["licenseDeclared"] = NotKnown,
            ["copyrightText"] = NotKnown,
            ["primaryPackagePurpose"] = "CONTAINER",
            ["checksums"] = new JsonArray(Checksum(image.Digest.Algorithm.ToUpperInvariant(), image.Digest.Hex)),
            ["externalRefs"] = new JsonArray(Reference("PACKAGE-MANAGER", "purl", image.PackageUrl)),
        };

    private static JsonObject Package(Component component, Inventory inventory)
    {
        var json = new JsonObject { ["SPDXID"] = IdOf(component), ["name"] = component.Name };
        json.Set("versionInfo", component.Version.Length > 0 ? component.Version : null);
        json["supplier"] = component.Supplier is { } supplier ? "Organization: " + supplier : NotKnown;
        json["downloadLocation"] = NotKnown;
        json["filesAnalyzed"] = false;
        json["licenseConcluded"] = NotKnown;
        json["licenseDeclared"] = component.License?.Expression ?? NotKnown;
        json.Set(
            "licenseComments",
            component.License is { Expression: null, Address: { } address }
                ? "The package names this address: " + address
                : null
        );
        json["copyrightText"] = component.Copyright ?? NotKnown;
        json["primaryPackagePurpose"] = component.Kind switch
        {
            ComponentKind.Application => "APPLICATION",
            ComponentKind.BaseImage => "CONTAINER",
            ComponentKind.Framework => "FRAMEWORK",
            ComponentKind.OperatingSystem => "OPERATING_SYSTEM",
            _ => "LIBRARY",
        };
        if (component.Hash is { } hash)
            json["checksums"] = new JsonArray(Checksum(hash.Algorithm, hash.Hex));
        json.Set(
            "externalRefs",
            DocumentJson.Array([
                .. component.PackageUrl is { } url ? new[] { Reference("PACKAGE-MANAGER", "purl", url) } : [],
                .. component.Cpe is { } cpe ? new[] { Reference("SECURITY", "cpe23Type", cpe) } : [],
            ])
        );
        if (component.IsEmbedded)
            json["comment"] = "It is part of the app's program and has no file of its own.";
        json.Set(
            "attributionTexts",
            DocumentJson.Array(AttributionsOf(component, inventory).Select(text => JsonValue.Create(text)))
        );
        return json;
    }

    // The first two are the words that trivy has for a layer.
    private static IEnumerable<string> AttributionsOf(Component component, Inventory inventory)
    {
        if (component.Layer is { } layer)
        {
            yield return $"Layer: {layer}";
            if (inventory.Layers.TryGetValue(layer, out var diffId))
                yield return $"LayerDiffID: {diffId}";
        }

        foreach (var remark in component.Remarks)
            yield return remark;
    }

    private static JsonObject File(ComponentFile file) =>
        new()
        {
            ["SPDXID"] = IdOf(file),
            ["fileName"] = "." + file.Path,
            ["checksums"] = new JsonArray(Checksum("SHA1", file.Sha1), Checksum("SHA256", file.Sha256)),
            ["licenseConcluded"] = NotKnown,
            ["copyrightText"] = NotKnown,
            ["comment"] = $"Layer: {file.Layer}",
        };

    private static IEnumerable<JsonNode> Texts(Inventory inventory) =>
        inventory
            .Components.SelectMany(component =>
                component.License is { } license
                    ? license.References.Select(id =>
                        (Id: id, Text: component.License.Text ?? component.License.Address)
                    )
                    : []
            )
            .GroupBy(text => text.Id, StringComparer.Ordinal)
            .OrderBy(text => text.Key, StringComparer.Ordinal)
            .Select(text => new JsonObject
            {
                ["licenseId"] = text.Key,
                ["extractedText"] = text.First().Text ?? NotKnown,
            });

    private static IEnumerable<JsonNode> Relationships(Inventory inventory)
    {
        var ids = inventory.Components.ToDictionary(component => component.Id, IdOf, StringComparer.Ordinal);
        yield return Relationship("SPDXRef-DOCUMENT", "DESCRIBES", ImageId);
        foreach (var component in inventory.Components)
            yield return Relationship(
                ImageId,
                component.Kind == ComponentKind.BaseImage ? "DESCENDANT_OF" : "CONTAINS",
                ids[component.Id]
            );
        foreach (var component in inventory.Components)
        {
            var word = component.Kind == ComponentKind.OperatingSystem ? "CONTAINS" : "DEPENDS_ON";
            foreach (var dependency in component.Dependencies)
                yield return Relationship(ids[component.Id], word, ids[dependency]);
            foreach (var file in component.Files)
                yield return Relationship(ids[component.Id], "CONTAINS", IdOf(file));
        }
    }

    private static string IdOf(Component component) =>
        $"SPDXRef-{component.Kind}-{PackageLicense.Identifier(component.Kind switch
        {
            ComponentKind.SystemPackage => component.Name + "-" + component.Version,
            _ => component.Version.Length > 0 ? $"{component.Name}-{component.Version}" : component.Name,
        })}";

    private static string IdOf(ComponentFile file) =>
        "SPDXRef-File-" + PackageLicense.Identifier(file.Path.TrimStart('/'));

    private static JsonObject Checksum(string algorithm, string hex) =>
        new() { ["algorithm"] = algorithm, ["checksumValue"] = hex };

    private static JsonObject Reference(string category, string type, string locator) =>
        new()
        {
            ["referenceCategory"] = category,
            ["referenceType"] = type,
            ["referenceLocator"] = locator,
        };

    private static JsonObject Relationship(string from, string type, string to) =>
        new()
        {
            ["spdxElementId"] = from,
            ["relationshipType"] = type,
            ["relatedSpdxElement"] = to,
        };
}
