using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Containerize.TestKit.Images;

/// <summary>
/// Recomputes everything that an OCI layout claims about its images and collects all that is wrong. It shares no code
/// with Containerize: JSON, SHA-256, gzip and tar are the framework's.
/// </summary>
public sealed partial class ImageValidator
{
    private const string Oci = "application/vnd.oci.image.";
    private const string Docker = "application/vnd.docker.";

    private static readonly JsonDocumentOptions StrictJson = new() { AllowDuplicateProperties = false };

    private readonly string _folder;
    private readonly List<string> _violations = [];

    private ImageValidator(string folder) => _folder = folder;

    /// <summary>All that is wrong with a layout; empty where nothing is.</summary>
    public static IReadOnlyList<string> Violations(string layout)
    {
        var validator = new ImageValidator(layout);
        validator.CheckLayout();
        return validator._violations;
    }

    /// <summary>A failed test that lists all that is wrong with a layout.</summary>
    public static void AssertValid(string layout)
    {
        var violations = Violations(layout);
        if (violations.Count > 0)
            Assert.Fail($"{layout} has {violations.Count} violations:\n{string.Join('\n', violations)}");
    }

    private void CheckLayout()
    {
        if (Read("oci-layout", Path.Combine(_folder, "oci-layout")) is { } marker)
            Require("oci-layout", Text(marker, "imageLayoutVersion") == "1.0.0", "imageLayoutVersion is not 1.0.0");
        foreach (var blob in Directory.EnumerateFiles(Path.Combine(_folder, "blobs", "sha256")))
            Require(blob, HashOf(blob) == Path.GetFileName(blob), "is not named as its content hashes");
        if (Read("index.json", Path.Combine(_folder, "index.json")) is { } index)
            CheckIndex("index.json", index);
    }

    private void CheckIndex(string where, JsonElement index)
    {
        Require(where, Number(index, "schemaVersion") == 2, "schemaVersion is not 2");
        Require(
            where,
            Text(index, "mediaType") is null or Oci + "index.v1+json" or Docker + "distribution.manifest.list.v2+json",
            "mediaType is not that of an index"
        );
        Require(where, !index.TryGetProperty("layers", out _), "is index and manifest at once");
        foreach (var descriptor in Items(index, "manifests"))
        {
            if (descriptor.TryGetProperty("platform", out var platform))
                Require(
                    where,
                    Text(platform, "os") is { Length: > 0 } && Text(platform, "architecture") is { Length: > 0 },
                    "a platform lacks os or architecture"
                );
            if (CheckBlob(where, descriptor) is not { } path || Read(path, path) is not { } document)
                continue;
            Require(
                path,
                Text(document, "mediaType") is null || Text(document, "mediaType") == Text(descriptor, "mediaType"),
                "mediaType is another than its descriptor's"
            );
            if (document.TryGetProperty("manifests", out _))
                CheckIndex(path, document);
            else
                CheckManifest(path, document, descriptor);
        }
    }

    private void CheckManifest(string where, JsonElement manifest, JsonElement descriptor)
    {
        var family = Text(descriptor, "mediaType")?.StartsWith(Oci, StringComparison.Ordinal) == true ? Oci : Docker;
        Require(where, Number(manifest, "schemaVersion") == 2, "schemaVersion is not 2");
        Require(where, Text(manifest, "mediaType") is not null, "has no mediaType of its own");
        Require(where, !manifest.TryGetProperty("manifests", out _), "is manifest and index at once");
        var layers = Items(manifest, "layers");
        Require(where, layers.Count > 0, "has no layers");
        var diffIds = new List<string?>();
        foreach (var layer in layers)
        {
            Require(
                where,
                Text(layer, "mediaType")?.StartsWith(family, StringComparison.Ordinal) == true,
                $"has a layer of another family: {Text(layer, "mediaType")}"
            );
            diffIds.Add(CheckBlob(where, layer) is { } blob ? CheckLayer(blob, Text(layer, "mediaType") ?? "") : null);
        }
        if (!manifest.TryGetProperty("config", out var config))
        {
            Require(where, false, "has no config");
            return;
        }
        Require(
            where,
            Text(config, "mediaType") is Oci + "config.v1+json" or Docker + "container.image.v1+json"
                && Text(config, "mediaType")!.StartsWith(family, StringComparison.Ordinal),
            $"has a config of another kind: {Text(config, "mediaType")}"
        );
        if (CheckBlob(where, config) is { } path && Read(path, path) is { } document)
            CheckConfig(path, document, diffIds, descriptor);
    }

