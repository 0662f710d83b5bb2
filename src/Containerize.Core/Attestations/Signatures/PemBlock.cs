using System.Security.Cryptography;

namespace Containerize.Attestations.Signatures;

/// <summary>A block of a text in PEM (RFC 7468).</summary>
/// <param name="Label">What it says it is.</param>
/// <param name="Bytes">Its content.</param>
internal sealed record PemBlock(string Label, byte[] Bytes)
{
    /// <summary>The most blocks of a text that are read; those of a system's store of roots are about 150.</summary>
    public const int Most = 1_000;

    /// <summary>The blocks of a text: the first <see cref="Most"/>.</summary>
    public static IEnumerable<PemBlock> All(string text)
    {
        var start = 0;
        for (var count = 0; count < Most && PemEncoding.TryFind(text.AsSpan(start), out var fields); count++)
        {
            var data = new byte[fields.DecodedDataLength];
            Convert.TryFromBase64Chars(text.AsSpan(start)[fields.Base64Data], data, out _);
            yield return new(text.AsSpan(start)[fields.Label].ToString(), data);
            start += fields.Location.End.Value;
        }
    }
}
