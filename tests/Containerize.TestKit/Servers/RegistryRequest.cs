using System.Globalization;
using System.Text.Json.Nodes;

namespace Containerize.TestKit.Servers;

/// <summary>One request that a registry answered, read from its log.</summary>
/// <param name="Method">GET, HEAD, POST, PATCH, PUT, DELETE.</param>
/// <param name="Path">The path with its query.</param>
/// <param name="Status">The HTTP status.</param>
public sealed record RegistryRequest(string Method, string Path, int Status)
{
    /// <summary>The bytes of the answer's body.</summary>
    public long Written { get; init; }

    /// <summary>Whether this request completed the upload of a blob.</summary>
    public bool CompletesBlob =>
        Method == "PUT" && Path.Contains("/blobs/uploads/", StringComparison.Ordinal) && Status == 201;

    /// <summary>The digest that a completed upload was for.</summary>
    public string? UploadedDigest =>
        CompletesBlob && Path.LastIndexOf("digest=", StringComparison.Ordinal) is > 0 and var at
            ? Uri.UnescapeDataString(Path[(at + 7)..].Split('&')[0])
            : null;

    /// <summary>Whether this request put a manifest.</summary>
    public bool PutsManifest =>
        Method == "PUT" && Path.Contains("/manifests/", StringComparison.Ordinal) && Status == 201;

    /// <summary>The request of a line of docker-registry's JSON log; null for its other lines.</summary>
    public static RegistryRequest? FromLogLine(string line)
    {
        if (
            !line.StartsWith('{')
            || JsonNode.Parse(line) is not JsonObject entry
            || entry["http.response.status"] is not { } status
        )
            return null;
        return new RegistryRequest(
            (string)entry["http.request.method"]!,
            (string)entry["http.request.uri"]!,
            int.Parse(status.ToString(), CultureInfo.InvariantCulture)
        )
        {
            Written = long.Parse(entry["http.response.written"]?.ToString() ?? "0", CultureInfo.InvariantCulture),
        };
    }

    public override string ToString() => FormattableString.Invariant($"{Method} {Path} -> {Status}");
}
