using System.Buffers.Binary;
using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text;
using Containerize.Inspection.Reproducibility;

namespace Containerize.Core.Tests.Inspection.Reproducibility;

/// <summary>The report on two contents that should be equal.</summary>
public sealed class ContentCausesTests
{
    private static readonly DateTimeOffset Begin = new(2026, 5, 4, 10, 0, 0, TimeSpan.Zero);

    private static readonly BuildTraces Traces = new("/tmp/verify-x1", Begin, Begin.AddMinutes(1));

    [Theory]
    [InlineData("2026-05-04T10:00:05.123Z", "2026-05-04T10:00:35.456Z")]
    [InlineData("05/04/2026 10:00:05", "05/04/2026 10:00:35")]
    [InlineData("Mon, 04 May 2026 10:00:05", "Mon, 04 May 2026 10:00:35")]
    [InlineData("20260504100005", "20260504100035")]
    [InlineData("1777888805", "1777888835")]
    [InlineData("1777888805123", "1777888835456")]
    [InlineData("639134712051234567", "639134712351234567")]
    [InlineData("2026-05-04T20:00:05+10:00", "2026-05-04T20:00:35+10:00")]
    public void A_time_in_a_text(string first, string second) =>
        Assert.Equal(
            $"holds the time of the build: '{first}' and '{second}'",
            Of($"{{\"made\": \"{first}\"}}", $"{{\"made\": \"{second}\"}}")
        );

    [Fact]
    public void A_time_of_long_ago_is_not_that_of_the_build() =>
        Assert.StartsWith(
            "differs from byte 12 on",
            Of("released 2001-01-01", "released 2002-01-01"),
            StringComparison.Ordinal
        );

    [Fact]
    public void A_path_of_the_build_wherever_it_lies_and_however_it_is_encoded()
    {
        const string Words = "holds the path '/tmp/verify-x1/1/root/home/app/Program.cs' of the build";
        Assert.Equal(
            Words,
            Of(
                "x = \"/tmp/verify-x1/1/root/home/app/Program.cs\";",
                "x = \"/tmp/verify-x1/another/root/home/app/Program.cs\";"
            )
        );
        Assert.Equal(
            Words,
            ContentCauses.Of(
                [1, .. Encoding.Unicode.GetBytes("/tmp/verify-x1/1/root/home/app/Program.cs")],
                [1, .. Encoding.Unicode.GetBytes("/tmp/verify-x1/another/root/home/app/Program.cs")],
                Traces
            )
        );
    }

    [Fact]
    public void Bytes_that_look_like_a_text_in_one_of_the_two_do_not_hide_the_cause()
    {
        var (one, other) = (new string('a', 40), new string('b', 40));
        var cause = $"holds the git revision: '{one}' and '{other}'";
        Assert.Equal(cause, Of($"1.0.0+{one}\0", $"Xy#9!q\01.0.0+{other}\0"));
        Assert.Equal(cause, Of($"Xy#9!q\01.0.0+{one}\0", $"1.0.0+{other}\0"));
    }

    [Fact]
    public void A_git_revision_and_a_random_identifier()
    {
        var (one, other) = (new string('a', 40), new string('b', 40));
        Assert.Equal($"holds the git revision: '{one}' and '{other}'", Of($"1.0.0+{one}", $"1.0.0+{other}"));
        Assert.Equal(
            "holds a random identifier: '11111111-2222-3333-4444-555555555555' and "
                + "'66666666-2222-3333-4444-555555555555'",
            Of("id 11111111-2222-3333-4444-555555555555", "id 66666666-2222-3333-4444-555555555555")
        );
    }

