using System.Security.Cryptography;
using System.Text;
using Containerize.Images;

namespace Containerize.TestKit.Images;

/// <summary>Images whose layers are bytes that only digests care about.</summary>
public static class TestImages
{
    public static Platform Amd64 { get; } = new("linux", "amd64");

    /// <summary>An image with layers of the given sizes; the same arguments make the same image.</summary>
    public static Image Create(string name, params int[] sizes) =>
        sizes
            .Select((size, i) => Layer($"{name}/{i}", size))
            .Aggregate(
                Image.Scratch(Amd64),
                (image, layer) => image.With(layer, DateTimeOffset.UnixEpoch, $"COPY {layer.Name} /")
            );

    public static Layer Layer(string name, int size)
    {
        var bytes = Bytes(name, size);
        return new Layer(Blob.FromBytes(MediaTypes.OciLayer, bytes), Digest.Of(bytes), name);
    }

    /// <summary>Bytes that look random and depend on the name only.</summary>
    public static byte[] Bytes(string name, int size)
    {
        var bytes = new byte[size];
        var block = Encoding.UTF8.GetBytes(name);
        for (var at = 0; at < size; at += SHA256.HashSizeInBytes)
        {
            block = SHA256.HashData(block);
            block.AsSpan(0, Math.Min(block.Length, size - at)).CopyTo(bytes.AsSpan(at));
        }

        return bytes;
    }

    public static async Task<byte[]> BytesAsync(Blob blob)
    {
        await using var stream = await blob.OpenAsync(TestContext.Current.CancellationToken);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, TestContext.Current.CancellationToken);
        return bytes.ToArray();
    }
}
