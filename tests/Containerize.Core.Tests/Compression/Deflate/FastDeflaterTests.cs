using System.IO.Compression;
using Containerize.Compression;
using Containerize.Compression.Deflate;
using ICSharpCode.SharpZipLib.Zip.Compression;

namespace Containerize.Core.Tests.Compression.Deflate;

/// <summary>The encoder of the layer format makes the bytes of the library that the format is pinned to.</summary>
public sealed class FastDeflaterTests
{
    private const int Block = GzipMember.BlockSize;

    private readonly FastDeflater _deflater = new();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Bytes_are_those_of_the_pinned_library(int level)
    {
        foreach (var plain in Contents())
            AssertSame(plain, level);
    }

    [Fact]
    public void Assemblies_become_the_bytes_of_the_pinned_library()
    {
        foreach (
            var file in Directory.GetFiles(AppContext.BaseDirectory, "*.dll").Order(StringComparer.Ordinal).Take(40)
        )
        {
            var bytes = File.ReadAllBytes(file);
            for (var at = 0; at < bytes.Length && at < 8 * Block; at += Block)
                AssertSame(bytes[at..Math.Min(at + Block, bytes.Length)], GzipMember.FormatLevel);
        }
    }

    [Theory]
    [InlineData(1, 30_000)]
    [InlineData(2, 65_273)]
    [InlineData(3, 65_274)]
    [InlineData(4, 65_275)]
    [InlineData(5, 65_536)]
    [InlineData(6, 98_042)]
    [InlineData(7, 98_043)]
    [InlineData(8, 131_072)]
    [InlineData(9, Block)]
    public void Matches_at_the_edge_of_the_window_are_those_of_the_pinned_library(int seed, int length)
    {
        // What comes again after just about the farthest distance, between bytes that match nothing.
        var random = new Random(seed);
        var plain = new byte[length];
        random.NextBytes(plain);
        for (var at = 40_000; at + 300 < length; at += 301 + random.Next(500))
        {
            var distance = 32_506 + random.Next(-2, 3);
            plain.AsSpan(at - distance, random.Next(3, 299)).CopyTo(plain.AsSpan(at));
        }

        AssertSame(plain, GzipMember.FormatLevel);
    }

    private static IEnumerable<byte[]> Contents()
    {
        for (var length = 1; length < 600; length += length < 20 ? 1 : 57)
        {
            yield return Filled(length, _ => 7);
            yield return Filled(length, at => (byte)(at * at >> 3));
        }

        var random = new Random(20);
        foreach (var length in new[] { 16_383, 16_384, 16_385, 65_274, 65_275, 65_536, 98_042, Block })
        {
            yield return Filled(length, _ => 0);
            yield return Filled(length, _ => (byte)random.Next(256));
            yield return Filled(length, _ => (byte)random.Next(2));
            yield return Filled(length, _ => (byte)(random.Next(100) == 0 ? random.Next(256) : 32));
            // Frequencies that double with each symbol ask for codes longer than deflate has.
            yield return Filled(
                length,
                _ => (byte)System.Numerics.BitOperations.TrailingZeroCount(random.Next() | (1 << 30))
            );
            yield return Words(length, random);
            yield return
            [
                .. Filled(length / 2, _ => (byte)random.Next(256)),
                .. Filled(length - (length / 2), at => (byte)(at >> 9)),
            ];
        }
    }

    private static byte[] Words(int length, Random random)
    {
        var words = Enumerable
            .Range(0, 3_000)
            .Select(_ => Filled(random.Next(2, 40), _ => (byte)random.Next(97, 123)))
            .ToArray();
        var text = new List<byte>(length + 40);
        while (text.Count < length)
            text.AddRange(words[(int)(Math.Pow(random.NextDouble(), 3) * words.Length)]);
        return [.. text.Take(length)];
    }

    private static byte[] Filled(int length, Func<int, byte> value) => [.. Enumerable.Range(0, length).Select(value)];

    private void AssertSame(byte[] plain, int level)
    {
        var library = new Deflater(level, noZlibHeaderOrFooter: true);
        library.SetInput(plain);
        library.Finish();
        var expected = new byte[FastDeflater.Bound(plain.Length)];
        var size = 0;
        while (!library.IsFinished)
            size += library.Deflate(expected, size, expected.Length - size);

        var actual = new byte[FastDeflater.Bound(plain.Length)];
        var written = _deflater.Deflate(plain, actual, level);
        Assert.True(
            expected.AsSpan(0, size).SequenceEqual(actual.AsSpan(0, written)),
            $"{plain.Length} bytes that begin with {Convert.ToHexString(plain.AsSpan(0, Math.Min(16, plain.Length)))}"
        );
        using var read = new DeflateStream(new MemoryStream(actual, 0, written), CompressionMode.Decompress);
        using var back = new MemoryStream();
        read.CopyTo(back);
        Assert.Equal(plain, back.ToArray());
    }
}
