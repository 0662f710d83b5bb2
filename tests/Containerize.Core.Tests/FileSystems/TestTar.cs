using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Containerize.Images;
using ZstdSharp;

namespace Containerize.Core.Tests.FileSystems;

/// <summary>Layers of entries that a library's writer writes, in any of its formats, and images of such
/// layers.</summary>
internal static class TestTar
{
    public static Image Of(params Layer[] layers) =>
        layers.Aggregate(
            Image.Scratch(new Platform("linux", "amd64")),
            (image, layer) => image.With(layer, DateTimeOffset.UnixEpoch, "test")
        );

    public static Image Of(params TarEntry[][] layers) => Of([.. layers.Select(entries => Layer(Bytes(entries)))]);

    public static Layer Layer(byte[] tar, LayerCompression compression = LayerCompression.None, Digest? diffId = null)
    {
        using var stored = new MemoryStream();
        using (
            var encoder = compression switch
            {
                LayerCompression.Gzip => new GZipStream(stored, CompressionLevel.Fastest, leaveOpen: true),
                LayerCompression.Zstd => new CompressionStream(stored, leaveOpen: true),
                _ => (Stream)new BufferedStream(stored),
            }
        )
        {
            encoder.Write(tar);
            encoder.Flush();
            return new Layer(
                Blob.FromBytes(MediaTypes.Layer(ImageFormat.Oci, compression), Finished(encoder, stored)),
                diffId ?? Digest.Of(tar),
                "test"
            );
        }
    }

    public static byte[] Bytes(params TarEntry[] entries)
    {
        using var bytes = new MemoryStream();
        using (var writer = new TarWriter(bytes, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var entry in entries)
                writer.WriteEntry(entry);
        }

        return bytes.ToArray();
    }

    public static byte[] Compress(byte[] tar)
    {
        using var compressor = new Compressor();
        return compressor.Wrap(tar).ToArray();
    }

    public static TarEntry Folder(string path, int mode = 0b111_101_101) =>
        new PaxTarEntry(TarEntryType.Directory, path) { Mode = (UnixFileMode)mode };

    public static TarEntry Link(string path, string target) =>
        new PaxTarEntry(TarEntryType.SymbolicLink, path) { LinkName = target };

    public static TarEntry HardLink(string path, string target) =>
        new PaxTarEntry(TarEntryType.HardLink, path) { LinkName = target };

    public static TarEntry File(string path, string text = "") =>
        new PaxTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) };

    private static byte[] Finished(Stream encoder, MemoryStream stored)
    {
        encoder.Dispose();
        return stored.ToArray();
    }
}
