using Containerize.Diagnostics;

namespace Containerize.Tool.Output;

/// <summary>
/// Standard output or standard error. What cannot be written to standard output ends the command with a coded error,
/// once; what cannot be written to standard error is lost, for no reader is left.
/// </summary>
/// <param name="inner">The stream of the process.</param>
/// <param name="isOutput">Whether it is standard output.</param>
internal sealed class StandardStream(Stream inner, bool isOutput) : Stream
{
    private bool _failed;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Whether the reader of our output has ended, as in <c>containerize inspect … | head</c>.</summary>
    public static bool IsBrokenPipe(Exception exception) =>
        exception is IOException { HResult: 32 or unchecked((int)0x8007006D) };

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_failed)
            return;
        try
        {
            inner.Write(buffer);
        }
        catch (IOException exception) when (!isOutput || !IsBrokenPipe(exception))
        {
            _failed = true;
            if (isOutput)
                throw new ContainerizeException(
                    DiagnosticTable.OutputNotWritable,
                    $"Standard output cannot be written: {exception.Message.TrimEnd('.')}. Make room where it "
                        + "leads, or let it lead somewhere else.",
                    exception
                );
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        if (!_failed)
            inner.Flush();
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
