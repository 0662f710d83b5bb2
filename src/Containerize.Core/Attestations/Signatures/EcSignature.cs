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

    /// <summary>From DER to both halves side by side.</summary>
    /// <param name="der">A signature that was checked.</param>
    /// <param name="length">The number of bytes of each half.</param>
    public static byte[] ToHalves(byte[] der, int length)
    {
        var halves = new byte[2 * length];
        var reader = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        foreach (var end in new[] { length, 2 * length })
        {
            var number = reader.ReadIntegerBytes().Span.TrimStart((byte)0);
            number.CopyTo(halves.AsSpan(end - number.Length));
        }

        return halves;
    }

    private static ReadOnlySpan<byte> Shortest(ReadOnlySpan<byte> number)
    {
        var shortest = number.TrimStart((byte)0);
        return shortest.IsEmpty ? number[^1..] : shortest;
    }
}
