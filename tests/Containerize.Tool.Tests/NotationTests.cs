using System.Buffers.Text;
using System.Formats.Asn1;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Containerize.TestKit.Servers;
using Containerize.TestKit.Tools;

namespace Containerize.Tool.Tests;

/// <summary>
/// Signatures of Notation with keys and certificates of openssl: jose and openssl accept them and refuse each change,
/// a copy has them, and a trust policy says yes or no.
/// </summary>
public sealed partial class NotationTests(ToolMachine machine)
{
    private static readonly string[] Refused =
    [
        "payload refused",
        "subject refused",
        "time refused",
        "critical refused",
        "signature refused",
        "chain refused",
        "certificate refused",
    ];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ec", "ec_paramgen_curve:prime256v1", "ES256")]
    [InlineData("rsa", "rsa_keygen_bits:2048", "PS256")]
    public async Task Others_accept_the_signature_and_refuse_each_change(string kind, string option, string algorithm)
    {
        var folder = machine.Folder.Create("notation-" + kind);
        var (registry, outside) = (await machine.Registry, await machine.Outside);
        await CertifyAsync(folder, kind, option);
        var image = $"{registry.Address}/notation-{kind}/shop:v1";
        await machine.OutputAsync("copy", $"oci:{machine.Small.Folder}", image);
        var (key, chain) = (Path.Combine(folder, "release.key"), Path.Combine(folder, "chain.pem"));
        Assert.Contains(
            "signed",
            await machine.OutputAsync("sign", image, "--key", key, "--certificate", chain),
            Ordinal
        );
        // A key in a device: the command hears how RSA is padded. It would fail, and is not asked.
        var again = await machine.OutputAsync("sign", image, "--key", "exec:exit 9", "--certificate", chain);
        Assert.DoesNotContain(" signed\n", again, Ordinal);

        var copied = image.Replace("/shop", "/copied", Ordinal);
        await machine.OutputAsync("copy", image, copied);
        var digest = (string)JsonNode.Parse(await machine.OutputAsync("inspect", copied, "--json"))!["digest"]!;
        var attached = Attached().Match(await machine.OutputAsync("inspect", copied));
        Assert.True(attached.Success, "inspect lists the signature");

        var repository = copied[(registry.Address.Length + 1)..^3];
        var envelope = await EnvelopeAsync(registry, repository, attached.Groups[1].Value);
        var (file, root) = (Path.Combine(folder, "envelope.json"), Path.Combine(folder, "ca.crt"));
        await File.WriteAllBytesAsync(file, envelope, Cancelled);
        string[] expected = [$"unchanged accepted {algorithm}", .. Refused];
        Assert.Equal(expected, await outside.RunAsync("notation.js", file, root, digest));
        await AskOpensslAsync(folder, JsonNode.Parse(envelope)!, kind == "rsa");
        await AskPolicyAsync(folder, copied);
    }

    // Their answers to our signature, our chain, and changed ones.
    private static async Task AskOpensslAsync(string folder, JsonNode envelope, bool isRsa)
    {
        string At(string name) => Path.Combine(folder, name);
        var signature = Base64Url.DecodeFromChars((string)envelope["signature"]!);
        await File.WriteAllBytesAsync(At("signature"), isRsa ? signature : Der(signature), Cancelled);
        var signed = $"{envelope["protected"]}.{envelope["payload"]}";
        var leaf = Convert.FromBase64String((string)envelope["header"]!["x5c"]![0]!);
        string[] padding = isRsa ? ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32"] : [];
        foreach (var isChanged in new[] { false, true })
        {
            await File.WriteAllTextAsync(At("signed"), signed + (isChanged ? "A" : ""), Cancelled);
            if (isChanged)
                leaf[^1] ^= 1;
            await File.WriteAllBytesAsync(At("leaf.der"), leaf, Cancelled);
            await OpensslAsync(folder, "x509", "-inform", "DER", "-in", "leaf.der", "-out", "leaf.pem");
            await AskAsync(isChanged ? 2 : 0, "verify", "-x509_strict", "-CAfile", "ca.crt", "leaf.pem");
            await OpensslAsync(folder, "x509", "-in", "release.crt", "-pubkey", "-noout", "-out", "release.pub");
            string[] files = ["-verify", "release.pub", "-signature", "signature", "signed"];
            await AskAsync(isChanged ? 1 : 0, ["dgst", "-sha256", .. padding, .. files]);
        }

        async Task AskAsync(int code, params string[] arguments) =>
            (await new ShellCommand("openssl", arguments) { WorkingFolder = folder }.RunAsync()).Expect(code);
    }

