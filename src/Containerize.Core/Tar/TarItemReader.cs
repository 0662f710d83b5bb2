using System.Security.Cryptography;
using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.Images;

namespace Containerize.Tar;

/// <summary>
/// Reads a tar from its start to its end, once: what programs write today (ustar, PAX, GNU). Readers of libraries give
/// the values of PAX records as text, which those of extended attributes are not, and none says where a content lies.
/// </summary>
/// <param name="archive">The tar, not compressed.</param>
/// <param name="isHashed">
/// Whether a digest of the tar is wanted. Where none is, unread contents are passed over without being read,
/// if the stream can seek.
/// </param>
internal sealed class TarItemReader(Stream archive, bool isHashed = true) : IDisposable
{
    // The most bytes of one PAX header or GNU long name that Go's archive/tar reads, and with it the engines.
    private const int MostRecords = 1 << 20;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _buffer = new byte[1 << 16];
    private readonly EntryBudget _budget = new();
    private byte[] _records = [];
    private long _position;
    private long _contentEnd;

    /// <summary>The next entry; null at the end. Content of the last one that was not read is passed over.</summary>
    /// <remarks>
    /// Of several PAX headers or long names before one entry only the last counts, and a long name counts before a
    /// record: so Go's archive/tar has it, and headers without end take no memory.
    /// </remarks>
    /// <exception cref="InvalidDataException">It is no tar, or more than <see cref="EntryBudget"/> has room
    /// for.</exception>
    /// <exception cref="EndOfStreamException">It ends too early.</exception>
    public TarItem? Read()
    {
        var records = PaxRecords.None;
        string? longName = null,
            longLink = null;
        while (true)
        {
            Skip(Align(_contentEnd) - _position);
            if (ReadHeader() is not { } bytes)
                return null;
            var block = new TarBlock(bytes);
            block.Check();
            switch (block.Type)
            {
                case 'x':
                    records = PaxRecords.Parse(ReadRecords(block.Length));
                    break;
                case 'L':
                    longName = LongText(ReadRecords(block.Length));
                    break;
                case 'K':
                    longLink = LongText(ReadRecords(block.Length));
                    break;
                case 'g':
                    // What all entries share is a comment in practice, and the engines pass over it.
                    ReadRecords(block.Length);
                    break;
                default:
                    return Item(
                        block,
                        records,
                        longName ?? records.Text("path") ?? block.Name,
                        longLink ?? records.Text("linkpath") ?? block.LinkName
                    );
            }
        }
    }

    /// <summary>Checks the bytes of a path or of a link's target before they are kept.</summary>
    /// <exception cref="InvalidDataException">When Linux takes no such path.</exception>
    public static void CheckPath(ReadOnlySpan<byte> path)
    {
        if (path.Length > ContainerPath.MaxBytes)
            throw new InvalidDataException(
                $"an entry has a path or link target of {path.Length} bytes, "
                    + $"and {ContainerPath.MaxBytes} is the most that Linux takes"
            );
        if (path.Contains((byte)0))
            throw new InvalidDataException("an entry has a path or link target with a NUL in it");
    }

    /// <summary>Writes the content of the entry that was read last.</summary>
    public void CopyContentTo(Stream target)
    {
        while (_position < _contentEnd)
        {
            var chunk = _buffer.AsSpan(0, (int)Math.Min(_buffer.Length, _contentEnd - _position));
            ReadExactly(chunk);
            target.Write(chunk);
        }
    }

    /// <summary>Reads what follows the last entry, and tells the digest of all that was read.</summary>
    public Digest Finish()
    {
        while (archive.Read(_buffer) is var read and > 0)
            Hash(_buffer.AsSpan(0, read));
        return Digest.FromHash("sha256", _hash.GetHashAndReset());
    }

    public void Dispose() => _hash.Dispose();

