using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Containerize.Images;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Macs;
using Org.BouncyCastle.Crypto.Parameters;

namespace Containerize.Attestations.Signatures;

/// <summary>
/// The private key file of cosign: JSON with the parameters of scrypt (RFC 7914) around a secretbox of NaCl, which is
/// XSalsa20 with Poly1305.
/// </summary>
internal static class CosignKey
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    private const int TagLength = 16,
        NonceLength = 24,
        KeyLength = 32;

    // cosign asks for 64 MiB; a file that asks for more than this is no key.
    private const long MostMemory = 256L << 20;

    /// <summary>Decrypts the content of a block <c>ENCRYPTED SIGSTORE PRIVATE KEY</c>.</summary>
    /// <param name="json">The content.</param>
    /// <param name="password">The password.</param>
    /// <param name="unreadable">Makes the error.</param>
    /// <returns>PKCS #8 in DER.</returns>
    public static byte[] Decrypt(byte[] json, string password, Func<string, Exception> unreadable)
    {
        try
        {
            var file = (JsonObject)JsonNode.Parse(json, documentOptions: Strict)!;
            var (kdf, cipher) = ((JsonObject)file["kdf"]!, (JsonObject)file["cipher"]!);
            if (OciJson.Text(kdf["name"]) != "scrypt" || OciJson.Text(cipher["name"]) != "nacl/secretbox")
                throw unreadable("its encryption is not scrypt with nacl/secretbox");
            var (cost, block, lanes) = (Number(kdf, "N"), Number(kdf, "r"), Number(kdf, "p"));
            if (
                cost < 2
                || (cost & (cost - 1)) != 0
                || block < 1
                || lanes is < 1 or > 16
                || checked(128L * cost * block) > MostMemory
            )
                throw unreadable("its parameters of scrypt are out of bounds");
            var key = SCrypt.Generate(
                Encoding.UTF8.GetBytes(password),
                Bytes(kdf["salt"]),
                cost,
                block,
                lanes,
                KeyLength
            );
            return Open(Bytes(file["ciphertext"]), Bytes(cipher["nonce"]), key)
                ?? throw unreadable("the password in COSIGN_PASSWORD does not fit");
        }
        catch (Exception exception)
            when (exception
                    is JsonException
                        or InvalidCastException
                        or FormatException
                        or ArgumentException
                        or NullReferenceException
                        or InvalidOperationException
                        or OverflowException
            )
        {
            throw unreadable("it is not the JSON that cosign writes");
        }
    }

    private static int Number(JsonObject kdf, string name) => (int)((JsonObject)kdf["params"]!)[name]!;

    private static byte[] Bytes(JsonNode? node) => Convert.FromBase64String((string)node!);

    private static byte[]? Open(byte[] box, byte[] nonce, byte[] key)
    {
        if (box.Length < TagLength || nonce.Length != NonceLength)
            return null;
        var stream = new XSalsa20Engine();
        stream.Init(false, new ParametersWithIV(new KeyParameter(key), nonce));
        var authentication = new byte[KeyLength];
        stream.ProcessBytes(new byte[KeyLength], 0, KeyLength, authentication, 0);
        var mac = new Poly1305();
        mac.Init(new KeyParameter(authentication));
        mac.BlockUpdate(box, TagLength, box.Length - TagLength);
        var tag = new byte[TagLength];
        mac.DoFinal(tag, 0);
        if (!CryptographicOperations.FixedTimeEquals(tag, box.AsSpan(0, TagLength)))
            return null;
        var plain = new byte[box.Length - TagLength];
        stream.ProcessBytes(box, TagLength, plain.Length, plain, 0);
        return plain;
    }
}
