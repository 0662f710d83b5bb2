using System.Security.Cryptography;
using Containerize.Diagnostics;
using Containerize.IO;

namespace Containerize.Images;

/// <summary>
/// Bytes from outside, checked while they are read: not one more than the descriptor says, and at the end exactly as
/// many with the right digest. A reader that reaches the end has had the right content (image-spec, descriptor.md).
/// </summary>
internal sealed class VerifyingStream(Stream inner, Descriptor descriptor, string where) : ReadOnlyStream
{
    private readonly IncrementalHash _hash = descriptor.Digest.CreateHash();
    private long _position;
    private bool _verified;
    private bool _failed;

    /// <summary>
    /// Called before the stream fails, and also when its reader had enough before the end, perhaps because nothing
    /// could be made of it: what is left is read then. Null for no call.
    /// </summary>
    public Action? Wrong { get; init; }

    public override long Length => descriptor.Size;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        var read = inner.Read(buffer);
        Check(buffer[..read], buffer.IsEmpty);
        return read;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        Check(buffer.Span[..read], buffer.IsEmpty);
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            if (Wrong is not null && !_verified && !_failed)
                CheckRest();
            inner.Dispose();
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }

    private void CheckRest()
    {
        try
        {
            var buffer = new byte[1 << 16];
            while (Read(buffer) > 0) { }
        }
        catch (Exception exception) when (exception is IOException or ContainerizeException)
        {
            // OnMismatch has been called already; Dispose must not throw.
        }
    }

    private void Check(ReadOnlySpan<byte> bytes, bool nothingAsked)
    {
        _position += bytes.Length;
        if (_position > descriptor.Size || (bytes.IsEmpty && !nothingAsked && _position < descriptor.Size))
        {
            _failed = true;
            Wrong?.Invoke();
            throw new ContainerizeException(
                DiagnosticTable.SizeMismatch,
                $"{where}: {descriptor.Digest} should be {descriptor.Size} bytes long and "
                    + (_position > descriptor.Size ? "is longer." : $"ended after {_position}.")
                    + " It is damaged, or was not fetched whole: fetch or build it again."
            );
        }

        _hash.AppendData(bytes);
        if (bytes.IsEmpty && !nothingAsked && !_verified)
            VerifyDigest();
    }

    private void VerifyDigest()
    {
        var actual = Digest.FromHash(descriptor.Digest.Algorithm, _hash.GetHashAndReset());
        if (actual != descriptor.Digest)
        {
            _failed = true;
            Wrong?.Invoke();
            throw new ContainerizeException(
                DiagnosticTable.DigestMismatch,
                $"{where}: the content should have the digest {descriptor.Digest} and has {actual}. "
                    + "It is damaged or was tampered with: fetch or build it again."
            );
        }

        _verified = true;
    }
}