    // The trust policy's yes, no, and no answer.
    private async Task AskPolicyAsync(string folder, string image)
    {
        var store = Directory.CreateDirectory(Path.Combine(folder, "trust-store/x509/ca/acme")).FullName;
        File.Copy(Path.Combine(folder, "ca.crt"), Path.Combine(store, "ca.crt"));
        var policy = Path.Combine(folder, "trustpolicy.json");
        await WriteAsync("*", "C=US, ST=WA, O=Acme");
        var answer = JsonNode.Parse(await machine.OutputAsync("verify", image, "--notation-policy", policy, "--json"))!;
        Assert.True((bool)answer["notation"]!["trusted"]!);
        Assert.Equal("strict", (string?)answer["notation"]!["level"]);
        var page = await machine.OutputAsync("report", image, "--notation-policy", policy, "--json");
        Assert.Contains("signed as the trust policy", page, Ordinal);
        page = await machine.OutputAsync("report", image, "--json");
        Assert.Contains("--notation-policy FILE", page, Ordinal);
        await WriteAsync("*", "C=US, ST=WA, O=Other");
        var refused = (await machine.RunAsync("verify", image, "--notation-policy", policy)).Expect(1);
        Assert.Contains("is not a trusted identity", refused.Output, Ordinal);
        await WriteAsync("registry.example/other", "C=US, ST=WA, O=Acme");
        refused = (await machine.RunAsync("verify", image, "--notation-policy", policy)).Expect(2);
        Assert.Contains("CTZ0444", refused.Error, Ordinal);
        await WriteAsync("*", "O=Acme");
        refused = (await machine.RunAsync("verify", image, "--notation-policy", policy)).Expect(2);
        Assert.Contains("CTZ0443", refused.Error, Ordinal);
        await WriteAsync("*", "C=US, ST=WA, O=Acme");
        refused = (
            await machine.RunAsync("verify", image, "--notation-policy", policy, "--notation-store", folder)
        ).Expect(2);
        Assert.Contains("CTZ0445", refused.Error, Ordinal);

        // In a layout the name that the user writes is the repository.
        var layout = $"oci:{Path.Combine(folder, "layout")}";
        await machine.OutputAsync("copy", image, $"{layout}:v1");
        await machine.OutputAsync("verify", $"{layout}:v1", "--notation-policy", policy);
        await WriteAsync(image[..^3], "C=US, ST=WA, O=Acme");
        await machine.OutputAsync("verify", $"{layout}:{image}", "--notation-policy", policy);
        refused = (await machine.RunAsync("verify", $"{layout}:v1", "--notation-policy", policy)).Expect(2);
        Assert.Contains("CTZ0444", refused.Error, Ordinal);
        Assert.Contains("full name", refused.Error, Ordinal);
        await WriteAsync(image[..^3], "C=US, ST=WA, O=Other");
        refused = (await machine.RunAsync("verify", $"{layout}:{image}", "--notation-policy", policy)).Expect(1);
        Assert.Contains("is not a trusted identity", refused.Output, Ordinal);

        Task WriteAsync(string scope, string subject) =>
            File.WriteAllTextAsync(
                policy,
                $$$"""
                {"version":"1.0","trustPolicies":[{"name":"release","registryScopes":["{{{scope}}}"],
                "signatureVerification":{"level":"strict"},"trustStores":["ca:acme"],
                "trustedIdentities":["x509.subject: {{{subject}}}"]}]}
                """,
                Cancelled
            );
    }

    // A root and a signer's certificate, as docs/signing.md makes them.
    private static async Task CertifyAsync(string folder, string kind, string option)
    {
        string[] made = ["-newkey", kind, "-pkeyopt", option, "-nodes"];
        string[] root = ["-keyout", "ca.key", "-out", "ca.crt", "-subj", "/C=US/ST=WA/O=Acme/CN=Acme Root"];
        await OpensslAsync(folder, ["req", "-x509", .. made, .. root, "-addext", "keyUsage=critical,keyCertSign"]);
        string[] request = ["-keyout", "release.key", "-out", "release.csr", "-subj", "/C=US/ST=WA/O=Acme/CN=release"];
        await OpensslAsync(folder, ["req", .. made, .. request]);
        await File.WriteAllTextAsync(
            Path.Combine(folder, "release.ext"),
            "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=codeSigning\n"
                + "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n",
            Cancelled
        );
        string[] issuer = ["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "release.ext"];
        await OpensslAsync(
            folder,
            ["x509", "-req", "-in", "release.csr", .. issuer, "-days", "9", "-out", "release.crt"]
        );
        var parts = new[] { "release.crt", "ca.crt" }.Select(name => File.ReadAllText(Path.Combine(folder, name)));
        await File.WriteAllTextAsync(Path.Combine(folder, "chain.pem"), string.Concat(parts), Cancelled);
    }

    private static async Task OpensslAsync(string folder, params string[] arguments) =>
        (await new ShellCommand("openssl", arguments) { WorkingFolder = folder }.RunAsync()).Expect(0);

    private static async Task<byte[]> EnvelopeAsync(DockerRegistry registry, string repository, string manifest)
    {
        using var client = new HttpClient();
        var place = $"http://{registry.Address}/v2/{repository}";
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{place}/manifests/{manifest}");
        request.Headers.TryAddWithoutValidation("Accept", "application/vnd.oci.image.manifest.v1+json");
        using var answer = await client.SendAsync(request, Cancelled);
        var json = JsonNode.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(Cancelled))!;
        return await client.GetByteArrayAsync($"{place}/blobs/{json["layers"]![0]!["digest"]}", Cancelled);
    }

    // RFC 3279, 2.2.3: openssl wants both halves as a sequence.
    private static byte[] Der(byte[] halves)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(
                new System.Numerics.BigInteger(halves.AsSpan(0, 32), isUnsigned: true, isBigEndian: true)
            );
            writer.WriteInteger(new System.Numerics.BigInteger(halves.AsSpan(32), isUnsigned: true, isBigEndian: true));
        }

        return writer.Encode();
    }

    [GeneratedRegex(@"(sha256:[0-9a-f]{64})  application/vnd\.cncf\.notary\.signature")]
    private static partial Regex Attached();

    private const StringComparison Ordinal = StringComparison.Ordinal;
}
