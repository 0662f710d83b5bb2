using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Containerize.Images;
using Containerize.TestKit.Images;
using Containerize.TestKit.Servers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Containerize.Core.Tests.Stores.Registries;

// The tests of the tasks compile this file, too, and there the name alone is that of their namespace.
#pragma warning disable IDE0065 // outside of the namespace it would not count there
using Task = System.Threading.Tasks.Task;
#pragma warning restore IDE0065

/// <summary>
/// A registry in memory that speaks distribution-spec over real HTTP, and whatever else a test scripts: the script sees
/// each request first and answers it, changes something, or returns false and leaves it to the registry.
/// </summary>
public sealed class TestRegistry : IAsyncDisposable
{
    private readonly TestUploads _uploads;
    private TestServer _server = null!;

    private TestRegistry() => _uploads = new TestUploads(this);

    public ConcurrentDictionary<(string Repository, string Digest), byte[]> Blobs { get; } = new();

    public ConcurrentDictionary<
        (string Repository, string Reference),
        (string MediaType, byte[] Bytes)
    > Manifests { get; } = new();

    public ConcurrentQueue<SeenRequest> Seen { get; } = new();

    /// <summary>Whether it lists referrers itself.</summary>
    public bool ListsReferrers { get; init; }

    /// <summary>Whether it names the version of a manifest, and refuses to replace another version.</summary>
    public bool HasVersions { get; init; }

    /// <summary>Sees each request first; true when it has answered.</summary>
    public Func<HttpContext, Task<bool>> Script { get; set; } = _ => Task.FromResult(false);

    public string Authority => _server.Authority;

    public IEnumerable<string> SeenLines => Seen.Select(seen => seen.ToString());

    public static async Task<TestRegistry> StartAsync(
        Func<HttpContext, Task<bool>>? script = null,
        Action<ListenOptions>? listen = null,
        bool listsReferrers = false,
        bool hasVersions = false
    )
    {
        var registry = new TestRegistry { ListsReferrers = listsReferrers, HasVersions = hasVersions };
        registry.Script = script ?? registry.Script;
        registry._server = await TestServer.StartAsync(registry.HandleAsync, listen);
        return registry;
    }

