using System.Collections.Immutable;
using System.Security.Cryptography;
using Containerize.Diagnostics;

namespace Containerize.Attestations.Signatures;

/// <summary>A public key that signatures are checked with: ECDSA on a NIST curve, or RSA.</summary>
public sealed class VerificationKey : TrustedSigner
{
    private const int LeastRsaBits = 2048;
    private const string Label = "PUBLIC KEY";
    private const string NotSigned = "it is not signed by the key";

    private readonly ECDsa? _ec;
    private readonly RSA? _rsa;

    private VerificationKey(ECDsa? ec, RSA? rsa)
    {
        (_ec, _rsa) = (ec, rsa);
        Info = [.. ((AsymmetricAlgorithm?)ec ?? rsa)!.ExportSubjectPublicKeyInfo()];
        Algorithm = ec?.KeySize switch
        {
            384 => HashAlgorithmName.SHA384,
            521 => HashAlgorithmName.SHA512,
            _ => HashAlgorithmName.SHA256,
        };
    }

    /// <summary>The key as SubjectPublicKeyInfo in DER (RFC 5280, 4.1.2.7).</summary>
    public ImmutableArray<byte> Info { get; }

    /// <summary>The hash that goes with the key: SHA-256, and that of its length for the longer curves.</summary>
    public HashAlgorithmName Algorithm { get; }

    /// <summary>What a bundle calls the key: the SHA-256 of it in base64, as sigstore's clients write it.</summary>
    public string Hint => Convert.ToBase64String(SHA256.HashData(Info.AsSpan()));

    /// <inheritdoc/>
    public override string Name => "the key";

    /// <summary>The number of bytes of each half of an ECDSA signature; 0 for RSA.</summary>
    internal int HalfLength => _ec is null ? 0 : (_ec.KeySize + 7) / 8;

    /// <summary>The length of the key in bits.</summary>
    internal int Size => _ec?.KeySize ?? _rsa!.KeySize;

    /// <summary>Reads a key in PEM.</summary>
    /// <param name="pem">A text with one block <c>PUBLIC KEY</c>.</param>
    /// <param name="where">What it is, for errors.</param>
    /// <exception cref="ContainerizeException">CTZ0363.</exception>
    public static VerificationKey Parse(string pem, string where)
    {
        var blocks = PemBlock.All(pem).ToList();
        var block = blocks.FirstOrDefault();
        if (blocks.Count(each => each.Label.EndsWith(Label, StringComparison.Ordinal)) > 1)
            throw Unreadable(where, "it holds several keys, and which one is meant it does not say");
        if (block is { Label: Label })
            return OfInfo(block.Bytes, where);
        throw Unreadable(where, block is null ? "it holds no PEM block" : $"it holds a block '{block.Label}'");
    }

    /// <summary>Reads a key in DER.</summary>
    /// <param name="info">Its SubjectPublicKeyInfo.</param>
    /// <param name="where">What it is, for errors.</param>
    /// <exception cref="ContainerizeException">CTZ0363.</exception>
    public static VerificationKey OfInfo(ReadOnlySpan<byte> info, string where)
    {
        if (Import(ECDsa.Create(), info) is { } ec)
            return IsKnown(ec) ? new(ec, null) : throw Unreadable(where, "its curve is not P-256, P-384 or P-521");
        if (Import(RSA.Create(), info) is { } rsa)
            return rsa.KeySize >= LeastRsaBits
                ? new(null, rsa)
                : throw Unreadable(where, $"RSA with {rsa.KeySize} bits is too weak");
        throw Unreadable(where, "it is neither ECDSA nor RSA");
    }

    /// <summary>Whether a signature is one of this key over a message.</summary>
    /// <param name="message">What was signed.</param>
    /// <param name="signature">ECDSA in DER (RFC 3279, 2.2.3), or RSA PKCS #1 v1.5.</param>
    public bool Verifies(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        Verifies(message, signature, Algorithm, RSASignaturePadding.Pkcs1);

    /// <summary>Whether a signature is one of this key over a message, with another hash than its own.</summary>
    /// <param name="message">What was signed.</param>
    /// <param name="signature">ECDSA in DER (RFC 3279, 2.2.3), or RSA.</param>
    /// <param name="hash">The hash.</param>
    /// <param name="padding">The padding of RSA.</param>
    internal bool Verifies(
        ReadOnlySpan<byte> message,
        ReadOnlySpan<byte> signature,
        HashAlgorithmName hash,
        RSASignaturePadding padding
    )
    {
        try
        {
            return _ec is not null
                ? _ec.VerifyData(message, signature, hash, DSASignatureFormat.Rfc3279DerSequence)
                : _rsa!.VerifyData(message, signature, hash, padding);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    internal override string? FaultOf(SignatureBundle bundle, string where) => bundle.IsBy(this) ? null : NotSigned;

    internal override string? FaultOf(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> signature) =>
        Verifies(payload, signature) ? null : NotSigned;

    /// <summary>Whether a key names a curve that signatures are made with. One that spells its curve out has no name
    /// for it (RFC 5480, 2.1.1, allows the name alone).</summary>
    internal static bool IsKnown(ECDsa key) =>
        key.ExportParameters(false).Curve
            is { IsNamed: true, Oid.Value: EcCurves.P256 or EcCurves.P384 or EcCurves.P521 };

    private static T? Import<T>(T key, ReadOnlySpan<byte> info)
        where T : AsymmetricAlgorithm
    {
        try
        {
            key.ImportSubjectPublicKeyInfo(info, out var read);
            return read == info.Length ? key : null;
        }
        catch (Exception exception) when (exception is CryptographicException or PlatformNotSupportedException)
        {
            key.Dispose();
            return null;
        }
    }

    private static ContainerizeException Unreadable(string where, string why) =>
        new(
            DiagnosticTable.PublicKeyUnreadable,
            $"The public key in {where} cannot be used: {why}. Name a file with one block '{Label}', such as "
                + "cosign.pub: "
                + "ECDSA on P-256, P-384 or P-521, or RSA with 2048 bits or more."
        );
}
