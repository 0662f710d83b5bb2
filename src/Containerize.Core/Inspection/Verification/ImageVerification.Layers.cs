using System.IO.Compression;
using Containerize.Compression;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.IO;
using ZstdSharp;

namespace Containerize.Inspection.Verification;

/// <summary>Layers: the stored bytes, what they inflate to, and the tar that this is (layer.md).</summary>
internal sealed partial class ImageVerification
{
    private const int TarBlock = 512;

    /// <summary>Checks a layer, each once, and gives the diff id of its bytes; null where they cannot be
    /// read.</summary>
    private async Task<Digest?> CheckLayerAsync(Descriptor descriptor, CancellationToken cancellationToken)
    {
        if (_diffIds.TryGetValue(descriptor.Digest, out var known))
            return known;
        var stored = await OpenAsync(descriptor, cancellationToken).ConfigureAwait(false);
        _diffIds[descriptor.Digest] = null;
        if (stored is null)
            return null;
        using var measured = new MeasuringStream(stored, descriptor.Digest.Algorithm);
        var diffId = await Task.Run(() => Inflate(descriptor, measured, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        try
        {
            await measured.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
            CheckMeasure(descriptor, measured);
        }
        catch (Exception exception) when (exception is IOException or ContainerizeException)
        {
            Require(Name(descriptor), false, $"cannot be read to its end: {exception.Message}");
        }

        return _diffIds[descriptor.Digest] = diffId;
    }

    private Digest? Inflate(Descriptor descriptor, MeasuringStream stored, CancellationToken cancellationToken)
    {
        var where = Name(descriptor);
        try
        {
            using var buffered = new PeekStream(stored);
            var compression = CompressionMagic.CompressionOf(buffered.Beginning);
            Require(
                where,
                compression == MediaTypes.CompressionOf(descriptor.MediaType),
                $"is compressed with {compression} and has the media type '{descriptor.MediaType}'"
            );
            using var plain = new MeasuringStream(
                compression switch
                {
                    LayerCompression.Gzip => new GZipStream(buffered, CompressionMode.Decompress),
                    LayerCompression.Zstd => new DecompressionStream(buffered),
                    _ => buffered,
                },
                algorithm: null
            );
            using var ahead = new BufferedStream(plain, 1 << 17);
            var diffId = new TarVerification(where, _violations).Check(ahead, cancellationToken);
            Require(
                where,
                plain.Length % TarBlock == 0,
                $"has a tar of {plain.Length} bytes, which are no whole blocks"
            );
            Require(where, plain.ZerosAtEnd >= 2 * TarBlock, "has a tar that does not end with two blocks of zeros");
            return diffId;
        }
        catch (Exception exception)
            when (exception
                    is IOException
                        or InvalidDataException
                        or ZstdException
                        or OverflowException
                        or ContainerizeException
            )
        {
            Require(where, false, $"cannot be inflated to its end: {exception.Message}");
            return null;
        }
    }

    /// <summary>A stream whose first bytes are looked at before it is read; it leaves the inner one open.</summary>
    private sealed class PeekStream : ReadOnlyStream
    {
        private readonly Stream _inner;
        private readonly byte[] _beginning = new byte[4];
        private readonly int _length;
        private int _given;

        public PeekStream(Stream inner)
        {
            _inner = inner;
            _length = inner.ReadAtLeast(_beginning, _beginning.Length, throwOnEndOfStream: false);
        }

        public ReadOnlySpan<byte> Beginning => _beginning.AsSpan(0, _length);

        public override int Read(Span<byte> buffer)
        {
            if (_given == _length)
                return _inner.Read(buffer);
            var count = Math.Min(buffer.Length, _length - _given);
            _beginning.AsSpan(_given, count).CopyTo(buffer);
            _given += count;
            return count;
        }
    }
}
