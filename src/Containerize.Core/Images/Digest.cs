using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Containerize.Diagnostics;

namespace Containerize.Images;

/// <summary>
/// The identity of some bytes: an algorithm and its hash in lower-case hexadecimal (image-spec, descriptor.md,
/// "Digests"). Only registered algorithms and exact lengths are let in, so a digest can be used in paths and URLs as it
/// is.
/// </summary>
/// <remarks>A class, though small: what is generic over a struct of ours is in no native image and is compiled in every
/// run.</remarks>
public sealed record Digest
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    private readonly string _text;

    private Digest(string text) => _text = text;

    /// <summary><c>sha256</c> or <c>sha512</c>.</summary>
    public string Algorithm => ToString()[..ToString().IndexOf(':', StringComparison.Ordinal)];

    /// <summary>The hash in lower-case hexadecimal.</summary>
    public string Hex => ToString()[(ToString().IndexOf(':', StringComparison.Ordinal) + 1)..];

    /// <summary>The first twelve digits of the hash, by which people tell digests apart.</summary>
    public string Abbreviated => Hex[..12];

    /// <summary>Reads <c>sha256:</c> with 64 or <c>sha512:</c> with 128 lower-case hexadecimal digits.</summary>
    /// <exception cref="ContainerizeException">CTZ0001 when it is anything else.</exception>
    public static Digest Parse(string text) =>
        TryParse(text, out var digest)
            ? digest
            : throw new ContainerizeException(
                DiagnosticTable.InvalidReference,
                $"'{text}' is not a digest. A digest is 'sha256:' and 64 lower-case hexadecimal digits."
            );

    /// <summary>Reads a digest; false when it is not exactly of the registered form.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Digest? digest)
    {
        digest = null;
        if (text is null)
            return false;
        var length =
            text.StartsWith("sha256:", StringComparison.Ordinal) ? 64
            : text.StartsWith("sha512:", StringComparison.Ordinal) ? 128
            : -1;
        if (length < 0 || text.Length != 7 + length || text.AsSpan(7).ContainsAnyExcept(HexDigits))
            return false;
        digest = new Digest(text);
        return true;
    }

    /// <summary>The SHA-256 digest of the bytes.</summary>
    public static Digest Of(ReadOnlySpan<byte> bytes) => FromHash("sha256", SHA256.HashData(bytes));

    /// <summary>The digest that a finished hash stands for.</summary>
    /// <param name="algorithm"><c>sha256</c> or <c>sha512</c>.</param>
    /// <param name="hash">The 32 or 64 bytes of the hash.</param>
    public static Digest FromHash(string algorithm, ReadOnlySpan<byte> hash) =>
        Parse($"{algorithm}:{Convert.ToHexStringLower(hash)}");

    /// <summary>A hash of this digest's algorithm, to check content against it.</summary>
    public IncrementalHash CreateHash() =>
        IncrementalHash.CreateHash(Algorithm == "sha512" ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256);

    public override string ToString() => _text;
}
