using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using Containerize.Compression;
using Containerize.Images;
using ZstdSharp;

namespace Containerize.Layers;

/// <summary>How a layer's tar is stored: its compression, its level and the end of its file's name.</summary>
/// <param name="Compression">None, gzip or zstd.</param>
/// <param name="Level">1 to 9 for gzip, 1 to 19 for zstd; null for the layer format's own level.</param>
public sealed record LayerEncoding(LayerCompression Compression, int? Level)
{
    /// <summary>The level for zstd in the layer format.</summary>
    private const int ZstdLevel = 3;

    /// <summary>The size of a block for zstd in the layer format: its window is larger than gzip's.</summary>
    private const int ZstdBlockSize = 2 * 1024 * 1024;

    /// <summary>What the layer format is by default.</summary>
    public static LayerEncoding Default { get; } = new(LayerCompression.Gzip, null);

    /// <summary>
    /// The key of the annotation that says in a manifest how a layer of ours was made. It is information for readers of
    /// the image: a manifest alone is no proof of it.
    /// </summary>
    public const string Annotation = "containerize.layer-format";

    /// <summary>The format of the bytes: its version, the compression and the level.</summary>
    public string Format =>
        string.Create(CultureInfo.InvariantCulture, $"{LayerWriter.FormatVersion}-{Name}-{EffectiveLevel}");

    /// <summary>The media type of such a layer in OCI's family.</summary>
    public string MediaType => MediaTypes.Layer(ImageFormat.Oci, Compression);

    /// <summary>What a manifest says of a layer that is stored like this.</summary>
    public Descriptor Describe(Digest digest, long size) =>
        new(MediaType, digest, size) { Annotations = Descriptor.NoAnnotations.Add(Annotation, Format) };

    /// <summary>The end of a file's name.</summary>
    public string Extension =>
        Compression switch
        {
            LayerCompression.Gzip => ".tar.gz",
            LayerCompression.Zstd => ".tar.zst",
            _ => ".tar",
        };

    /// <summary>A stream that encodes what is written into it; null when nothing is to be done.</summary>
    /// <param name="output">Gets the encoded bytes.</param>
    /// <param name="scheduler">Where blocks are compressed; null for the thread pool.</param>
    internal BlockStream? Encode(Stream output, TaskScheduler? scheduler) =>
        Compression switch
        {
            LayerCompression.Gzip => new BlockStream(
                output,
                GzipMember.BlockSize,
                (block, length) => GzipMember.Compress(block, length, EffectiveLevel),
                scheduler
            ),
            LayerCompression.Zstd => new BlockStream(output, ZstdBlockSize, CompressFrame, scheduler),
            _ => null,
        };

    /// <summary>A layer's tar without compression.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    public static async Task<Stream> OpenPlainAsync(Layer layer, CancellationToken cancellationToken)
    {
        var stored = await layer.Blob.OpenAsync(cancellationToken).ConfigureAwait(false);
        return layer.Compression switch
        {
            LayerCompression.Gzip => new GZipStream(stored, CompressionMode.Decompress),
            LayerCompression.Zstd => new DecompressionStream(stored, leaveOpen: false),
            _ => stored,
        };
    }

    /// <summary>The compression that a format names, whatever its version and level; null for a text that is no
    /// format.</summary>
    public static LayerCompression? CompressionOf(string format) =>
        format.Split('-') is [_, var name, _]
            ? Enum.GetValues<LayerCompression>()
                .Where(compression => NameOf(compression) == name)
                .Select(compression => (LayerCompression?)compression)
                .FirstOrDefault()
            : null;

    private string Name => NameOf(Compression);

    private static string NameOf(LayerCompression compression) =>
        compression switch
        {
            LayerCompression.Gzip => "gzip",
            LayerCompression.Zstd => "zstd",
            _ => "none",
        };

    private int EffectiveLevel =>
        Level
        ?? Compression switch
        {
            LayerCompression.Gzip => GzipMember.FormatLevel,
            LayerCompression.Zstd => ZstdLevel,
            _ => 0,
        };

    private ArraySegment<byte> CompressFrame(byte[] block, int length)
    {
        using var compressor = new Compressor(EffectiveLevel);
        var frame = ArrayPool<byte>.Shared.Rent(Compressor.GetCompressBound(length));
        return new ArraySegment<byte>(frame, 0, compressor.Wrap(block.AsSpan(0, length), frame));
    }
}
