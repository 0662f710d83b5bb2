using System.Collections.Immutable;
using Containerize.Compression;
using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.IO;
using Containerize.Tar;
using ICSharpCode.SharpZipLib.BZip2;

namespace Containerize.Dockerfiles.Copying;

/// <summary>A tar that <c>ADD</c> unpacks: plain, or compressed with gzip, bzip2, xz or zstd, recognized by its content
/// and not by its name.</summary>
/// <param name="Items">Its entries, in its order.</param>
/// <param name="Path">The absolute path of the tar without compression, which contents are read from.</param>
internal sealed record AddedArchive(ImmutableArray<TarItem> Items, string Path)
{
    /// <summary>Reads an archive; null for any other file.</summary>
    /// <param name="content">The file.</param>
    /// <param name="path">The absolute path that the tar without compression is written to.</param>
    public static AddedArchive? Read(FileContent content, string path)
    {
        try
        {
            if (!IsArchive(content))
                return null;
            using (var plain = Decompress(content.Open()))
            using (var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
                plain.CopyTo(file, 1 << 16);
            using var tar = new BufferedStream(File.OpenRead(path), 1 << 16);
            using var reader = new TarItemReader(tar, isHashed: false);
            var items = ImmutableArray.CreateBuilder<TarItem>();
            while (reader.Read() is { } item)
                items.Add(item);
            return new AddedArchive(items.ToImmutable(), path);
        }
        catch (Exception exception) when (Decompression.IsDamage(exception) || exception is BZip2Exception)
        {
            throw new ContainerizeException(
                DiagnosticTable.CopyRefused,
                $"'{content.Where}' begins like an archive and cannot be unpacked: {exception.Message.TrimEnd('.')}. "
                    + "Make the archive again, or copy it as it is with COPY.",
                exception
            );
        }
    }

    /// <summary>The content of an entry that is a file.</summary>
    public FileContent ContentOf(TarItem item, string where) =>
        new(item.Size, () => new FilePart(Path, item.Offset, item.Size), $"{where}:{item.Name}");

    // An archive whose first block is no header, an empty one among them, is a file like any other.
    private static bool IsArchive(FileContent content)
    {
        if (content.Length < TarBlock.Size && !HasMagic(content))
            return false;
        try
        {
            using var plain = Decompress(content.Open());
            var first = new byte[TarBlock.Size];
            if (
                plain.ReadAtLeast(first, first.Length, throwOnEndOfStream: false) < first.Length
                || new TarBlock(first).IsEmpty
            )
                return false;
            new TarBlock(first).Check();
            return true;
        }
        catch (Exception exception)
            when (Decompression.IsDamage(exception)
                || exception is BZip2Exception or FormatException or OverflowException
            )
        {
            return false;
        }
    }

    private static bool HasMagic(FileContent content)
    {
        using var stream = content.Open();
        return MagicOf(stream) is not null;
    }

    private static Stream Decompress(Stream stream) =>
        MagicOf(stream) switch
        {
            "bz2" => new BZip2InputStream(stream),
            { } extension => Decompression.Open(stream, extension),
            _ => stream,
        };

    private static string? MagicOf(Stream stream)
    {
        Span<byte> first = stackalloc byte[6];
        var read = stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false);
        stream.Position = 0;
        var magic = first[..read];
        return magic.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]) ? ".gz"
            : magic.StartsWith("BZh"u8) ? "bz2"
            : magic.StartsWith((ReadOnlySpan<byte>)[0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]) ? ".xz"
            : magic.StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD]) ? ".zst"
            : null;
    }
}
