using Containerize.Images;

namespace Containerize.Compression;

/// <summary>How bytes are compressed, read from their first bytes: a docker archive does not say it
/// elsewhere.</summary>
internal static class CompressionMagic
{
    /// <summary>Reads the first four bytes (RFC 1952 2.3.1, RFC 8878 3.1.1); what is neither gzip nor zstd is not
    /// compressed.</summary>
    public static LayerCompression CompressionOf(ReadOnlySpan<byte> beginning) =>
        beginning.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]) ? LayerCompression.Gzip
        : beginning.StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD]) ? LayerCompression.Zstd
        : LayerCompression.None;
}