    private void CheckConfig(string where, JsonElement config, List<string?> diffIds, JsonElement descriptor)
    {
        Require(
            where,
            Text(config, "architecture") is { Length: > 0 } && Text(config, "os") is { Length: > 0 },
            "lacks architecture or os"
        );
        if (descriptor.TryGetProperty("platform", out var platform))
            Require(
                where,
                Text(platform, "architecture") == Text(config, "architecture")
                    && Text(platform, "os") == Text(config, "os"),
                "is for another platform than the index says"
            );
        Require(
            where,
            config.TryGetProperty("created", out var created) && IsTime(created.GetString()),
            "created is no time"
        );
        if (!config.TryGetProperty("rootfs", out var rootfs))
            Require(where, false, "has no rootfs");
        else
        {
            Require(where, Text(rootfs, "type") == "layers", "rootfs is not of type layers");
            var claimed = Items(rootfs, "diff_ids").Select(id => id.GetString()).ToList();
            Require(where, claimed.Count == diffIds.Count, $"has {claimed.Count} diff ids for {diffIds.Count} layers");
            foreach (var (is_, says) in diffIds.Zip(claimed))
                Require(where, is_ is null || is_ == says, $"diff id {says} is {is_} in truth");
        }
        var history = Items(config, "history");
        var filled = history.Count(entry =>
            !(entry.TryGetProperty("empty_layer", out var empty) && empty.GetBoolean())
        );
        Require(
            where,
            history.Count == 0 || filled == diffIds.Count,
            $"has {filled} entries of history for {diffIds.Count} layers"
        );
        Require(where, history.All(entry => IsTime(Text(entry, "created"))), "has history without a time");
        if (config.TryGetProperty("config", out var settings))
            foreach (var variable in Items(settings, "Env"))
                Require(
                    where,
                    EnvironmentEntry().IsMatch(variable.GetString() ?? ""),
                    $"has a bad variable: {variable}"
                );
    }

    /// <summary>Checks a blob against its descriptor; its path where there is a file.</summary>
    private string? CheckBlob(string where, JsonElement descriptor)
    {
        var digest = Text(descriptor, "digest") ?? "";
        Require(where, Text(descriptor, "mediaType") is { Length: > 0 }, $"a descriptor has no mediaType: {digest}");
        if (!DigestForm().IsMatch(digest))
        {
            Require(where, false, $"'{digest}' is no digest");
            return null;
        }
        var path = Path.Combine(_folder, "blobs", "sha256", digest[7..]);
        if (!File.Exists(path))
        {
            Require(where, false, $"{digest} is missing");
            return null;
        }
        var length = new FileInfo(path).Length;
        Require(
            where,
            Number(descriptor, "size") == length,
            $"{digest} has {length} bytes, not {Number(descriptor, "size")}"
        );
        Require(where, HashOf(path) == digest[7..], $"{digest} has the digest sha256:{HashOf(path)}");
        return path;
    }

    private JsonElement? Read(string where, string path)
    {
        try
        {
            return JsonDocument.Parse(File.ReadAllBytes(path), StrictJson).RootElement;
        }
        catch (Exception exception) when (exception is JsonException or IOException)
        {
            Require(where, false, exception.Message);
            return null;
        }
    }

    private void Require(string where, bool holds, string violation)
    {
        if (!holds)
            _violations.Add(string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(where)}: {violation}"));
    }

    private static string HashOf(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static long? Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.TryGetInt64(out var number) ? number : null;

    private static List<JsonElement> Items(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray()]
            : [];

    private static bool IsTime(string? text) =>
        text is not null
        && text.Contains('T', StringComparison.Ordinal)
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _);

    [GeneratedRegex(@"\Asha256:[0-9a-f]{64}\z")]
    private static partial Regex DigestForm();

    // A value may hold line breaks; engines take them.
    [GeneratedRegex(@"\A[^=]+=.*\z", RegexOptions.Singleline)]
    private static partial Regex EnvironmentEntry();
}
