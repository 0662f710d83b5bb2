using System.Collections.Immutable;
using System.Text;
using Containerize.Diagnostics;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;

namespace Containerize.Packages.Sources;

/// <summary>OpenPGP keys that a release may be signed with, armored or binary as apt takes them.</summary>
public sealed class Keyring
{
    private readonly ImmutableArray<PgpPublicKeyRing> _rings;

    private Keyring(ImmutableArray<PgpPublicKeyRing> rings, string where)
    {
        _rings = rings;
        Where = where;
    }

    /// <summary>Where the keys come from, for errors.</summary>
    public string Where { get; }

    /// <summary>The fingerprints of the primary keys, in upper-case hexadecimal.</summary>
    public IEnumerable<string> Fingerprints =>
        _rings.Select(ring => Convert.ToHexString(ring.GetPublicKey().GetFingerprint()));

    /// <summary>Reads a keyring; several armored keys may stand one after the other.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="where">What it is, for errors.</param>
    /// <exception cref="ContainerizeException">CTZ0075 when there is no key in it.</exception>
    public static Keyring Read(byte[] bytes, string where)
    {
        var rings = ImmutableArray.CreateBuilder<PgpPublicKeyRing>();
        try
        {
            foreach (var block in Blocks(bytes))
            {
                using var stream = PgpUtilities.GetDecoderStream(new MemoryStream(block));
                var factory = new PgpObjectFactory(stream);
                while (factory.NextPgpObject() is { } item)
                {
                    if (item is PgpPublicKeyRing ring)
                        rings.Add(ring);
                }
            }
        }
        catch (Exception exception) when (IsDamage(exception))
        {
            throw Unreadable(where, exception.Message, exception);
        }

        return rings.Count > 0
            ? new(rings.ToImmutable(), where)
            : throw Unreadable(where, "there is no public key in it", null);
    }

    /// <summary>Whether an exception is what the reader of OpenPGP packets throws for damaged or unknown
    /// ones.</summary>
    internal static bool IsDamage(Exception exception) =>
        exception
            is IOException
                or PgpException
                or ArgumentException
                or InvalidCastException
                or UnsupportedPacketVersionException
                or InvalidOperationException
                or IndexOutOfRangeException
                or ArithmeticException;

    /// <summary>All keys of several keyrings.</summary>
    public static Keyring Of(IEnumerable<Keyring> keyrings, string where) =>
        new([.. keyrings.SelectMany(keyring => keyring._rings)], where);

    /// <summary>The keys with the given fingerprints only; <c>!</c> after one, which asks for exactly that subkey, is
    /// read past.</summary>
    public Keyring Only(IReadOnlyCollection<string> fingerprints)
    {
        var wanted = fingerprints
            .Select(fingerprint => fingerprint.TrimEnd('!').ToUpperInvariant())
            .ToHashSet(StringComparer.Ordinal);
        return new(
            [
                .. _rings.Where(ring =>
                    ring.GetPublicKeys().Any(key => wanted.Contains(Convert.ToHexString(key.GetFingerprint())))
                ),
            ],
            $"{Where} ({string.Join(", ", wanted)})"
        );
    }

    /// <summary>The key of that number which may sign at that time, or null; and why not.</summary>
    internal PgpPublicKey? FindSigningKey(long id, DateTime now, out string why)
    {
        why = "is not in the keyring";
        foreach (var ring in _rings)
        {
            if (ring.GetPublicKey(id) is not { } key)
                continue;
            var primary = ring.GetPublicKey();
            if (primary.HasRevocation() || key.HasRevocation())
                why = "is revoked";
            else if (HasExpired(primary, now) || HasExpired(key, now))
                why = "has expired";
            else if (!key.IsMasterKey && !IsBound(primary, key))
                why = "is not bound to its primary key";
            else
                return key;
        }

        return null;
    }

    private static bool HasExpired(PgpPublicKey key, DateTime now) =>
        key.GetValidSeconds() is var seconds and > 0 && key.CreationTime.AddSeconds(seconds) < now;

    // Somebody could put a subkey of their own below a key that is trusted; only the primary key's signature makes it
    // one.
    private static bool IsBound(PgpPublicKey primary, PgpPublicKey key)
    {
        foreach (var signature in key.GetSignaturesOfType(PgpSignature.SubkeyBinding))
        {
            if (signature.KeyId != primary.KeyId)
                continue;
            // A signature of BouncyCastle holds the state of its own check, and several archives may be read with one
            // keyring at once.
            lock (signature)
            {
                signature.InitVerify(primary);
                if (signature.VerifyCertification(primary, key) && MaySign(signature))
                    return true;
            }
        }

        return false;
    }

    private static bool MaySign(PgpSignature binding) =>
        binding.GetHashedSubPackets()?.GetKeyFlags() is not (var flags and not 0) || (flags & PgpKeyFlags.CanSign) != 0;

    private static IEnumerable<byte[]> Blocks(byte[] bytes)
    {
        const string begin = "-----BEGIN PGP PUBLIC KEY BLOCK-----";
        if (bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(begin)) < 0)
            return [bytes];
        return Encoding
            .UTF8.GetString(bytes)
            .Split(begin)
            .Skip(1)
            .Select(block => Encoding.UTF8.GetBytes(begin + block));
    }

    private static ContainerizeException Unreadable(string where, string why, Exception? inner) =>
        new(
            DiagnosticTable.KeyringUnreadable,
            $"The keyring {where} cannot be read: {why}. Signed-By must be the path of an OpenPGP keyring, "
                + "binary or armored, or a key itself.",
            inner
        );
}
