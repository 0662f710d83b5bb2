using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Containerize.TestKit.Images;

public sealed partial class ImageValidator
{
    private const UnixFileMode Searchable = UnixFileMode.UserExecute;
    private const int Block = 512;

    /// <summary>Checks a layer's tar and returns the diff id that its bytes have; null where they cannot be
    /// inflated.</summary>
    private string? CheckLayer(string blob, string mediaType)
    {
        try
        {
            using var file = File.OpenRead(blob);
            var inflated = OciLayout.Inflate(file);
            Require(
                blob,
                mediaType.EndsWith(
                    inflated switch
                    {
                        GZipStream => "gzip",
                        MemoryStream => "zstd",
                        _ => "tar",
                    },
                    StringComparison.Ordinal
                ),
                $"is not what its media type says: {mediaType}"
            );
            using var tar = new MeasuringStream(inflated);
            CheckEntries(blob, tar);
            tar.ReadToEnd();
            Require(blob, tar.Length % Block == 0, $"its tar has {tar.Length} bytes, which are no whole blocks");
            Require(blob, tar.EndsWithZeros, "its tar does not end with two blocks of zeros");
            return "sha256:" + tar.Hash;
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            Require(blob, false, $"cannot be read to its end: {exception.Message}");
            return null;
        }
    }

    private void CheckEntries(string blob, Stream stream)
    {
        using var tar = new TarReader(stream, leaveOpen: true);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (tar.GetNextEntry() is { } entry)
        {
            var path = FileTree.PathOf(entry);
            Require(blob, seen.Add(path), $"has {path} twice");
            Require(blob, !entry.Name.StartsWith('/') && !path.Split('/').Contains(".."), $"has the path {entry.Name}");
            Require(blob, Path.GetFileName(path) != ".wh.", $"has a whiteout of nothing: {path}");
            Require(blob, entry.Uid >= 0 && entry.Gid >= 0, $"{path} is owned by {entry.Uid}:{entry.Gid}");
            Require(
                blob,
                (int)entry.Mode is > 0 and <= 0xFFF,
                $"{path} has the mode {Convert.ToString((int)entry.Mode, 8)}"
            );
            if (entry.EntryType == TarEntryType.Directory)
                Require(blob, entry.Mode.HasFlag(Searchable), $"the folder {path} cannot be entered by its owner");
            if (entry.EntryType is TarEntryType.SymbolicLink or TarEntryType.HardLink)
                Require(blob, entry.LinkName.Length > 0, $"the link {path} leads nowhere");
            entry.DataStream?.CopyTo(Stream.Null);
        }
    }

    /// <summary>Passes a tar through while it hashes and counts it, and remembers how it ends.</summary>
    private sealed class MeasuringStream(Stream inner) : Stream
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private long _length;
        private long _zerosAtEnd;

        public string Hash => Convert.ToHexStringLower(_hash.GetCurrentHash());

        public bool EndsWithZeros => _zerosAtEnd >= 2 * Block;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => _length;

        public override long Position
        {
            get => _length;
            set => throw new NotSupportedException();
        }

        public void ReadToEnd() => CopyTo(Null);

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var read = inner.Read(buffer);
            var bytes = buffer[..read];
            _hash.AppendData(bytes);
            _length += read;
            var last = bytes.LastIndexOfAnyExcept((byte)0);
            _zerosAtEnd = last < 0 ? _zerosAtEnd + read : read - last - 1;
            return read;
        }

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _hash.Dispose();
                inner.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}
