using Containerize.Entries;

namespace Containerize.Tar;

/// <summary>
/// Writes tar entries: ustar headers (POSIX.1-1988), with a PAX record before them (POSIX.1-2001) for what does not
/// fit. System.Formats.Tar puts the process id into such records and SharpZipLib has none, so these are our own.
/// Everything written follows from the entries alone.
/// </summary>
internal sealed class TarWriter(Stream output)
{
    private const int BlockSize = 512;
    private static readonly byte[] Zeros = new byte[2 * BlockSize];

    /// <summary>Receives the number of bytes of each write of a content.</summary>
    public Action<int> Copied { get; init; } = _ => { };

    /// <summary>Writes an entry with its content.</summary>
    /// <exception cref="Diagnostics.ContainerizeException">
    /// CTZ0012 when the content is not what the entry says, CTZ0014 when it cannot be read.
    /// </exception>
    public void Write(LayerEntry entry)
    {
        WriteHeader(entry);
        if (entry.Content is not { } content)
            return;
        content.CopyTo(output, Copied);
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
}
