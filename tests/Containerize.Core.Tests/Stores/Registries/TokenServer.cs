using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Containerize.TestKit.Registries;
using Containerize.TestKit.Servers;
using Microsoft.AspNetCore.Http;

namespace Containerize.Core.Tests.Stores.Registries;

/// <summary>
/// A token server (distribution's token.md and oauth.md), and the check of its tokens for a registry. Everybody may
/// pull; only <c>user</c> with <c>p&amp;ss</c>, or with the identity token <c>identity</c>, may push.
/// </summary>
public sealed class TokenServer : IAsyncDisposable
{
    public const string Username = "user";
    public const string Password = "p&ss wörd";
    public const string Identity = "identity-token";

    private readonly ConcurrentDictionary<string, string[]> _issued = new();
    private TestServer _server = null!;
    private int _count;

    /// <summary>What was asked for: method, query or form.</summary>
    public ConcurrentQueue<(string Method, string[] Scopes, string? Authorization, string? Grant)> Asked { get; } =
        new();

    /// <summary>The status for a method that this server does not know; null when it knows both.</summary>
    public (string Method, int Status)? Refused { get; set; }

    public int ExpiresIn { get; set; } = 300;

    public string TokenMember { get; set; } = "token";

    public string Realm => $"http://{_server.Authority}/token";

    /// <summary>How the registry words its challenge; <c>{0}</c> is the realm, <c>{1}</c> the scope.</summary>
    public string Challenge { get; set; } = "Bearer realm=\"{0}\",service=\"test registry\",scope=\"{1}\"";

    /// <summary>The service that tokens are for.</summary>
    public string Service { get; set; } = "test registry";

    /// <summary>How often each token is accepted.</summary>
    public int Uses { get; set; } = int.MaxValue;

    private readonly ConcurrentDictionary<string, int> _used = new();

    public static async Task<TokenServer> StartAsync()
    {
        var server = new TokenServer();
        server._server = await TestServer.StartAsync(server.HandleAsync);
        return server;
    }

    /// <summary>The script of a registry that accepts this server's tokens.</summary>
    public async Task<bool> CheckAsync(HttpContext context)
    {
        var request = context.Request;
        var name = RepositoryOf(request.Path.Value!);
        var push = !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method);
        string[] needed = name is null ? [] : [$"repository:{name}:{(push ? "pull,push" : "pull")}"];
        var token = ((string?)request.Headers.Authorization)?.Split("Bearer ").Last();
        if (
            token is not null
            && _issued.TryGetValue(token, out var granted)
            && needed.All(scope => granted.Any(grant => Covers(grant, scope)))
            && _used.AddOrUpdate(token, 1, (_, used) => used + 1) <= Uses
        )
            return false;
        context.Response.Headers.WWWAuthenticate = string.Format(null, Challenge, Realm, string.Join(' ', needed));
        return await TestRegistry.RefuseAsync(context, 401, "UNAUTHORIZED", "authentication required");
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        var request = context.Request;
        var form = HttpMethods.IsPost(request.Method) ? await request.ReadFormAsync() : null;
        var scopes = (form is null ? request.Query["scope"].ToArray() : form["scope"].ToString().Split(' '))
            .OfType<string>()
            .ToArray();
        Asked.Enqueue((request.Method, scopes, request.Headers.Authorization, form?["grant_type"]));
        if (Refused is { } refused && refused.Method == request.Method)
        {
            context.Response.StatusCode = refused.Status;
            return;
        }

        var service = form is null ? request.Query["service"].ToString() : form["service"].ToString();
        var known = form is null
            ? request.Headers.Authorization
                == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Username}:{Password}"))
            : (form["grant_type"] == "password" && form["username"] == Username && form["password"] == Password)
                || (form["grant_type"] == "refresh_token" && form["refresh_token"] == Identity);
        if (service != Service || (!known && (form is not null || request.Headers.Authorization.Count > 0)))
        {
            context.Response.StatusCode = 401;
            await context.Response.WriteAsync("""{"errors":[{"code":"UNAUTHORIZED","message":"who are you"}]}""");
            return;
        }

        var token = $"token-{Interlocked.Increment(ref _count)}-{Guid.NewGuid():N}";
        _issued[token] =
        [
            .. scopes.Select(scope => known ? scope : scope.Replace("pull,push", "pull", StringComparison.Ordinal)),
        ];
        await context.Response.WriteAsync(
            JsonSerializer.Serialize(
                new Dictionary<string, object> { [TokenMember] = token, ["expires_in"] = ExpiresIn }
            )
        );
    }

    private static string? RepositoryOf(string path) =>
        new[] { "/blobs/", "/manifests/" }
            .Select(part => path.IndexOf(part, StringComparison.Ordinal))
            .Where(at => at > 0)
            .Select(at => path[4..at])
            .FirstOrDefault();

    private static bool Covers(string grant, string scope) =>
        grant[..grant.LastIndexOf(':')] == scope[..scope.LastIndexOf(':')]
        && scope[(scope.LastIndexOf(':') + 1)..]
            .Split(',')
            .All(grant[(grant.LastIndexOf(':') + 1)..].Split(',').Contains);
}
