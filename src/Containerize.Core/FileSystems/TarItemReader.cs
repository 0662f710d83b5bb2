using System.Security.Cryptography;
using Containerize.Images;

namespace Containerize.FileSystems;

/// <summary>
/// Reads a tar from its start to its end, once: what programs write today (ustar, PAX, GNU). Readers of libraries give the
/// values of PAX records as text, which those of extended attributes are not, and none says where a content lies.
/// </summary>
/// <param name="archive">The tar, not compressed.</param>
internal sealed class TarItemReader(Stream archive) : IDisposable
{
    // As Go's reader has it, which the engines use: nobody has names of that length.
    private const long MostRecords = 1 << 20;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _buffer = new byte[1 << 16];
    private long _position;
    private long _contentEnd;

    /// <summary>The next entry; null at the end. Content of the last one that was not read is passed over.</summary>
    /// <exception cref="InvalidDataException">It is no tar.</exception>
    /// <exception cref="EndOfStreamException">It ends too early.</exception>
    public TarItem? Read()
    {
        var records = new PaxRecords();
        while (true)
        {
            Skip(Align(_contentEnd) - _position);
            if (!TryReadBlock(out var bytes))
                return null;
            var block = new TarBlock(bytes);
            if (block.IsEmpty)
                return null;
            block.Check();
            switch (block.Type)
            {
                case 'x':
                    records.Add(ReadRecords(block.Length));
                    break;
                case 'L':
                    records.Set("path", WithoutEnd(ReadRecords(block.Length)));
                    break;
                case 'K':
                    records.Set("linkpath", WithoutEnd(ReadRecords(block.Length)));
                    break;
                case 'g':
                    // What all entries share is a comment in practice, and the engines pass over it.
                    ReadRecords(block.Length);
                    break;
                default:
                    return Item(block, records);
            }
        }
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
            _hash.AppendData(_buffer.AsSpan(0, read));
        return Digest.FromHash("sha256", _hash.GetHashAndReset());
    }

    public void Dispose() => _hash.Dispose();

    private TarItem Item(TarBlock block, PaxRecords records)
    {
        if (block.Type == 'S' || records.IsSparse)
            throw new InvalidDataException("it holds a sparse file, which no builder writes");
        var name = records.Text("path", block.Name);
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
        return new TarItem(name, type)
        {
            Mode = (int)(block.Mode & 0b111_111_111_111),
            Uid = Id(records.Number("uid", block.Uid)),
            Gid = Id(records.Number("gid", block.Gid)),
            Size = size,
            ModificationTime = Time(records.Seconds("mtime", block.Time)),
            LinkName = records.Text("linkpath", block.LinkName),
            DeviceMajor = Id(block.DeviceMajor),
            DeviceMinor = Id(block.DeviceMinor),
            ExtendedAttributes = records.ExtendedAttributes,
            HasAccessList = records.HasAccessList,
            Offset = _position,
        };
    }

    private byte[] ReadRecords(long length)
    {
        if (length is < 0 or > MostRecords)
            throw new InvalidDataException($"it holds records of {length} bytes, and {MostRecords} is the most that is read");
        var bytes = new byte[length];
        ReadExactly(bytes);
        _contentEnd = _position;
        return bytes;
    }

    private bool TryReadBlock(out byte[] block)
    {
        block = new byte[TarBlock.Size];
        var read = archive.ReadAtLeast(block, block.Length, throwOnEndOfStream: false);
        _hash.AppendData(block.AsSpan(0, read));
        _position += read;
        _contentEnd = _position;
        return read == block.Length ? true : read == 0 ? false : throw new EndOfStreamException("it ends in the middle of a header");
    }

    private void ReadExactly(Span<byte> buffer)
    {
        archive.ReadExactly(buffer);
        _hash.AppendData(buffer);
        _position += buffer.Length;
    }

    private void Skip(long count)
    {
        for (; count > 0; count -= Math.Min(count, _buffer.Length))
            ReadExactly(_buffer.AsSpan(0, (int)Math.Min(_buffer.Length, count)));
    }

    private static long Align(long position) => checked(position + TarBlock.Size - 1) / TarBlock.Size * TarBlock.Size;

    private static int Id(long value) => value is >= 0 and <= int.MaxValue ? (int)value
        : throw new InvalidDataException($"{value} is no number of a user, a group or a device");

    private static DateTimeOffset Time(decimal seconds) => DateTimeOffset.UnixEpoch.AddTicks((long)(Math.Clamp(
        seconds, DateTimeOffset.MinValue.ToUnixTimeSeconds(), DateTimeOffset.MaxValue.ToUnixTimeSeconds()) * TimeSpan.TicksPerSecond));

    private static ReadOnlySpan<byte> WithoutEnd(ReadOnlySpan<byte> text) => text.IndexOf((byte)0) is var end and >= 0 ? text[..end] : text;
}
