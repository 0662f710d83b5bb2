using System.Security.Cryptography;
using Containerize.Diagnostics;

namespace Containerize.Attestations.Signatures;

/// <summary>A private key in PEM: PKCS #8, plain or encrypted, the older forms of EC and RSA, and cosign's
/// own.</summary>
internal static class PrivateKeyFile
{
    /// <summary>Reads a key.</summary>
    /// <param name="pem">The text.</param>
    /// <param name="password">The password; null where there is none.</param>
    /// <param name="where">What it is, for errors, which never repeat the text.</param>
    /// <exception cref="ContainerizeException">CTZ0360.</exception>
    public static SigningKey Parse(string pem, string? password, string where)
    {
        // The older encryption of openssl is a header in the block (RFC 1421), with MD5 for the password.
        if (pem.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal))
            throw Unreadable(
                where,
                "it is encrypted in openssl's old form; convert it with 'openssl pkcs8 -topk8 -in OLD -out NEW'"
            );
        var blocks = PemBlock.All(pem).ToList();
        if (blocks.Count(each => each.Label.EndsWith("PRIVATE KEY", StringComparison.Ordinal)) > 1)
            throw Unreadable(where, "it holds several private keys, and which one signs it does not say");
        // What openssl writes of an EC key begins with a block about its curve.
        var block =
            blocks.Find(each => each.Label != "EC PARAMETERS") ?? throw Unreadable(where, "it holds no PEM block");
        switch (block.Label)
        {
            case "PRIVATE KEY":
                return OfPkcs8(block.Bytes, where);
            case "EC PRIVATE KEY":
                return Of(ECDsa.Create(), key => key.ImportECPrivateKey(block.Bytes, out _), where)
                    ?? throw Unreadable(where, "it is no EC key");
            case "RSA PRIVATE KEY":
                return Of(RSA.Create(), key => key.ImportRSAPrivateKey(block.Bytes, out _), where)
                    ?? throw Unreadable(where, "it is no RSA key");
            case "ENCRYPTED PRIVATE KEY":
                return OfEncrypted(block.Bytes, Password(password, where), where);
            case "ENCRYPTED SIGSTORE PRIVATE KEY" or "ENCRYPTED COSIGN PRIVATE KEY":
                return OfPkcs8(
                    CosignKey.Decrypt(block.Bytes, Password(password, where), why => Unreadable(where, why)),
                    where
                );
            case "PUBLIC KEY" or "CERTIFICATE":
                throw Unreadable(where, $"it holds a block '{block.Label}', which signs nothing");
            default:
                throw Unreadable(
                    where,
                    $"it holds a block '{SingleLineText.Of(block.Label)}', which is no key that " + "is known"
                );
        }
    }

    /// <summary>The error for a key that cannot be used.</summary>
    public static ContainerizeException Unreadable(string where, string why, Exception? inner = null) =>
        new(
            DiagnosticTable.SigningKeyUnreadable,
            $"The signing key in {where} cannot be used: {why}. Name a PEM file or 'env://NAME' with a private key: "
                + "PKCS #8, EC, RSA or cosign's own. The password is read from the variable COSIGN_PASSWORD.",
            inner
        );

    private static string Password(string? password, string where) =>
        password ?? throw Unreadable(where, "it is encrypted, and the variable COSIGN_PASSWORD is not set");

    private static PrivateKey OfPkcs8(byte[] bytes, string where) =>
        Of(ECDsa.Create(), key => key.ImportPkcs8PrivateKey(bytes, out _), where)
        ?? Of(RSA.Create(), key => key.ImportPkcs8PrivateKey(bytes, out _), where)
        ?? throw Unreadable(where, "it is neither ECDSA nor RSA");

    private static PrivateKey OfEncrypted(byte[] bytes, string password, string where) =>
        Of(ECDsa.Create(), key => key.ImportEncryptedPkcs8PrivateKey(password, bytes, out _), where)
        ?? Of(RSA.Create(), key => key.ImportEncryptedPkcs8PrivateKey(password, bytes, out _), where)
        ?? throw Unreadable(where, "the password does not fit, or it is neither ECDSA nor RSA");

    private static PrivateKey? Of<T>(T key, Action<T> import, string where)
        where T : AsymmetricAlgorithm
    {
        try
        {
            import(key);
            return key switch
            {
                ECDsa ec when VerificationKey.IsKnown(ec) => PrivateKey.Of(ec, where),
                ECDsa => throw Unreadable(where, "its curve is not P-256, P-384 or P-521"),
                RSA { KeySize: >= 2048 } rsa => PrivateKey.Of(rsa, where),
                _ => throw Unreadable(where, $"RSA with {key.KeySize} bits is too weak"),
            };
        }
        catch (Exception exception) when (exception is CryptographicException or PlatformNotSupportedException)
        {
            key.Dispose();
            return null;
        }
    }
}
