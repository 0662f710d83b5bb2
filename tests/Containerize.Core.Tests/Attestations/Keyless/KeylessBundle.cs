using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Containerize.Attestations.Keyless;
using Containerize.Attestations.Signatures;
using Containerize.Images;
using Containerize.TestKit.Keyless;

namespace Containerize.Core.Tests.Attestations.Keyless;

/// <summary>A bundle that is signed by an identity, made by hand so that each part of it can be another.</summary>
/// <param name="Services">The authority, the log and the clock.</param>
internal sealed record KeylessBundle(KeylessServices Services)
{
    public static readonly Digest Image = Digest.Of("an image"u8);

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public MockAuthority Authority { get; init; } = Services.Authority;

    public string Identity { get; init; } = KeylessServices.Identity;

    public string Issuer { get; init; } = KeylessServices.Issuer;

    public MockLeaf? Shape { get; init; }

    public DateTimeOffset LogTime { get; init; } = DateTimeOffset.UtcNow;

    public DateTimeOffset? StampTime { get; init; } = DateTimeOffset.UtcNow;

    /// <summary>Makes the body of the log's entry of statement, signature and PEM of the certificate.</summary>
    public Func<byte[], byte[], string, byte[]> Entry { get; init; } = OfDsse;

    public byte[] Statement { get; init; } = SignedStatement.Write(Image, SignedStatement.SignatureType, null);

    public JsonObject Make()
    {
        var certificate = Authority.Issue(
            _key.ExportSubjectPublicKeyInfo(),
            Identity,
            Issuer,
            DateTimeOffset.UtcNow,
            Shape
        );
        var signature = _key.SignData(
            Envelope.PreAuthentication(Envelope.StatementType, Statement),
            HashAlgorithmName.SHA256,
            DSASignatureFormat.Rfc3279DerSequence
        );
        var material = new JsonObject
        {
            ["certificate"] = new JsonObject { ["rawBytes"] = Convert.ToBase64String(certificate.RawData) },
            ["tlogEntries"] = new JsonArray(
                Services.Log.Enter(Entry(Statement, signature, certificate.ExportCertificatePem()), LogTime)
            ),
        };
        if (StampTime is { } time)
            material["timestampVerificationData"] = Stamps(Services.Clock.StampOf(signature, time));
        return JsonNode.Parse(SignatureBundle.Write(Statement, signature, material))!.AsObject();
    }

    /// <summary>A certificate with ten other bytes in place of the name of its curve, P-256.</summary>
    public static byte[] WithCurve(byte[] certificate, byte[] curve)
    {
        byte[] p256 = [6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
        var place = certificate.AsSpan().IndexOf(p256);
        return [.. certificate[..place], .. curve, .. certificate[(place + p256.Length)..]];
    }

    public static JsonObject Stamps(byte[] stamp) =>
        new()
        {
            ["rfc3161Timestamps"] = new JsonArray(
                new JsonObject { ["signedTimestamp"] = Convert.ToBase64String(stamp) }
            ),
        };

    public static SignatureCheck Check(
        JsonObject root,
        string identity = KeylessServices.Identity,
        string issuer = KeylessServices.Issuer
    ) =>
        new(
            new TrustedIdentity(identity, issuer, TrustedRoot.Parse(OciJson.ToBytes(root), "a test")),
            Image,
            SignedStatement.SignatureType
        );

    public static byte[] OfDsse(byte[] statement, byte[] signature, string pem) =>
        MockEntries.Body(
            "dsse",
            "0.0.1",
            new JsonObject
            {
                ["payloadHash"] = MockEntries.Hash(statement),
                ["signatures"] = new JsonArray(
                    new JsonObject { ["signature"] = Convert.ToBase64String(signature), ["verifier"] = Text(pem) }
                ),
            }
        );

    public static byte[] OfIntoto(byte[] statement, byte[] signature, string pem) =>
        MockEntries.Body(
            "intoto",
            "0.0.2",
            new JsonObject
            {
                ["content"] = new JsonObject
                {
                    ["envelope"] = new JsonObject
                    {
                        ["payloadType"] = Envelope.StatementType,
                        ["signatures"] = new JsonArray(
                            new JsonObject
                            {
                                ["publicKey"] = Text(pem),
                                ["sig"] = Text(Convert.ToBase64String(signature)),
                            }
                        ),
                    },
                    ["payloadHash"] = MockEntries.Hash(statement),
                },
            }
        );

    public static byte[] OfHash(byte[] statement, byte[] signature, string pem) =>
        MockEntries.Body(
            "hashedrekord",
            "0.0.1",
            new JsonObject
            {
                ["data"] = new JsonObject
                {
                    ["hash"] = MockEntries.Hash(Envelope.PreAuthentication(Envelope.StatementType, statement)),
                },
                ["signature"] = new JsonObject
                {
                    ["content"] = Convert.ToBase64String(signature),
                    ["publicKey"] = new JsonObject { ["content"] = Text(pem) },
                },
            }
        );

    public static byte[] OfTileEnvelope(byte[] statement, byte[] signature, string pem) =>
        MockEntries.Body(
            "dsse",
            "0.0.2",
            new JsonObject
            {
                ["dsseV002"] = new JsonObject
                {
                    ["payloadHash"] = new JsonObject
                    {
                        ["algorithm"] = "SHA2_256",
                        ["digest"] = Convert.ToBase64String(SHA256.HashData(statement)),
                    },
                    ["signatures"] = new JsonArray(
                        new JsonObject
                        {
                            ["content"] = Convert.ToBase64String(signature),
                            ["verifier"] = new JsonObject
                            {
                                ["x509Certificate"] = new JsonObject
                                {
                                    ["rawBytes"] = Convert.ToBase64String(PemBlock.All(pem).First().Bytes),
                                },
                            },
                        }
                    ),
                },
            }
        );

    private static string Text(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
