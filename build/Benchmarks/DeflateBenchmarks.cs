using BenchmarkDotNet.Attributes;
using Containerize.Compression;
using Containerize.Compression.Deflate;
using ICSharpCode.SharpZipLib.Zip.Compression;

namespace Containerize.Benchmarks;

/// <summary>
/// The own encoder beside SharpZipLib, block by block of the layer format and at its level. Both make the same bytes;
/// the set-up refuses others.
/// </summary>
[InProcess]
[WarmupCount(3)]
[IterationCount(7)]
public class DeflateBenchmarks
{
    private readonly FastDeflater _own = new();
    private readonly Deflater _library = new(GzipMember.FormatLevel, noZlibHeaderOrFooter: true);
    private readonly byte[] _output = new byte[FastDeflater.Bound(GzipMember.BlockSize)];
    private byte[][] _blocks = [];

    /// <summary>Reads the .NET runtime's own assemblies, which are what layers hold.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _blocks =
        [
            .. Directory
                .GetFiles(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "System.*.dll")
                .Order(StringComparer.Ordinal)
                .Take(40)
                .SelectMany(path => File.ReadAllBytes(path).Chunk(GzipMember.BlockSize)),
        ];
        foreach (var block in _blocks)
        {
            var own = _output.AsSpan(0, OwnBlock(block)).ToArray();
            if (!own.AsSpan().SequenceEqual(_output.AsSpan(0, LibraryBlock(block))))
                throw new InvalidOperationException("The two encoders make different bytes.");
        }
    }

    [Benchmark]
    public int Own() => _blocks.Sum(OwnBlock);

    [Benchmark(Baseline = true)]
    public int SharpZipLib() => _blocks.Sum(LibraryBlock);

    private int OwnBlock(byte[] block) => _own.Deflate(block, _output, GzipMember.FormatLevel);

    private int LibraryBlock(byte[] block)
    {
        _library.Reset();
        _library.SetInput(block);
        _library.Finish();
        var size = 0;
        while (!_library.IsFinished)
            size += _library.Deflate(_output, size, _output.Length - size);
        return size;
    }
}
