using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Containerize.Attestations.Signatures;
using Containerize.Core.Tests.Fuzzing;
using Containerize.Images;

namespace Containerize.Core.Tests.Attestations;

/// <summary>Signed statements: the same bytes twice, and no change of them goes unseen.</summary>
public sealed class SignatureBundleTests
{
    private const string Type = SignedStatement.SignatureType;

    private static readonly Digest Image = Digest.Of("an image"u8);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static SignatureCheck Check => new(TestKeys.Key.PublicKey, Image, Type);

    [Fact]
    public void The_signed_bytes_are_those_of_the_example_in_the_specification() =>
        Assert.Equal(
            "DSSEv1 29 http://example.com/HelloWorld 11 hello world",
            Encoding.UTF8.GetString(Envelope.PreAuthentication("http://example.com/HelloWorld", "hello world"u8))
        );

    [Fact]
    public async Task A_bundle_has_the_same_bytes_each_time_and_counts()
    {
        var bundle = await BundleAsync();
        Assert.Equal(bundle, await BundleAsync());
        Assert.Null(Check.FaultOf(bundle, "it"));
        var json = JsonNode.Parse(bundle)!;
        Assert.Equal(SignatureBundle.MediaType, (string?)json["mediaType"]);
        Assert.Equal(TestKeys.Key.PublicKey.Hint, (string?)json["verificationMaterial"]!["publicKey"]!["hint"]);
    }

    [Fact]
    public async Task Another_key_image_or_type_does_not_count()
    {
        var bundle = await BundleAsync();
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = VerificationKey.OfInfo(other.ExportSubjectPublicKeyInfo(), "a test");
        Assert.Equal("it is not signed by the key", (Check with { Signer = key }).FaultOf(bundle, "it"));
        Assert.Contains(
            Image.ToString(),
            (Check with { Image = Digest.Of("other"u8) }).FaultOf(bundle, "it")!,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "and says",
            (Check with { PredicateType = "https://spdx.dev/Document" }).FaultOf(bundle, "it")!,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("payload")]
    [InlineData("payloadType")]
    [InlineData("sig")]
    public async Task No_changed_part_of_the_envelope_counts(string part)
    {
        var json = JsonNode.Parse(await BundleAsync())!;
        var envelope = json["dsseEnvelope"]!;
        var holder = part == "sig" ? envelope["signatures"]![0]! : envelope;
        holder[part] = part switch
        {
            "payload" => Convert.ToBase64String(SignedStatement.Write(Digest.Of("other"u8), Type, null)),
            "payloadType" => "application/json",
            _ => Convert.ToBase64String(await TestKeys.Key.SignAsync("other"u8.ToArray(), Cancelled)),
        };
        Assert.Equal("it is not signed by the key", Check.FaultOf(OciJson.ToBytes(json), "it"));
    }

    [Fact]
    public async Task A_signed_payload_that_is_no_statement_does_not_count()
    {
        var message = Envelope.PreAuthentication("application/json", "{}"u8);
        var json = JsonNode.Parse(await BundleAsync())!;
        json["dsseEnvelope"]!["payload"] = "e30=";
        json["dsseEnvelope"]!["payloadType"] = "application/json";
        json["dsseEnvelope"]!["signatures"]![0]!["sig"] = Convert.ToBase64String(
            await TestKeys.Key.SignAsync(message, Cancelled)
        );
        Assert.Contains("which is no statement", Check.FaultOf(OciJson.ToBytes(json), "it")!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bundle_that_is_too_long_is_not_parsed()
    {
        var bundle = await BundleAsync();
        byte[] padded = [.. bundle, .. Enumerable.Repeat((byte)' ', SignatureBundle.Longest)];
        Assert.Contains("is the most", Check.FaultOf(padded, "it")!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changed_bundles_are_refused_or_hold_what_was_signed()
    {
        var bundle = Encoding.UTF8.GetString(await BundleAsync());
        Fuzz.Texts(
            360,
            10_000,
            [bundle],
            text =>
            {
                // What is around the signed bytes may be anything; what is in them may not.
                if (Check.FaultOf(Encoding.UTF8.GetBytes(text), "it") is null)
                    Assert.Equal(
                        SignedStatement.Write(Image, Type, null),
                        SignatureBundle.Parse(Encoding.UTF8.GetBytes(text), "it").Payload
                    );
            }
        );
    }

    [Fact]
    public void Changed_statements_are_read_or_refused() =>
        Fuzz.Texts(
            361,
            10_000,
            [Encoding.UTF8.GetString(SignedStatement.Write(Image, Type, null))],
            text => Assert.NotEmpty(SignedStatement.Parse(Encoding.UTF8.GetBytes(text), "it").PredicateType)
        );

    [Fact]
    public void Changed_payloads_of_the_older_form_are_read_or_refused() =>
        Fuzz.Texts(
            362,
            10_000,
            [Encoding.UTF8.GetString(SimpleSigning.Payload("registry.example/app", Image))],
            text => Assert.NotEmpty(SimpleSigning.ImageOf(Encoding.UTF8.GetBytes(text), "it"))
        );

    [Fact]
    public void Changed_keys_of_cosign_are_refused()
    {
        var json = Encoding.UTF8.GetString(PemBlock.All(TestKeys.Encrypted).Single().Bytes);
        // Only what is cheap to derive is decrypted: each of these costs a run of scrypt.
        Fuzz.Texts(
            363,
            300,
            [json],
            text =>
            {
                var pem = PemEncoding.WriteString("ENCRYPTED SIGSTORE PRIVATE KEY", Encoding.UTF8.GetBytes(text));
                _ = PrivateKeyFile.Parse(pem, TestKeys.Password, "a test");
            }
        );
    }

    private static Task<byte[]> BundleAsync() =>
        SignatureBundle.SignAsync(SignedStatement.Write(Image, Type, null), TestKeys.Key, Cancelled);
}
