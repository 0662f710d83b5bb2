using System.Text;
using Containerize.Diagnostics;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;

namespace Containerize.Packages.Sources;

/// <summary>Checks who signed a release.</summary>
internal static class ReleaseSignature
{
    /// <summary>The signed text of an <c>InRelease</c> file, of which one signature at least is good.</summary>
    /// <param name="message">The file.</param>
    /// <param name="keyring">The keys that may sign it.</param>
    /// <param name="now">The time, against which keys and signatures expire.</param>
    /// <param name="where">What the file is, for errors.</param>
    /// <exception cref="ContainerizeException">CTZ0073 when no signature by a key of the keyring is good.</exception>
    public static string Verify(byte[] message, Keyring keyring, DateTimeOffset now, string where)
    {
        if (ClearSigned.Read(Encoding.UTF8.GetString(message)) is not { } signed)
            throw Untrusted(
                where,
                message.AsSpan().TrimStart(" \r\n\t"u8).StartsWith("<"u8)
                    ? "it has no signature and is a web page, such as the one with which a network asks you to log in"
                    : "it has no signature",
                keyring
            );
        var reasons = new List<string>();
        foreach (var signature in Signatures(signed.Signature, where, keyring))
        {
            if (WhyNot(signature, signed, keyring, now.UtcDateTime) is not { } reason)
                return signed.Text;
            reasons.Add(reason);
        }

        throw Untrusted(where, reasons.Count == 0 ? "it has no signature" : string.Join("; ", reasons), keyring);
    }

    private static string? WhyNot(PgpSignature signature, ClearSigned signed, Keyring keyring, DateTime now)
    {
        var name = $"the key {signature.KeyId:X16}";
        if (
            signature.HashAlgorithm
            is not (
                HashAlgorithmTag.Sha224
                or HashAlgorithmTag.Sha256
                or HashAlgorithmTag.Sha384
                or HashAlgorithmTag.Sha512
            )
        )
            return $"{name} signed with the weak hash {signature.HashAlgorithm}";
        if (signature.SignatureType is not (PgpSignature.CanonicalTextDocument or PgpSignature.BinaryDocument))
            return $"the signature by {name} is not over a document";
        if (keyring.FindSigningKey(signature.KeyId, now, out var why) is not { } key)
            return $"{name} {why}";
        if (
            signature.GetHashedSubPackets()?.GetSignatureExpirationTime() is var seconds and > 0
            && signature.CreationTime.AddSeconds(seconds.Value) < now
        )
            return $"the signature by {name} has expired";
        try
        {
            signature.InitVerify(key);
            signature.Update(signed.Signed);
            return signature.Verify() ? null : $"the signature by {name} is wrong: the text was changed";
        }
        catch (Exception exception) when (Keyring.IsDamage(exception))
        {
            return $"the signature by {name} cannot be checked: {exception.Message}";
        }
    }

    private static List<PgpSignature> Signatures(string armored, string where, Keyring keyring)
    {
        try
        {
            using var stream = PgpUtilities.GetDecoderStream(new MemoryStream(Encoding.ASCII.GetBytes(armored)));
            var factory = new PgpObjectFactory(stream);
            var all = new List<PgpSignature>();
            while (factory.NextPgpObject() is { } item)
            {
                if (item is PgpSignatureList list)
                    all.AddRange(Enumerable.Range(0, list.Count).Select(i => list[i]));
            }

            return all;
        }
        catch (Exception exception) when (Keyring.IsDamage(exception))
        {
            throw Untrusted(where, $"its signature cannot be read ({exception.Message})", keyring);
        }
    }

    private static ContainerizeException Untrusted(string where, string why, Keyring keyring) =>
        new(
            DiagnosticTable.ReleaseUntrusted,
            $"{where} is not trusted: {why}. The keys that may sign it are those of {keyring.Where}. "
                + "Give the source the right key with Signed-By (SignedBy of a ContainerPackageSource), or do not "
                + "use it."
        );
}