    /// <summary>Answers with a status and the error body of the spec.</summary>
    public static async Task<bool> RefuseAsync(HttpContext context, int status, string code, string message = "no")
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        var body = $$"""{"errors":[{"code":"{{code}}","message":"{{message}}"}]}""";
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.WriteAsync(body);
        return true;
    }

    public Digest AddBlob(string repository, byte[] bytes)
    {
        var digest = Digest.Of(bytes);
        Blobs[(repository, digest.ToString())] = bytes;
        return digest;
    }

    public Digest AddManifest(string repository, string mediaType, byte[] bytes, string? tag = null)
    {
        var digest = Digest.Of(bytes);
        Manifests[(repository, digest.ToString())] = (mediaType, bytes);
        if (tag is not null)
            Manifests[(repository, tag)] = (mediaType, bytes);
        return digest;
    }

    /// <summary>Stores an image with all its blobs.</summary>
    public async Task AddAsync(string repository, Image image, string? tag = null)
    {
        foreach (var blob in image.Layers.Select(layer => layer.Blob).Append(image.ConfigBlob))
            AddBlob(repository, await TestImages.BytesAsync(blob));
        AddManifest(repository, image.Manifest.Descriptor.MediaType, image.Manifest.Bytes.ToArray(), tag);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        var request = context.Request;
        Seen.Enqueue(
            new SeenRequest(
                request.Method,
                request.Path,
                request.QueryString.Value ?? "",
                request.Headers.Authorization,
                request.ContentType,
                request.ContentLength,
                request.Headers.ContentRange
            )
        );
        if (await Script(context))
            return;
        var path = request.Path.Value!;
        if (path is "/v2/" or "/v2")
            return;
        var uploads = path.IndexOf("/blobs/uploads/", StringComparison.Ordinal);
        var blobs = path.IndexOf("/blobs/", StringComparison.Ordinal);
        var manifests = path.IndexOf("/manifests/", StringComparison.Ordinal);
        if (uploads > 0)
            await _uploads.HandleAsync(context, path[4..uploads], path[(uploads + 15)..]);
        else if (blobs > 0)
            await BlobAsync(context, path[4..blobs], path[(blobs + 7)..]);
        else if (ListsReferrers && path.IndexOf("/referrers/", StringComparison.Ordinal) is var referrers and > 0)
            await SendReferrersAsync(context, path[4..referrers], path[(referrers + 11)..]);
        else if (manifests > 0)
            await ManifestAsync(context, path[4..manifests], path[(manifests + 11)..]);
        else
            await RefuseAsync(context, 404, "NAME_UNKNOWN");
    }

    private async Task ManifestAsync(HttpContext context, string repository, string reference)
    {
        if (HttpMethods.IsPut(context.Request.Method))
        {
            var bytes = await ReadAsync(context);
            if (HasVersions && !IsVersion(context, repository, reference))
            {
                await RefuseAsync(context, 412, "PRECONDITION_FAILED");
                return;
            }

            var digest = AddManifest(repository, context.Request.ContentType!, bytes, reference);
            context.Response.StatusCode = 201;
            if (ListsReferrers && SubjectOf(bytes) is { } subject)
                context.Response.Headers["OCI-Subject"] = subject;
            context.Response.Headers["Docker-Content-Digest"] = digest.ToString();
        }
        else if (Manifests.TryGetValue((repository, reference), out var manifest))
        {
            context.Response.ContentType = manifest.MediaType;
            context.Response.Headers["Docker-Content-Digest"] = Digest.Of(manifest.Bytes).ToString();
            if (HasVersions)
                context.Response.Headers.ETag = $"\"{Digest.Of(manifest.Bytes)}\"";
            await SendAsync(context, manifest.Bytes);
        }
        else
        {
            await RefuseAsync(context, 404, "MANIFEST_UNKNOWN");
        }
    }

    private bool IsVersion(HttpContext context, string repository, string reference) =>
        context.Request.Headers.IfMatch is not [{ } wanted]
        || (Manifests.TryGetValue((repository, reference), out var now) && wanted == $"\"{Digest.Of(now.Bytes)}\"");

    private static string? SubjectOf(byte[] bytes) => (string?)JsonNode.Parse(bytes)!["subject"]?["digest"];

    // Two to a page, so that clients have to follow.
    private async Task SendReferrersAsync(HttpContext context, string repository, string subject)
    {
        var all = Manifests
            .Where(pair =>
                pair.Key.Repository == repository
                && pair.Key.Reference.Contains(':', StringComparison.Ordinal)
                && SubjectOf(pair.Value.Bytes) == subject
            )
            .OrderBy(pair => pair.Key.Reference, StringComparer.Ordinal)
            .ToArray();
        var from = int.TryParse(context.Request.Query["from"], CultureInfo.InvariantCulture, out var start) ? start : 0;
        if (from + 2 < all.Length)
            context.Response.Headers.Link = $"</v2/{repository}/referrers/{subject}?from={from + 2}>; rel=\"next\"";
        context.Response.ContentType = MediaTypes.OciIndex;
        await SendAsync(
            context,
            ImageIndex
                .Create(
                    ImageFormat.Oci,
                    [
                        .. all.Skip(from)
                            .Take(2)
                            .Select(pair => new Descriptor(
                                pair.Value.MediaType,
                                Digest.Of(pair.Value.Bytes),
                                pair.Value.Bytes.Length
                            )
                            {
                                ArtifactType = (string?)JsonNode.Parse(pair.Value.Bytes)!["artifactType"],
                            }),
                    ]
                )
                .Bytes.ToArray()
        );
    }

    private async Task BlobAsync(HttpContext context, string repository, string digest)
    {
        if (!Blobs.TryGetValue((repository, digest), out var bytes))
        {
            await RefuseAsync(context, 404, "BLOB_UNKNOWN");
            return;
        }

        context.Response.Headers["Docker-Content-Digest"] = digest;
        if (context.Request.GetTypedHeaders().Range?.Ranges.SingleOrDefault()?.From is { } from)
        {
            context.Response.StatusCode = 206;
            context.Response.Headers.ContentRange = string.Create(
                CultureInfo.InvariantCulture,
                $"bytes {from}-{bytes.Length - 1}/{bytes.Length}"
            );
            bytes = bytes[(int)from..];
        }

        await SendAsync(context, bytes);
    }

    private static async Task SendAsync(HttpContext context, byte[] bytes)
    {
        context.Response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.Body.WriteAsync(bytes);
    }

    /// <summary>The body of a request.</summary>
    internal static async Task<byte[]> ReadAsync(HttpContext context)
    {
        using var bytes = new MemoryStream();
        await context.Request.Body.CopyToAsync(bytes);
        return bytes.ToArray();
    }
}
