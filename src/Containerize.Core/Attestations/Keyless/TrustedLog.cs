using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Containerize.Attestations.Signatures;
using Containerize.Diagnostics;
using Containerize.Images;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;

namespace Containerize.Attestations.Keyless;

/// <summary>A log whose entries count: of signatures, or of certificates.</summary>
internal sealed class TrustedLog
{
    /// <summary>The length of a hint (c2sp.org/signed-note).</summary>
    public const int HintLength = 4;

    // SubjectPublicKeyInfo of Ed25519 up to the 32 bytes of the key (RFC 8410, 4).
    private static ReadOnlySpan<byte> Ed25519 => [0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0];

    private readonly VerificationKey? _key;
    private readonly Ed25519PublicKeyParameters? _edwards;

    private TrustedLog(byte[] id, byte[] checkpointId, byte[] info, Period period, string where)
    {
        (Id, Period) = (id, period);
        CheckpointHint = checkpointId[..Math.Min(checkpointId.Length, HintLength)];
        if (info.Length == Ed25519.Length + 32 && info.AsSpan().StartsWith(Ed25519))
            _edwards = new Ed25519PublicKeyParameters(info, Ed25519.Length);
        else
            _key = KeyOf(info, where);
    }

    /// <summary>What entries call the log.</summary>
    public byte[] Id { get; }

    /// <summary>What stands before its signatures of checkpoints: the first bytes of the name of the key.</summary>
    public byte[] CheckpointHint { get; }

    /// <summary>When it takes entries.</summary>
    public Period Period { get; }

    /// <summary>Reads a <c>TransparencyLogInstance</c> (protobuf-specs, sigstore_trustroot.proto).</summary>
    /// <exception cref="ContainerizeException">CTZ0024.</exception>
    public static TrustedLog Read(JsonObject json, string where)
    {
        var key = OciJson.Object(json["publicKey"], where);
        var info = ProtoJson.Bytes(key["rawBytes"], "publicKey.rawBytes", where);
        var id = json["logId"] is JsonObject named
            ? ProtoJson.Bytes(named["keyId"], "logId.keyId", where)
            : SHA256.HashData(info);
        // The key of checkpoints may have another name than the log.
        var checkpointId = json["checkpointKeyId"] is JsonObject checkpoint
            ? ProtoJson.Bytes(checkpoint["keyId"], "checkpointKeyId.keyId", where)
            : id;
        return new(id, checkpointId, info, Period.Read(key["validFor"], where), where);
    }

    /// <summary>Whether the log has signed a message.</summary>
    public bool Verifies(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (_edwards is null)
            return _key?.Verifies(message, signature) == true;
        var verifier = new Ed25519Signer();
        verifier.Init(false, _edwards);
        verifier.BlockUpdate(message);
        return verifier.VerifySignature(signature.ToArray());
    }

    // A root may list a log with a key of a kind to come: it signs nothing here, and hides no other.
    private static VerificationKey? KeyOf(byte[] info, string where)
    {
        try
        {
            return VerificationKey.OfInfo(info, where);
        }
        catch (ContainerizeException)
        {
            return null;
        }
    }
}
