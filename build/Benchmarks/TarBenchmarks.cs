using System.Formats.Tar;
using System.Text;
using BenchmarkDotNet.Attributes;
using Containerize.Entries;
using ICSharpCode.SharpZipLib.Tar;
using OwnWriter = Containerize.Tar.TarWriter;

namespace Containerize.Benchmarks;

/// <summary>The own tar writer beside those of SharpZipLib and of .NET, for 500 small files.</summary>
[InProcess]
[WarmupCount(3)]
[IterationCount(7)]
[MemoryDiagnoser]
public class TarBenchmarks
{
    private static readonly byte[] Bytes = new byte[3000];

    private readonly LayerEntry[] _entries =
    [
        .. Enumerable
            .Range(0, 500)
            .Select(number => new LayerEntry(
                ContainerPath.Parse($"/app/wwwroot/lib/some-package/file-{number}.js"),
                EntryKind.File,
                0b110_100_100
            )
            {
                Content = FileContent.FromBytes(Bytes, "a benchmark"),
            }),
    ];

    [Benchmark]
    public void Own()
    {
        var writer = new OwnWriter(Stream.Null);
        foreach (var entry in _entries)
            writer.Write(entry);
        writer.Finish();
    }

    [Benchmark(Baseline = true)]
    public void SharpZipLib()
    {
        using var stream = new TarOutputStream(Stream.Null, Encoding.UTF8);
        foreach (var entry in _entries)
        {
            var header = ICSharpCode.SharpZipLib.Tar.TarEntry.CreateTarEntry(entry.Path.Text.TrimStart('/'));
            header.Size = Bytes.Length;
            stream.PutNextEntry(header);
            stream.Write(Bytes);
            stream.CloseEntry();
        }
    }

    [Benchmark]
    public void DotNet()
    {
        using var writer = new TarWriter(Stream.Null, TarEntryFormat.Ustar);
        foreach (var entry in _entries)
        {
            using var content = new MemoryStream(Bytes);
            writer.WriteEntry(
                new UstarTarEntry(TarEntryType.RegularFile, entry.Path.Text.TrimStart('/')) { DataStream = content }
            );
        }
    }
}
