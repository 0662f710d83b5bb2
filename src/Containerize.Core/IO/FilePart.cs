namespace Containerize.IO;

/// <summary>A stretch of a file as a stream of its own.</summary>
internal sealed class FilePart : ReadOnlyStream
{
    private readonly FileStream _file;
    private readonly long _offset;

    /// <summary>Opens a stretch.</summary>
    /// <param name="path">The file.</param>
    /// <param name="offset">Where the stretch begins.</param>
    /// <param name="length">How many bytes it has.</param>
    public FilePart(string path, long offset, long length)
    {
        _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        _file.Position = _offset = offset;
        Length = length;
    }

    public override bool CanSeek => true;

    public override long Length { get; }

    public override long Position
    {
        get => _file.Position - _offset;
        set => _file.Position = _offset + value;
    }

    public override int Read(Span<byte> buffer) =>
        _file.Read(buffer[..(int)Math.Clamp(Length - Position, 0, buffer.Length)]);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _file.Dispose();
        base.Dispose(disposing);
    }
}
