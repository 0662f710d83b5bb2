using System.Security.Cryptography;
using Containerize.Images;
using Containerize.IO;

namespace Containerize.Inspection.Verification;

/// <summary>Passes bytes through while it counts and hashes them, and remembers with how many zeros they end.</summary>
/// <param name="inner">Where they come from; disposed of with this.</param>
/// <param name="algorithm"><c>sha256</c> or <c>sha512</c>; null when no digest is wanted.</param>
internal sealed class MeasuringStream(Stream inner, string? algorithm) : ReadOnlyStream
{
    private readonly IncrementalHash? _hash = algorithm is null
        ? null
        : IncrementalHash.CreateHash(algorithm == "sha512" ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256);
    private long _length;

    /// <summary>How many zeros the bytes so far end with.</summary>
    public long ZerosAtEnd { get; private set; }

    /// <summary>How many bytes went through so far.</summary>
    public override long Length => _length;

    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException();
    }

    /// <summary>The digest of what went through; to be asked for once, and only of a stream with an
    /// algorithm.</summary>
    public Digest Digest() => Images.Digest.FromHash(algorithm!, _hash!.GetHashAndReset());

    public override int Read(Span<byte> buffer)
    {
        var read = inner.Read(buffer);
        Note(buffer[..read]);
        return read;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        Note(buffer.Span[..read]);
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
            _hash?.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Note(ReadOnlySpan<byte> bytes)
    {
        _hash?.AppendData(bytes);
        _length += bytes.Length;
        var last = bytes.LastIndexOfAnyExcept((byte)0);
        ZerosAtEnd = last < 0 ? ZerosAtEnd + bytes.Length : bytes.Length - last - 1;
    }
}
