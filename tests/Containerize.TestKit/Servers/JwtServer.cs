using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Containerize.TestKit.Servers;

/// <summary>A token server with tokens that docker-registry checks (distribution's jwt.md): signed, with the
/// certificate in them.</summary>
public sealed class JwtServer : IAsyncDisposable
{
    public const string Username = "token-user";
    public const string Password = "token pässword";

    /// <summary>What a login leaves in place of a password (oauth.md, refresh token).</summary>
    public const string IdentityToken = "identity-token-of-the-tests";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _certificate;
    private readonly string _bundle;
    private TestServer _server = null!;

    private JwtServer(string folder)
    {
        _certificate = new CertificateRequest(
            "CN=tokens of the tests",
            _key,
            HashAlgorithmName.SHA256
        ).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        _bundle = Path.Combine(folder, "tokens.pem");
        File.WriteAllText(_bundle, _certificate.ExportCertificatePem() + "\n");
    }

    /// <summary>The settings that docker-registry needs.</summary>
    public string Configuration =>
        $"token: {{realm: \"http://{_server.Authority}/token\", service: tests, issuer: tests, rootcertbundle: "
        + $"{_bundle}}}";

    /// <summary>The tokens that were given out.</summary>
    public ConcurrentQueue<string> Issued { get; } = new();

    public static async Task<JwtServer> StartAsync(string folder)
    {
        var server = new JwtServer(folder);
        server._server = await TestServer.StartAsync(server.HandleAsync);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _certificate.Dispose();
        _key.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        var form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync() : null;
        var authorization = context.Request.Headers.Authorization.ToString();
        var known =
            authorization == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Username}:{Password}"))
            || form?["refresh_token"].ToString() == IdentityToken;
        if (!known && (authorization.Length > 0 || form is not null))
        {
            context.Response.StatusCode = 401;
            return;
        }

        var access = (form is null ? context.Request.Query["scope"] : form["scope"])
            .OfType<string>()
            .SelectMany(scopes => scopes.Split(' '))
            .Select(scope => scope.Split(':'))
            .Select(parts => new
            {
                type = parts[0],
                name = parts[1],
                actions = parts[2].Split(',').Where(action => known || action == "pull").ToArray(),
            });
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var header = JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                typ = "JWT",
                alg = "ES256",
                x5c = new[] { Convert.ToBase64String(_certificate.RawData) },
            }
        );
        var claims = JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                iss = "tests",
                sub = known ? Username : "",
                aud = "tests",
                exp = now + 300,
                nbf = now - 10,
                iat = now,
                jti = Guid.NewGuid().ToString(),
                access,
            }
        );
        var signed = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(claims)}";
        var signature = _key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256);
        var token = $"{signed}.{Base64Url.EncodeToString(signature)}";
        Issued.Enqueue(token);
        await context.Response.WriteAsync(
            JsonSerializer.Serialize(
                new
                {
                    token,
                    access_token = token,
                    expires_in = 300,
                }
            )
        );
    }
}
