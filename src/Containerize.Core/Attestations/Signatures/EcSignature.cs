using System.Formats.Asn1;

namespace Containerize.Attestations.Signatures;

/// <summary>The two forms of a signature by ECDSA.</summary>
internal static class EcSignature
{
    /// <summary>From both halves side by side (RFC 7518, 3.4) to DER (RFC 3279, 2.2.3).</summary>
    public static byte[] ToDer(ReadOnlySpan<byte> halves)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteIntegerUnsigned(Shortest(halves[..(halves.Length / 2)]));
            writer.WriteIntegerUnsigned(Shortest(halves[(halves.Length / 2)..]));
        }

        return writer.Encode();
    }

    private static ReadOnlySpan<byte> Shortest(ReadOnlySpan<byte> number)
    {
        var shortest = number.TrimStart((byte)0);
        return shortest.IsEmpty ? number[^1..] : shortest;
    }
}
