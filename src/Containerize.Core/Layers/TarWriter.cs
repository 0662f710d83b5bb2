using Containerize.Diagnostics;

namespace Containerize.Layers;

/// <summary>
/// Writes tar entries: ustar headers (POSIX.1-1988), with a PAX record before them (POSIX.1-2001) for what does not fit.
/// System.Formats.Tar puts the process id into such records and SharpZipLib has none, so these are our own. Everything
/// written follows from the entries alone.
/// </summary>
internal sealed class TarWriter(Stream output)
{
    private const int BlockSize = 512;
    private static readonly byte[] Zeros = new byte[2 * BlockSize];

    /// <summary>Told how many bytes of a content were written, each time.</summary>
    public Action<int> Copied { get; init; } = _ => { };

    /// <summary>Writes an entry with its content.</summary>
    /// <exception cref="ContainerizeException">CTZ0012 when the content is not as long as the entry says.</exception>
    public void Write(LayerEntry entry)
    {
        WriteHeader(entry);
        if (entry.Content is not { } content)
            return;
        using (var stream = content.Open())
            Copy(stream, content);
        WritePadding(content.Length);
    }

    /// <summary>Writes the header of an entry; its content must follow, and then <see cref="WritePadding"/>.</summary>
    public void WriteHeader(LayerEntry entry)
    {
        var header = new TarHeader(entry);
        if (header.PaxRecords() is { Length: > 0 } records)
        {
            output.Write(TarHeader.ForPaxRecords(records.Length));
            output.Write(records);
            WritePadding(records.Length);
        }

        output.Write(header.ToBytes());
    }

    /// <summary>Fills the last block of a content of this length.</summary>
    public void WritePadding(long length) => output.Write(Zeros, 0, (int)(-length & (BlockSize - 1)));

    /// <summary>Writes the end of the archive: two empty blocks.</summary>
    public void Finish() => output.Write(Zeros);

    private void Copy(Stream stream, FileContent content)
    {
        var buffer = new byte[1 << 16];
        var left = content.Length;
        int read;
        while ((read = Read(stream, buffer, content)) > 0 && read <= left)
        {
            output.Write(buffer, 0, read);
            left -= read;
            Copied(read);
        }

        if (left != 0 || read != 0)
            throw new ContainerizeException(DiagnosticTable.FileChanged,
                $"'{content.Where}' changed its length while it was read; it had {content.Length} bytes. " +
                "Something else writes to the publish folder: let it finish, then publish again.");
    }

    private static int Read(Stream stream, byte[] buffer, FileContent content)
    {
        try
        {
            return stream.Read(buffer);
        }
        catch (IOException exception)
        {
            throw new ContainerizeException(DiagnosticTable.FileUnreadable, $"'{content.Where}' cannot be read: {exception.Message}", exception);
        }
    }
}