    private TarItem Item(TarBlock block, PaxRecords records, string name, string linkName)
    {
        if (block.Type == 'S' || records.IsSparse)
            throw new InvalidDataException("it holds a sparse file, which no builder writes");
        var type = block.Type switch
        {
            // Before there was a letter for folders, their names ended with a slash.
            TarItem.File when name.EndsWith('/') => TarItem.Directory,
            '7' => TarItem.File,
            var other => other,
        };
        var size = records.Number("size", block.Length);
        if (size < 0)
            throw new InvalidDataException($"'{name}' has a negative size");
        if (type is not TarItem.File and >= TarItem.HardLink and <= TarItem.Fifo)
            size = 0;
        _contentEnd = checked(_position + size);
        var text =
            (long)name.Length
            + linkName.Length
            + records.ExtendedAttributes.Sum(attribute => attribute.Key.Length + (long)attribute.Value.Length);
        if (_budget.Take(text) is { } excess)
            throw new InvalidDataException(excess);
        return new TarItem(name, type)
        {
            Flag = block.Type,
            Mode = (int)(block.Mode & 0b111_111_111_111),
            Uid = Owner(records.Number("uid", block.Uid)),
            Gid = Owner(records.Number("gid", block.Gid)),
            Size = size,
            ModificationTime = Time(records.Seconds("mtime", block.Time)),
            LinkName = linkName,
            DeviceMajor = Id(block.DeviceMajor),
            DeviceMinor = Id(block.DeviceMinor),
            ExtendedAttributes = records.ExtendedAttributes,
            HasAccessList = records.HasAccessList,
            Offset = _position,
        };
    }

    private ReadOnlySpan<byte> ReadRecords(long length)
    {
        if (length is < 0 or > MostRecords)
            throw new InvalidDataException(
                $"it holds records of {length} bytes, and {MostRecords} is the most that is read"
            );
        if (_records.Length < length)
            _records = new byte[Math.Max(length, 1 << 12)];
        var bytes = _records.AsSpan(0, (int)length);
        ReadExactly(bytes);
        _contentEnd = _position;
        return bytes;
    }

    // The end is two blocks of zeros, or the end of the bytes. One block of zeros before other blocks is an error in
    // Go's archive/tar, and GNU tar reads on: stopping there would show other files than the engines unpack.
    private byte[]? ReadHeader()
    {
        if (!TryReadBlock(out var block))
            return null;
        if (!new TarBlock(block).IsEmpty)
            return block;
        return !TryReadBlock(out block) || new TarBlock(block).IsEmpty
            ? null
            : throw new InvalidDataException("a block of zeros lies between its entries");
    }

    private bool TryReadBlock(out byte[] block)
    {
        block = new byte[TarBlock.Size];
        var read = archive.ReadAtLeast(block, block.Length, throwOnEndOfStream: false);
        Hash(block.AsSpan(0, read));
        _position += read;
        _contentEnd = _position;
        return read == block.Length ? true
            : read == 0 ? false
            : throw new EndOfStreamException("it ends in the middle of a header");
    }

    private void ReadExactly(Span<byte> buffer)
    {
        archive.ReadExactly(buffer);
        Hash(buffer);
        _position += buffer.Length;
    }

    private void Skip(long count)
    {
        if (!isHashed && archive.CanSeek && count > 0)
        {
            _position += count;
            if (archive.Seek(count, SeekOrigin.Current) > archive.Length)
                throw new EndOfStreamException("it ends within an entry");
            return;
        }

        for (; count > 0; count -= Math.Min(count, _buffer.Length))
            ReadExactly(_buffer.AsSpan(0, (int)Math.Min(_buffer.Length, count)));
    }

    private void Hash(ReadOnlySpan<byte> bytes)
    {
        if (isHashed)
            _hash.AppendData(bytes);
    }

    private static long Align(long position) => checked(position + TarBlock.Size - 1) / TarBlock.Size * TarBlock.Size;

    private static int Id(long value) =>
        value is >= 0 and <= int.MaxValue
            ? (int)value
            : throw new InvalidDataException($"{value} is no number of a device");

    // Directory services give numbers from 2^31 on; the last one means no user to the kernel (chown(2)).
    private static long Owner(long value) =>
        value is >= 0 and < uint.MaxValue
            ? value
            : throw new InvalidDataException($"{value} is no number of a user or a group");

    private static DateTimeOffset Time(decimal seconds) =>
        DateTimeOffset.UnixEpoch.AddTicks(
            (long)(
                Math.Clamp(
                    seconds,
                    DateTimeOffset.MinValue.ToUnixTimeSeconds(),
                    DateTimeOffset.MaxValue.ToUnixTimeSeconds()
                ) * TimeSpan.TicksPerSecond
            )
        );

    private static string? LongText(ReadOnlySpan<byte> bytes)
    {
        var text = bytes.IndexOf((byte)0) is var end and >= 0 ? bytes[..end] : bytes;
        CheckPath(text);
        return text.IsEmpty ? null : NameBytes.Decode(text);
    }
}
