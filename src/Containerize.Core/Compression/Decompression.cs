using System.IO.Compression;
using Containerize.Diagnostics;
using SharpCompress.Compressors.Xz;
using ZstdSharp;

namespace Containerize.Compression;

/// <summary>The compressions that indexes and package files come in, by the end of their names.</summary>
internal static class Decompression
{
    /// <summary>The ends of names that can be read, none among them.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".xz", ".zst", ".gz", ""];

    /// <summary>Opens the content of a compressed stream.</summary>
    /// <param name="stream">The compressed bytes; a stream that can seek, closed with the result.</param>
    /// <param name="extension">One of <see cref="Extensions"/>.</param>
    public static Stream Open(Stream stream, string extension) =>
        extension switch
        {
            ".xz" => new XzStreams(stream),
            ".zst" => new DecompressionStream(stream, leaveOpen: false),
            ".gz" => new GZipStream(stream, CompressionMode.Decompress),
            "" => stream,
            _ => throw new ArgumentOutOfRangeException(nameof(extension), extension, "unknown compression"),
        };

    /// <summary>Whether an exception is what a reader of damaged content throws.</summary>
    public static bool IsDamage(Exception exception) =>
        !FullDisk.Is(exception)
        && exception
            is (
                InvalidDataException
                or EndOfStreamException
                or IOException
                or SharpCompress.Common.SharpCompressException
                or ZstdException
                or IndexOutOfRangeException
                or OverflowException
            );

    // A file may hold several xz streams one after the other (xz file format, 2); the reader of SharpCompress ends
    // after one.
    private sealed class XzStreams(Stream stream) : IO.ReadOnlyStream
    {
        private XZStream _current = new(stream);

        public override int Read(Span<byte> buffer)
        {
            int read;
            while ((read = _current.Read(buffer)) == 0 && !buffer.IsEmpty && stream.Position < stream.Length)
                _current = new XZStream(stream);
            return read;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _current.Dispose();
                stream.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
