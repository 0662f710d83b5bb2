using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Containerize.TestKit.Servers;
using Microsoft.AspNetCore.Http;

namespace Containerize.TestKit.Keyless;

/// <summary>A request that came in.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Authorization">The header; empty for none.</param>
/// <param name="Body">The body.</param>
public sealed record ServedRequest(string Path, string Authorization, string Body);

/// <summary>All services of a keyless signature on one port of 127.0.0.1: GitHub's tokens, Fulcio, Rekor in both
/// versions, and timestamps. They check what they are asked as the real ones do.</summary>
public sealed class KeylessServices : IAsyncDisposable
{
    /// <summary>The token that GitHub's runner hands to steps.</summary>
    public const string RunnerToken = "runner-token-7c1d";

    /// <summary>Who the tokens are for.</summary>
    public const string Identity = "https://github.com/acme/shop/.github/workflows/release.yml@refs/heads/main";

    /// <summary>Who vouches for it.</summary>
    public const string Issuer = "https://token.actions.githubusercontent.com";

    private readonly Dictionary<string, JsonObject> _entries = new(StringComparer.Ordinal);
    private TestServer _server = null!;

    private KeylessServices(DateTimeOffset now) => (Authority, Clock) = (new(now), new(now));

    public MockAuthority Authority { get; }

    public MockClock Clock { get; }

    public MockLog Log { get; private set; } = null!;

    /// <summary>The URL of all of them.</summary>
    public string Url => $"http://{_server.Authority}";

    /// <summary>How far the clock of timestamps and log goes ahead of that of certificates.</summary>
    public TimeSpan Ahead { get; set; }

    /// <summary>Answers a request in place of the services, or says false.</summary>
    public Func<HttpContext, Task<bool>> Script { get; set; } = _ => Task.FromResult(false);

    /// <summary>All requests so far.</summary>
    public ConcurrentQueue<ServedRequest> Requests { get; } = new();

    /// <summary>The last answer under each path.</summary>
    public ConcurrentDictionary<string, byte[]> Answers { get; } = new(StringComparer.Ordinal);

