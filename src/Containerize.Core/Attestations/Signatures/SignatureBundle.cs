using System.Text.Json.Nodes;
using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Attestations.Signatures;

/// <summary>A signed statement as sigstore's clients store it: a bundle of version 0.3 with a DSSE envelope.</summary>
/// <param name="PayloadType">The type of the payload.</param>
/// <param name="Payload">The payload.</param>
/// <param name="Signature">The signature.</param>
/// <param name="Material">What it is verified with: the hint of a key, or a certificate and what proves when it
/// signed.</param>
internal sealed record SignatureBundle(string PayloadType, byte[] Payload, byte[] Signature, JsonObject Material)
{
    /// <summary>The media type of a bundle.</summary>
    public const string MediaType = "application/vnd.dev.sigstore.bundle.v0.3+json";

    /// <summary>The longest bundle that is read, in bytes: what BuildKit reads of a statement.</summary>
    public const int Longest = 40 << 20;

    private const string Family = "application/vnd.dev.sigstore.bundle";

    /// <summary>Signs a statement.</summary>
    /// <param name="statement">The bytes of the statement.</param>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The bytes of the bundle: the same for the same statement where the key is ECDSA or RSA of
    /// ours.</returns>
    /// <exception cref="ContainerizeException">CTZ0361.</exception>
    public static async Task<byte[]> SignAsync(byte[] statement, SigningKey key, CancellationToken cancellationToken)
    {
        var signature = await key.SignAsync(
                Envelope.PreAuthentication(Envelope.StatementType, statement),
                cancellationToken
            )
            .ConfigureAwait(false);
        return Write(
            statement,
            signature,
            new JsonObject { ["publicKey"] = new JsonObject { ["hint"] = key.PublicKey.Hint } }
        );
    }

    /// <summary>Writes a bundle.</summary>
    /// <param name="statement">The bytes of the statement.</param>
    /// <param name="signature">The signature over it.</param>
    /// <param name="material">What it is verified with.</param>
    public static byte[] Write(byte[] statement, byte[] signature, JsonObject material) =>
        OciJson.ToBytes(
            new JsonObject
            {
                ["mediaType"] = MediaType,
                ["verificationMaterial"] = material,
                ["dsseEnvelope"] = Envelope.ToJson(statement, signature),
            }
        );

    /// <summary>Whether a media type is that of a bundle of any version.</summary>
    public static bool IsBundle(string? mediaType) => mediaType?.StartsWith(Family, StringComparison.Ordinal) == true;

    /// <summary>Reads a bundle.</summary>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="where">What it is, for errors.</param>
    /// <exception cref="ContainerizeException">CTZ0024 for what is no bundle with one signed statement.</exception>
    public static SignatureBundle Parse(ReadOnlySpan<byte> bytes, string where)
    {
        if (bytes.Length > Longest)
            throw OciJson.Invalid(where, $"it is {bytes.Length} bytes long and {Longest} is the most");
        var json = OciJson.Parse(bytes, where);
        if (!IsBundle(OciJson.Text(json["mediaType"])))
            throw OciJson.Invalid(where, "'mediaType' is not that of a sigstore bundle");
        if (json["dsseEnvelope"] is null)
            throw OciJson.Invalid(where, "it has no DSSE envelope");
        var envelope = OciJson.Object(json["dsseEnvelope"], where);
        if (envelope["signatures"] is not JsonArray { Count: 1 } signatures)
            throw OciJson.Invalid(where, "its envelope has not exactly one signature");
        var signature = OciJson.Object(signatures[0], where);
        return new(
            OciJson.RequiredText(envelope, "payloadType", where),
            Envelope.Bytes(OciJson.RequiredText(envelope, "payload", where), where),
            Envelope.Bytes(OciJson.RequiredText(signature, "sig", where), where),
            json["verificationMaterial"] as JsonObject ?? []
        );
    }

    /// <summary>Reads a bundle; null where the bytes are no bundle.</summary>
    public static SignatureBundle? TryParse(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Parse(bytes, "The bundle");
        }
        catch (ContainerizeException)
        {
            return null;
        }
    }

    /// <summary>Whether the bundle is signed by a key.</summary>
    public bool IsBy(VerificationKey key) => key.Verifies(Envelope.PreAuthentication(PayloadType, Payload), Signature);
}