    [Fact]
    public void A_time_in_bytes()
    {
        Assert.Equal(
            "holds the time of the build at byte 4",
            ContentCauses.Of(Stamped(Begin.AddSeconds(5)), Stamped(Begin.AddSeconds(35)), Traces)
        );
        Assert.Equal(
            "differs from byte 4 on, for no reason that is known: 0500000009000000 and 0600000009000000",
            ContentCauses.Of([0, 0, 0, 0, 5, 0, 0, 0, 9, 0, 0, 0], [0, 0, 0, 0, 6, 0, 0, 0, 9, 0, 0, 0], Traces)
        );
        Assert.Equal(
            "differs from byte 1 on, for no reason that is known: its end and 02",
            ContentCauses.Of([1], [1, 2], Traces)
        );
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Generated_code_is_looked_into_wherever_the_symbols_lie(bool inAssembly) =>
        Assert.Equal(
            "has the generated source 'Index_cshtml.g.cs', which holds the path "
                + "'/home/me/site/Pages/Index.cshtml' of the build",
            ContentCauses.Of(
                Symbols("/home/me/site/", inAssembly),
                Symbols("/tmp/verify-x1/another/site/", inAssembly),
                Traces with
                {
                    Home = "/home/me/site",
                }
            )
        );

    [Fact]
    public void The_users_own_folder_is_a_path_of_the_build_and_a_folder_of_a_longer_name_is_not()
    {
        var traces = Traces with { Home = "/src" };
        Assert.Equal(
            "holds the path '/src/App/Program.cs' of the build",
            TextCauses.Of("at /src/App/Program.cs", "at /_/App/Program.cs", traces)
        );
        Assert.Null(TextCauses.Of("at /srcs/App/Program.cs", "at /_/App/Program.cs", traces));
    }

    [Fact]
    public void What_is_compressed_is_looked_into()
    {
        Assert.Equal(
            "decompressed holds the time of the build: '2026-05-04' and '2026-05-05'",
            ContentCauses.Of(Gzip("made on 2026-05-04"), Gzip("made on 2026-05-05"), Traces)
        );
        var later = Gzip("the same");
        later[4] = 7;
        Assert.Equal(
            "is the same when decompressed: its compressor writes the time or is another",
            ContentCauses.Of(Gzip("the same"), later, Traces)
        );
    }

    [Theory]
    [InlineData(true, "the id follows from its symbols, which differ")]
    [InlineData(false, "it was compiled without Deterministic")]
    public void An_assembly_that_differs_in_its_id_alone(bool deterministic, string cause)
    {
        var first = File.ReadAllBytes(typeof(BuildTraces).Assembly.Location);
        if (!deterministic)
            first[KindOfDebugEntry(first, DebugDirectoryEntryType.Reproducible)] = 0;
        var second = first.ToArray();
        var mvid = typeof(BuildTraces).Module.ModuleVersionId.ToByteArray();
        Guid.NewGuid().TryWriteBytes(second.AsSpan(second.AsSpan().IndexOf(mvid)));
        Assert.Equal(
            $"has another module id (MVID) and is otherwise the same: {cause}",
            ContentCauses.Of(first, second, Traces)
        );
        second[^300] ^= 1;
        Assert.DoesNotContain("MVID", ContentCauses.Of(first, second, Traces), StringComparison.Ordinal);
    }

    // Where an entry of the debug directory says of what kind it is (PE/COFF, "Debug Directory": 28 bytes an entry).
    private static int KindOfDebugEntry(byte[] assembly, DebugDirectoryEntryType kind)
    {
        using var reader = new PEReader(new MemoryStream(assembly));
        Assert.True(
            reader.PEHeaders.TryGetDirectoryOffset(reader.PEHeaders.PEHeader!.DebugTableDirectory, out var offset)
        );
        return offset + reader.ReadDebugDirectory().Select(entry => entry.Type).ToList().IndexOf(kind) * 28 + 12;
    }

    private static string Of(string first, string second) =>
        ContentCauses.Of(Encoding.UTF8.GetBytes(first), Encoding.UTF8.GetBytes(second), Traces);

    private static byte[] Stamped(DateTimeOffset time)
    {
        var bytes = new byte[12];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), (uint)time.ToUnixTimeSeconds());
        return bytes;
    }

    private static byte[] Gzip(string text)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Optimal))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return bytes.ToArray();
    }

    // What a compiler writes for C# that a generator made: its text, compressed, in the symbols.
    private static byte[] Symbols(string folder, bool inAssembly)
    {
        var text = Encoding.UTF8.GetBytes($"#pragma checksum \"{folder}Pages/Index.cshtml\"\n{new string('x', 500)}");
        var source = new BlobBuilder();
        source.WriteInt32(text.Length);
        using (var packed = new MemoryStream())
        {
            using (var deflate = new DeflateStream(packed, CompressionLevel.Optimal, leaveOpen: true))
                deflate.Write(text);
            source.WriteBytes(packed.ToArray());
        }

        var metadata = new MetadataBuilder();
        var document = metadata.AddDocument(
            metadata.GetOrAddDocumentName("/_/Site/obj/Index_cshtml.g.cs"),
            default,
            default,
            default
        );
        metadata.AddCustomDebugInformation(
            document,
            metadata.GetOrAddGuid(new Guid("0E8A571B-6926-466E-B4AD-8AB04611F5FE")),
            metadata.GetOrAddBlob(source)
        );
        var symbols = new BlobBuilder();
        var builder = new PortablePdbBuilder(metadata, [.. new int[MetadataTokens.TableCount]], default);
        var id = builder.Serialize(symbols);
        if (!inAssembly)
            return symbols.ToArray();

        var debug = new DebugDirectoryBuilder();
        debug.AddEmbeddedPortablePdbEntry(symbols, builder.FormatVersion);
        var assembly = new MetadataBuilder();
        assembly.AddModule(0, assembly.GetOrAddString("Site.dll"), assembly.GetOrAddGuid(id.Guid), default, default);
        var image = new BlobBuilder();
        new ManagedPEBuilder(
            PEHeaderBuilder.CreateLibraryHeader(),
            new MetadataRootBuilder(assembly),
            new BlobBuilder(),
            debugDirectoryBuilder: debug
        ).Serialize(image);
        return image.ToArray();
    }
}
