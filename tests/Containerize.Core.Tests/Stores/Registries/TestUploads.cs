using System.Collections.Concurrent;
using System.Globalization;
using Containerize.Images;
using Microsoft.AspNetCore.Http;

namespace Containerize.Core.Tests.Stores.Registries;

// The tests of the tasks compile this file, too, and there the name alone is that of their namespace.
#pragma warning disable IDE0065 // outside of the namespace it would not count there
using Task = System.Threading.Tasks.Task;
#pragma warning restore IDE0065

/// <summary>The sessions of uploads of a <see cref="TestRegistry"/>.</summary>
internal sealed class TestUploads(TestRegistry registry)
{
    private readonly ConcurrentDictionary<string, MemoryStream> _uploads = new();

    /// <summary>Begins a session, takes a part of a blob, or ends the session.</summary>
    public async Task HandleAsync(HttpContext context, string repository, string session)
    {
        var query = context.Request.Query;
        if (session.Length == 0)
        {
            if (
                query["mount"] is [{ } mount]
                && query["from"] is [{ } from]
                && registry.Blobs.TryGetValue((from, mount), out var mounted)
            )
            {
                registry.Blobs[(repository, mount)] = mounted;
                context.Response.StatusCode = 201;
                return;
            }

            session = Guid.NewGuid().ToString("N");
            _uploads[session] = new MemoryStream();
            Accept(context, repository, session);
            return;
        }

        if (!_uploads.TryGetValue(session, out var upload))
        {
            await TestRegistry.RefuseAsync(context, 404, "BLOB_UPLOAD_UNKNOWN");
            return;
        }

        if (
            context.Request.Headers.ContentRange is [{ } range]
            && range.Split('-')[0] != upload.Length.ToString(CultureInfo.InvariantCulture)
        )
        {
            await TestRegistry.RefuseAsync(context, 416, "BLOB_UPLOAD_INVALID");
            return;
        }

        var bytes = await TestRegistry.ReadAsync(context);
        upload.Write(bytes);
        if (HttpMethods.IsPatch(context.Request.Method))
        {
            Accept(context, repository, session);
            return;
        }

        var digest = Digest.Of(upload.ToArray()).ToString();
        if (query["digest"] != digest)
        {
            await TestRegistry.RefuseAsync(
                context,
                400,
                "DIGEST_INVALID",
                "provided digest did not match uploaded content"
            );
            return;
        }

        _uploads.TryRemove(session, out _);
        registry.Blobs[(repository, digest)] = upload.ToArray();
        context.Response.StatusCode = 201;
    }

    private static void Accept(HttpContext context, string repository, string session)
    {
        context.Response.StatusCode = 202;
        context.Response.Headers.Location = $"/v2/{repository}/blobs/uploads/{session}?_state=a%2Fb%3D";
    }
}
