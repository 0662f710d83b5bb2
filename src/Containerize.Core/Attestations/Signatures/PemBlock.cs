using System.Security.Cryptography;

namespace Containerize.Attestations.Signatures;

/// <summary>A block of a text in PEM (RFC 7468).</summary>
/// <param name="Label">What it says it is.</param>
/// <param name="Bytes">Its content.</param>
internal sealed record PemBlock(string Label, byte[] Bytes)
{
    /// <summary>The blocks of a text.</summary>
    public static IEnumerable<PemBlock> All(string text)
    {
        var rest = text;
        while (PemEncoding.TryFind(rest, out var fields))
        {
            yield return new(rest[fields.Label], Convert.FromBase64String(rest[fields.Base64Data]));
            rest = rest[fields.Location.End..];
        }
    }
}
