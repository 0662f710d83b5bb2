using System.Collections.Immutable;
using System.Text.Json;

namespace Containerize.Inspection.Report.Attached;

/// <summary>The licences that an SBOM names, for the packages whose own records are not in the image.</summary>
public static class SbomLicenses
{
    /// <summary>No licence is known.</summary>
    public static ImmutableDictionary<(string Name, string Version), string> None { get; } =
        ImmutableDictionary<(string, string), string>.Empty;

    /// <summary>The licences of one document.</summary>
    /// <param name="document">SPDX 2 or CycloneDX, in JSON.</param>
    /// <returns>SPDX expressions by name and version; none for a document that is neither.</returns>
    public static ImmutableDictionary<(string Name, string Version), string> Of(ReadOnlyMemory<byte> document)
    {
        try
        {
            using var json = JsonDocument.Parse(document);
            return Licenses(json.RootElement)
                .Where(found => found.License is { Length: > 0 } and not ("NOASSERTION" or "NONE"))
                .GroupBy(found => (found.Name, found.Version))
                .ToImmutableDictionary(group => group.Key, group => group.First().License!);
        }
        catch (Exception exception)
            when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return None;
        }
    }

    private static IEnumerable<(string Name, string Version, string? License)> Licenses(JsonElement root)
    {
        // spdx-spec 2.3, chapter 7: name, versionInfo, licenseDeclared.
        foreach (var package in Items(root, "packages"))
            yield return (
                Text(package, "name") ?? "",
                Text(package, "versionInfo") ?? "",
                Text(package, "licenseDeclared")
            );
        // CycloneDX 1.6: a component has one expression, or licences that all count.
        foreach (var component in Items(root, "components"))
            yield return (
                Text(component, "name") ?? "",
                Text(component, "version") ?? "",
                string.Join(" AND ", Items(component, "licenses").Select(OfCycloneDx).OfType<string>())
            );
    }

    private static string? OfCycloneDx(JsonElement choice) =>
        Text(choice, "expression")
        ?? (choice.TryGetProperty("license", out var license) ? Text(license, "id") ?? Text(license, "name") : null);

    private static IEnumerable<JsonElement> Items(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var list) ? list.EnumerateArray() : Enumerable.Empty<JsonElement>();

    private static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) ? value.GetString() : null;
}
