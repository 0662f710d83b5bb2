using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Containerize.Attestations.Notation;
using Containerize.Diagnostics;
using Containerize.Images;
using static Containerize.Core.Tests.Attestations.Notation.TestSigner;

namespace Containerize.Core.Tests.Attestations.Notation;

/// <summary>Signatures of Notation: good ones count, and no change of one goes unseen.</summary>
public sealed class NotationCheckTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("PS256", 2048)]
    [InlineData("PS384", 3072)]
    [InlineData("PS512", 4096)]
    [InlineData("ES256", 256)]
    [InlineData("ES384", 384)]
    [InlineData("ES512", 521)]
    public async Task The_key_says_the_algorithm_and_the_signature_counts(string algorithm, int bits)
    {
        using AsymmetricAlgorithm key = bits > 1000 ? RSA.Create(bits) : ECDsa.Create();
        if (key is ECDsa ec)
            ec.KeySize = bits;
        var signer = Create(key);
        var bytes = await signer.SignAsync();
        Assert.Equal(new NotationOutcome(null, []).Fault, Check(signer).Outcome(bytes, "it").Fault);
        Assert.Equal(algorithm, NotationEnvelope.Parse(bytes, "it").Algorithm);
        // ECDSA takes its random number from key and message, PSS does not.
        var again = await signer.SignAsync();
        Assert.Equal(bits < 1000, bytes.AsSpan().SequenceEqual(again));
    }

    [Fact]
    public async Task The_envelope_is_that_of_the_specification()
    {
        var json = JsonNode.Parse(await Good.SignAsync())!.AsObject();
        Assert.Equal(["payload", "protected", "header", "signature"], json.Select(pair => pair.Key));
        Assert.Equal(
            """{"alg":"ES256","cty":"application/vnd.cncf.notary.payload.v1+json","crit":"""
                + """["io.cncf.notary.signingScheme"],"io.cncf.notary.signingScheme":"notary.x509","""
                + "\"io.cncf.notary.signingTime\":\"2026-05-31T12:00:00Z\"}",
            Text(json, "protected")
        );
        Assert.Equal(
            $$$"""{"targetArtifact":{"mediaType":"{{{Subject.MediaType}}}","""
                + $$$"""
                "digest":"{{{Subject.Digest}}}","size":1310}}
                """,
            Text(json, "payload")
        );
        Assert.Equal(3, json["header"]!["x5c"]!.AsArray().Count);
        Assert.Equal(64, Base64Url.DecodeFromChars((string)json["signature"]!).Length);
    }

    [Fact]
    public async Task A_certificate_that_signs_itself_counts_where_it_is_trusted()
    {
        var signer = Alone();
        Assert.Null(Check(signer).Outcome(await signer.SignAsync(), "it").Fault);
        Assert.Contains("none of the trusted ones", Fault(Check(Good), await signer.SignAsync()), Ordinal);
    }

    [Theory]
    [InlineData("payload", "it is not signed by its certificate")]
    [InlineData("time", "it is not signed by its certificate")]
    [InlineData("signature", "it is not signed by its certificate")]
    [InlineData("other signature", "it is not signed by its certificate")]
    [InlineData("halves", "it is not signed by its certificate")]
    [InlineData("leaf", "it is not signed by its certificate")]
    [InlineData("no middle", "is not signed by the next one")]
    [InlineData("no root", "the chain has to end with its root")]
    [InlineData("other root", "is not signed by the next one")]
    [InlineData("root twice", "is signed by itself and not the last one")]
    [InlineData("order", "is the last one and not signed by itself")]
    [InlineData("no certificates", "it has 0 certificates")]
    [InlineData("many certificates", "it has 11 certificates")]
    [InlineData("certificate", "cannot be read")]
    [InlineData("certificate in PEM", "not in DER")]
    [InlineData("padding", "is no base64url")]
    public async Task No_changed_part_of_the_envelope_counts(string part, string why)
    {
        var json = (JsonObject)JsonNode.Parse(await Good.SignAsync())!;
        var chain = (JsonArray)json["header"]!["x5c"]!;
        var other = Create();
        switch (part)
        {
            case "payload":
                ChangeInside(json, "payload", payload => payload["targetArtifact"]!["size"] = 1311);
                break;
            case "time":
                ChangeInside(
                    json,
                    "protected",
                    header => header["io.cncf.notary.signingTime"] = "2026-05-30T12:00:00Z"
                );
                break;
            case "signature":
                var bytes = Base64Url.DecodeFromChars((string)json["signature"]!);
                bytes[10] ^= 1;
                json["signature"] = Base64Url.EncodeToString(bytes);
                break;
            case "other signature":
                json["signature"] = (string?)JsonNode.Parse(await other.SignAsync())!["signature"];
                break;
            case "halves":
                json["signature"] = (string?)json["signature"] + "AA";
                break;
            case "leaf":
                // Another key by the same authorities would be a forgery; here the whole chain is another.
                json["header"] = JsonNode.Parse(await other.SignAsync())!["header"]!.DeepClone();
                break;
            case "no middle":
                chain.RemoveAt(1);
                break;
            case "no root":
                chain.RemoveAt(2);
                break;
            case "other root":
                chain[2] = Convert.ToBase64String(other.Chain[2]);
                break;
            case "root twice":
                chain.Add(Convert.ToBase64String(Good.Chain[2]));
                break;
            case "order":
                chain.RemoveAt(2);
                chain.Insert(0, Convert.ToBase64String(Good.Chain[2]));
                chain.RemoveAt(0);
                break;
            case "no certificates":
                chain.Clear();
                break;
            case "many certificates":
                while (chain.Count < 11)
                    chain.Add(Convert.ToBase64String(Good.Chain[2]));
                break;
            case "certificate":
                chain[0] = "AAAA";
                break;
            case "certificate in PEM":
                chain[0] = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(Good.Pem));
                break;
            default:
                json["payload"] = (string?)json["payload"] + "=";
                break;
        }

        Assert.Contains(why, Fault(Check(Good), OciJson.ToBytes(json)), Ordinal);
    }

    [Fact]
    public async Task A_signature_of_another_image_does_not_count()
    {
        var other = new Descriptor(Subject.MediaType, Digest.Of("other"u8), Subject.Size);
        foreach (
            var wrong in new[]
            {
                other,
                Subject with
                {
                    Size = 1,
                },
                Subject with
                {
                    MediaType = MediaTypes.DockerManifest,
                },
            }
        )
            Assert.Contains(
                $"it is signed for {wrong.Digest}, {wrong.MediaType}, {wrong.Size} bytes",
                Fault(Check(Good), await Good.SignAsync(wrong)),
                Ordinal
            );
        Assert.NotNull(Fault(Check(Good), await Good.SignAsync(payload: json => json.Remove("targetArtifact"))));
        // What the signer adds about the image is not what it is.
        var annotated = await Good.SignAsync(payload: json =>
            json["targetArtifact"]!["annotations"] = new JsonObject { ["build"] = "7" }
        );
        Assert.Null(Check(Good).Outcome(annotated, "it").Fault);
    }

    [Fact]
    public async Task An_envelope_that_is_too_long_is_not_parsed()
    {
        byte[] padded = [.. await Good.SignAsync(), .. Enumerable.Repeat((byte)' ', NotationEnvelope.Longest)];
        Assert.Contains("is the most", Fault(Check(Good), padded), Ordinal);
    }

    [Fact]
    public async Task A_signer_takes_only_its_own_certificate_and_only_while_it_is_valid()
    {
        var certificate = SigningCertificate.Parse(Good.Pem, "'it'");
        var signer = new NotationSigner(Good.Key, certificate, Now, Now);
        var bytes = await signer.SignAsync(Subject, Cancelled);
        Assert.Equal(bytes, await signer.SignAsync(Subject, Cancelled));
        Assert.Null(Check(Good).Outcome(bytes, "it").Fault);
        AssertFails(
            "CTZ0441",
            "is not that of the signing key",
            () => new NotationSigner(Create().Key, certificate, Now, Now)
        );
        AssertFails(
            "CTZ0442",
            "and not at 2027",
            () => new NotationSigner(Good.Key, certificate, Now, Now.AddYears(1))
        );
        AssertFails(
            "CTZ0442",
            "and not at 1970",
            () => new NotationSigner(Good.Key, certificate, default(DateTimeOffset).AddYears(1969), Now)
        );
        AssertFails("CTZ0441", "0 certificates", () => SigningCertificate.Parse(TestKeys.Private, "'it'"));
        AssertFails(
            "CTZ0442",
            "is not for the signing of code",
            () =>
                SigningCertificate.Parse(
                    Create(leaf: request => Replace(request, Purposes("1.3.6.1.5.5.7.3.1"))).Pem,
                    "'it'"
                )
        );
    }

    private const StringComparison Ordinal = StringComparison.Ordinal;

    private static void AssertFails(string code, string why, Func<object> action)
    {
        var exception = Assert.Throws<ContainerizeException>(action);
        Assert.Contains($"{code} {why}", $"{exception.Diagnostic.Code} {why}", Ordinal);
        Assert.Contains(why, exception.Message, Ordinal);
    }

    private static NotationCheck Check(TestSigner signer) => TestPolicies.Check(signer);

    private static string Fault(NotationCheck check, byte[] bytes) => check.Outcome(bytes, "it").Fault ?? "none";

    private static string Text(JsonObject json, string name) =>
        System.Text.Encoding.UTF8.GetString(Base64Url.DecodeFromChars((string)json[name]!));
}