    /// <summary>The environment of a step in GitHub Actions.</summary>
    public Dictionary<string, string> GitHub =>
        new(StringComparer.Ordinal)
        {
            ["GITHUB_ACTIONS"] = "true",
            ["ACTIONS_ID_TOKEN_REQUEST_URL"] = $"{Url}/token?api-version=2",
            ["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = RunnerToken,
        };

    public static async Task<KeylessServices> StartAsync()
    {
        var services = new KeylessServices(DateTimeOffset.UtcNow);
        services._server = await TestServer.StartAsync(services.HandleAsync);
        services.Log = new MockLog(services._server.Authority);
        return services;
    }

    /// <summary>A token of an identity, as it comes from an OpenID provider.</summary>
    public static string Token(string claim, string value) =>
        string.Join(
            '.',
            new[]
            {
                """{"alg":"none"}""",
                new JsonObject
                {
                    ["iss"] = Issuer,
                    ["aud"] = "sigstore",
                    ["sub"] = "repo:acme/shop:ref:refs/heads/main",
                    ["email_verified"] = true,
                    [claim] = value,
                }.ToJsonString(),
                "sig",
            }.Select(part => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part)))
        );

    /// <summary>The token of <see cref="Identity"/>.</summary>
    public static string OwnToken => Token("job_workflow_ref", Identity["https://github.com/".Length..]);

    /// <summary>The trusted root of these services.</summary>
    public JsonObject TrustedRoot() =>
        new()
        {
            ["mediaType"] = "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
            ["tlogs"] = new JsonArray(LogOf(Log.Key)),
            ["certificateAuthorities"] = new JsonArray(AuthorityOf(Authority.Certificate, Authority.Root)),
            ["ctlogs"] = new JsonArray(LogOf(Authority.LogKey)),
            ["timestampAuthorities"] = new JsonArray(AuthorityOf(Clock.Certificate, Clock.Root)),
        };

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private JsonObject LogOf(byte[] key) =>
        new()
        {
            ["baseUrl"] = Url,
            ["hashAlgorithm"] = "SHA2_256",
            ["publicKey"] = new JsonObject
            {
                ["rawBytes"] = Convert.ToBase64String(key),
                ["keyDetails"] = "PKIX_ECDSA_P256_SHA_256",
                ["validFor"] = new JsonObject { ["start"] = "2020-01-01T00:00:00.000Z" },
            },
            ["logId"] = new JsonObject { ["keyId"] = Convert.ToBase64String(SHA256.HashData(key)) },
        };

    private JsonObject AuthorityOf(params X509Certificate2[] chain) =>
        new()
        {
            ["subject"] = new JsonObject { ["organization"] = "mock", ["commonName"] = "mock" },
            ["uri"] = Url,
            ["certChain"] = new JsonObject
            {
                ["certificates"] = new JsonArray([
                    .. chain.Select(each => new JsonObject { ["rawBytes"] = Convert.ToBase64String(each.RawData) }),
                ]),
            },
            ["validFor"] = new JsonObject { ["start"] = "2020-01-01T00:00:00Z" },
        };

    private async Task HandleAsync(HttpContext context)
    {
        using var stream = new MemoryStream();
        await context.Request.Body.CopyToAsync(stream);
        var (path, body) = (context.Request.Path.Value!, stream.ToArray());
        var authorization = context.Request.Headers.Authorization.ToString();
        Requests.Enqueue(new(path, authorization, Encoding.UTF8.GetString(body)));
        if (await Script(context))
            return;
        var (status, answer) = (context.Request.Method, path) switch
        {
            ("GET", "/token") => TokenFor(authorization, context.Request.Query["audience"].ToString()),
            ("POST", "/api/v2/signingCert") => Issue(JsonNode.Parse(body)!),
            ("POST", "/api/v1/log/entries") => Enter(JsonNode.Parse(body)!, context),
            ("POST", "/api/v2/log/entries") => EnterTile(JsonNode.Parse(body)!),
            ("POST", "/api/v1/timestamp") when context.Request.ContentType == "application/timestamp-query" => (
                201,
                Clock.Stamp(body, DateTimeOffset.UtcNow + Ahead)
            ),
            ("GET", _) when path.StartsWith("/api/v1/log/entries/", StringComparison.Ordinal) => (
                200,
                Json(_entries[path.Split('/')[^1]])
            ),
            _ => (404, []),
        };
        Answers[path] = answer;
        context.Response.StatusCode = status;
        await context.Response.Body.WriteAsync(answer);
    }

    private static (int, byte[]) TokenFor(string authorization, string audience) =>
        authorization == $"Bearer {RunnerToken}" && audience == "sigstore"
            ? (200, Json(new JsonObject { ["count"] = 1, ["value"] = OwnToken }))
            : (401, "no"u8.ToArray());

    private (int, byte[]) Issue(JsonNode request)
    {
        var token = (string)request["credentials"]!["oidcIdentityToken"]!;
        var claims = JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[1]))!;
        var publicKey = request["publicKeyRequest"]!["publicKey"]!;
        using var key = ECDsa.Create();
        key.ImportFromPem((string)publicKey["content"]!);
        var proof = Convert.FromBase64String((string)request["publicKeyRequest"]!["proofOfPossession"]!);
        var subject = (string?)claims["email"] ?? (string)claims["sub"]!;
        if (
            (string?)claims["aud"] != "sigstore"
            || !key.VerifyData(
                Encoding.UTF8.GetBytes(subject),
                proof,
                HashAlgorithmName.SHA256,
                DSASignatureFormat.Rfc3279DerSequence
            )
        )
            return (400, Encoding.UTF8.GetBytes($"the proof of possession of {token} is wrong"));
        var identity = claims["job_workflow_ref"] is { } workflow
            ? $"https://github.com/{(string?)workflow}"
            : (string?)claims["email"] ?? $"https://sigstore.example/{subject}";
        var leaf = Authority.Issue(
            key.ExportSubjectPublicKeyInfo(),
            identity,
            (string)claims["iss"]!,
            DateTimeOffset.UtcNow
        );
        var chain = new[] { leaf, Authority.Certificate, Authority.Root };
        return (
            201,
            Json(
                new JsonObject
                {
                    ["signedCertificateEmbeddedSct"] = new JsonObject
                    {
                        ["chain"] = new JsonObject
                        {
                            ["certificates"] = new JsonArray([
                                .. chain.Select(each => JsonValue.Create(each.ExportCertificatePem() + "\n")),
                            ]),
                        },
                    },
                }
            )
        );
    }

    private (int, byte[]) Enter(JsonNode request, HttpContext context)
    {
        if (MockEntries.OfDsse(request) is not { } body)
            return (400, "the signature does not verify"u8.ToArray());
        var name = Convert.ToHexStringLower(SHA256.HashData(body));
        if (_entries.ContainsKey(name))
        {
            context.Response.Headers.Location = $"/api/v1/log/entries/{name}";
            return (409, "there already"u8.ToArray());
        }

        var answer = new JsonObject
        {
            [name] = MockEntries.InFirstVersion(Log.Enter(body, DateTimeOffset.UtcNow + Ahead)),
        };
        _entries[name] = answer;
        return (201, Json(answer));
    }

    private (int, byte[]) EnterTile(JsonNode request) => (201, Json(Log.Enter(MockEntries.OfTile(request), null)));

    private static byte[] Json(JsonNode node) => Encoding.UTF8.GetBytes(node.ToJsonString());
}
