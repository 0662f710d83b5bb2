using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Containerize.Tests.Tools;

/// <summary>Somebody who may write to a registry on this machine, and replaces layers of images there.</summary>
public sealed class RegistryAttacker(string address) : IDisposable
{
    private const string Manifest = "application/vnd.oci.image.manifest.v1+json";

    private readonly HttpClient _http = new() { BaseAddress = new Uri($"http://{address}/v2/") };

    public void Dispose() => _http.Dispose();

    /// <summary>
    /// Stores an image again with other bytes in place of a layer. The config with its diff ids, and the annotations of
    /// the layer, stay what they are.
    /// </summary>
    /// <param name="repository">Where the image lies.</param>
    /// <param name="tag">Its tag.</param>
    /// <param name="layer">The index of the layer.</param>
    /// <param name="into">The repository of the image with the other layer.</param>
    /// <param name="intoTag">Its tag.</param>
    public async Task ReplaceLayerAsync(string repository, string tag, int layer, string into, string intoTag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{repository}/manifests/{tag}");
        request.Headers.Accept.ParseAdd(Manifest);
        using var answer = (await _http.SendAsync(request)).EnsureSuccessStatusCode();
        var manifest = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        var replaced = manifest["layers"]![layer]!;
        foreach (var blob in manifest["layers"]!.AsArray().Where(other => other != replaced).Append(manifest["config"]))
            await PutAsync(
                into,
                await _http.GetByteArrayAsync(new Uri($"{repository}/blobs/{blob!["digest"]}", UriKind.Relative))
            );
        using var evil = new MemoryStream();
        await using (var gzip = new GZipStream(evil, CompressionLevel.Fastest, leaveOpen: true))
            await gzip.WriteAsync(new byte[1024]);
        replaced["digest"] = await PutAsync(into, evil.ToArray());
        replaced["size"] = evil.Length;
        using var content = new StringContent(manifest.ToJsonString());
        content.Headers.ContentType = new MediaTypeHeaderValue(Manifest);
        using var stored = await _http.PutAsync(new Uri($"{into}/manifests/{intoTag}", UriKind.Relative), content);
        stored.EnsureSuccessStatusCode();
    }

    private async Task<string> PutAsync(string repository, byte[] bytes)
    {
        using var session = await _http.PostAsync(new Uri($"{repository}/blobs/uploads/", UriKind.Relative), null);
        var location = session.EnsureSuccessStatusCode().Headers.Location!.ToString();
        var digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));
        var place = string.Create(
            CultureInfo.InvariantCulture,
            $"{location}{(location.Contains('?', StringComparison.Ordinal) ? '&' : '?')}digest={Uri.EscapeDataString(digest)}"
        );
        using var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var stored = await _http.PutAsync(new Uri(place, UriKind.RelativeOrAbsolute), content);
        stored.EnsureSuccessStatusCode();
        return digest;
    }
}
