using System.Security.Cryptography;
using Containerize.Attestations.Keyless;
using Containerize.Attestations.Signatures;
using Containerize.Core.Tests.Stores.Registries;
using Containerize.Diagnostics;
using Containerize.Http;
using Containerize.Stores.Registries.Client;
using Containerize.TestKit.Keyless;
using Microsoft.AspNetCore.Http;

namespace Containerize.Core.Tests.Attestations.Keyless;

/// <summary>Services and tokens that fail: each is an error of its own, and no secret gets into it.</summary>
public sealed class KeylessRefusalTests : RegistryTest
{
    private static readonly byte[] Statement = SignedStatement.Write(
        KeylessBundle.Image,
        SignedStatement.SignatureType,
        null
    );

    [Theory]
    [InlineData("/token", 403, "CTZ0457")]
    [InlineData("/token", 200, "CTZ0457")]
    [InlineData("/api/v2/signingCert", 400, "CTZ0458")]
    [InlineData("/api/v2/signingCert", 307, "CTZ0458")]
    [InlineData("/api/v2/signingCert", 201, "CTZ0458")]
    [InlineData("/api/v1/log/entries", 400, "CTZ0459")]
    [InlineData("/api/v1/log/entries", 201, "CTZ0459")]
    [InlineData("/api/v1/log/entries", 409, "CTZ0459")]
    [InlineData("/api/v1/timestamp", 500, "CTZ0460")]
    [InlineData("/api/v1/timestamp", 201, "CTZ0460")]
    public async Task A_service_that_fails_is_an_error_of_its_own_and_no_secret_is_repeated(
        string path,
        int status,
        string code
    )
    {
        await using var services = await KeylessServices.StartAsync();
        services.Script = async context =>
        {
            if (context.Request.Path != path)
                return false;
            context.Response.StatusCode = status;
            await context.Response.WriteAsync(
                $"{{\"seen\":\"{KeylessServices.OwnToken} {context.Request.Headers.Authorization}\"}}"
            );
            return true;
        };
        var lines = new List<string>();
        using var client = new RegistryClient(Options with { Log = lines.Add, Warn = lines.Add });
        var signer = KeylessSigner.Open(KeylessSignerTests.Words(services), services.GitHub, client.Services);
        var exception = await Assert.ThrowsAsync<ContainerizeException>(() =>
            signer.SignStatementAsync(Statement, Cancelled)
        );
        Assert.Equal(code, exception.Diagnostic.Code);
        var written = string.Join('\n', lines.Append(exception.ToString()));
        Assert.DoesNotContain(KeylessServices.OwnToken, written, StringComparison.Ordinal);
        Assert.DoesNotContain(KeylessServices.RunnerToken, written, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_to_the_request_of_a_token_is_not_repeated()
    {
        await using var services = await KeylessServices.StartAsync();
        services.Script = async context =>
        {
            if (context.Request.Path != "/token")
                return false;
            context.Response.StatusCode = 403;
            await context.Response.WriteAsync("part-of-a-token");
            return true;
        };
        using var client = new RegistryClient(Options);
        var signer = KeylessSigner.Open(KeylessSignerTests.Words(services), services.GitHub, client.Services);
        var exception = await AssertFailsAsync(
            DiagnosticTable.IdentityTokenMissing,
            () => signer.SignStatementAsync(Statement, Cancelled),
            "/token answered 403"
        );
        Assert.DoesNotContain("part-of-a-token", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_request_does_not_print_its_secrets()
    {
        var request = new ServiceRequest(HttpMethod.Get, new Uri("https://token.example/a?code=one"))
        {
            Bearer = "two",
            Secret = "three",
            IsAnswer = _ => true,
            Refused = why => throw new InvalidOperationException(why),
        };
        Assert.Equal("ServiceRequest { GET token.example/a }", request.ToString());
    }

    [Fact]
    public async Task An_answer_for_another_key_signature_or_question_is_not_taken()
    {
        await using var services = await KeylessServices.StartAsync();
        using (var before = new RegistryClient(Options))
            await KeylessSigner
                .Open(KeylessSignerTests.Words(services), services.GitHub, before.Services)
                .SignStatementAsync(Statement, Cancelled);
        // What another run was answered.
        var answers = services.Answers.ToDictionary(StringComparer.Ordinal);
        services.Script = Replay("/api/v2/signingCert");
        await AssertRefusedAsync("CTZ0458", "for another key");
        services.Script = Replay("/api/v1/log/entries");
        await AssertRefusedAsync("CTZ0459", "the entry of another signature");
        services.Script = Replay("/api/v1/timestamp");
        await AssertRefusedAsync("CTZ0460", "no timestamp of the signature");

        Func<HttpContext, Task<bool>> Replay(string path) =>
            async context =>
            {
                if (context.Request.Path != path)
                    return false;
                context.Response.StatusCode = 201;
                await context.Response.Body.WriteAsync(answers[path]);
                return true;
            };

        async Task AssertRefusedAsync(string code, string words)
        {
            using var client = new RegistryClient(Options);
            var signer = KeylessSigner.Open(KeylessSignerTests.Words(services), services.GitHub, client.Services);
            var exception = await Assert.ThrowsAsync<ContainerizeException>(() =>
                signer.SignStatementAsync(Statement, Cancelled)
            );
            Assert.Equal(code, exception.Diagnostic.Code);
            Assert.Contains(words, exception.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("kind", "neither ECDSA nor RSA")]
    [InlineData("form", "the key of its certificate cannot be read")]
    [InlineData("many", "more than 16 certificates")]
    [InlineData("long", "more than 16384 bytes")]
    public async Task A_certificate_with_a_key_of_another_kind_or_too_many_of_them_are_not_taken(
        string what,
        string words
    )
    {
        await using var services = await KeylessServices.StartAsync();
        var authority = services.Authority.Certificate;
        var leaf = what switch
        {
            "kind" => KeylessBundle.WithCurve(Leaf(), [6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 0x2a]),
            "form" => KeylessBundle.WithCurve(Leaf(), Changes.NoDer),
            _ => Leaf(),
        };
        string[] chain =
        [
            PemEncoding.WriteString("CERTIFICATE", leaf),
            .. Enumerable.Repeat(authority.ExportCertificatePem(), what == "many" ? 16 : 1),
            .. what == "long" ? [new string('x', (16 << 10) + 1)] : Array.Empty<string>(),
        ];
        services.Script = async context =>
        {
            if (context.Request.Path != "/api/v2/signingCert")
                return false;
            context.Response.StatusCode = 201;
            await context.Response.WriteAsJsonAsync(
                new { signedCertificateEmbeddedSct = new { chain = new { certificates = chain } } }
            );
            return true;
        };
        using var client = new RegistryClient(Options);
        var signer = KeylessSigner.Open(KeylessSignerTests.Words(services), services.GitHub, client.Services);
        await AssertFailsAsync(
            DiagnosticTable.CertificateNotIssued,
            () => signer.SignStatementAsync(Statement, Cancelled),
            words
        );

        byte[] Leaf() =>
            Changes.Bytes(new KeylessBundle(services).Make()["verificationMaterial"]!["certificate"]!["rawBytes"]);
    }

    [Theory]
    [InlineData("", "SIGSTORE_ID_TOKEN is not set")]
    [InlineData("abc", "no JSON Web Token")]
    [InlineData("a.b.c", "no JSON Web Token")]
    public async Task A_token_that_is_missing_or_none_is_an_error_that_does_not_repeat_it(string token, string words)
    {
        await using var services = await KeylessServices.StartAsync();
        using var client = new RegistryClient(Options);
        var variables = new Dictionary<string, string> { ["SIGSTORE_ID_TOKEN"] = token, ["GITLAB_CI"] = "true" };
        var signer = KeylessSigner.Open(KeylessSignerTests.Words(services), variables, client.Services);
        var exception = await AssertFailsAsync(
            DiagnosticTable.IdentityTokenMissing,
            () => signer.SignStatementAsync(Statement, Cancelled),
            words
        );
        if (token.Length > 0)
            Assert.DoesNotContain($"'{token}'", exception.Message, StringComparison.Ordinal);
        else
            Assert.Contains("id_tokens: SIGSTORE_ID_TOKEN", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://example.com", "", "", "no URL with https")]
    [InlineData("fulcio", "", "", "no URL with https")]
    [InlineData("https://user:secret@example.com", "", "", "no URL with https")]
    [InlineData("none", "", "", "a certificate has to be issued")]
    [InlineData("", "none", "none", "nothing would prove")]
    [InlineData("", "https://log.example/api/v2", "none", "nothing would prove")]
    public void Services_that_may_not_be_called_are_refused(string fulcio, string log, string clock, string words)
    {
        using var client = new RegistryClient(Options);
        var exception = Assert.Throws<ContainerizeException>(() =>
            KeylessSigner.Open(new KeylessWords(fulcio, log, clock), new Dictionary<string, string>(), client.Services)
        );
        Assert.Equal(DiagnosticTable.InvalidSigning, exception.Diagnostic);
        Assert.Contains(words, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", exception.Message, StringComparison.Ordinal);
    }
}
