using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using Containerize.Core.Tests.Stores;
using Containerize.Diagnostics;
using Containerize.FileSystems;
using Containerize.Images;
using Containerize.Inspection.Verification;
using Containerize.TestKit.Images;

namespace Containerize.Core.Tests.FileSystems;

/// <summary>
/// What archives take in memory that were made to take all of it: each is read by <c>build</c>'s reader and by
/// <c>verify</c>'s in a process whose heap ends at 150 MiB, and is read or refused there with a code.
/// </summary>
public sealed class ArchiveMemoryTests
{
    private const long Limit = 150L << 20;
    private const int Mebibyte = 1 << 20;

    // More than the limit, where what is read of each adds up: as bytes, and twice as much as text.
    private const int Many = 200;

    private const string Variable = "CTZ_TEST_ARCHIVES";

    private const string Attribute = "SCHILY.xattr.user.a";

    private static readonly string MostPath = new('a', 4085);
    private static readonly string Deep = string.Concat(Enumerable.Repeat("/a", 2_000));

    // Parts of a tar with how often each comes.
    private static IEnumerable<(string Name, IEnumerable<(byte[] Part, int Times)> Parts)> Archives =>
        [
            (
                "headers before one file",
                [(RawTar.Pax(("comment", Text('c'))), Many), (RawTar.Entry('0', "x"), 1), (RawTar.End, 1)]
            ),
            ("long names", [([.. RawTar.Long('L', Text('n')), .. RawTar.Entry('0', "x")], Many)]),
            ("long link targets", [([.. RawTar.Long('K', Text('n')), .. RawTar.Entry('2', "x")], Many)]),
            ("attributes of a mebibyte", [([.. RawTar.Pax((Attribute, Text('v'))), .. RawTar.Entry('0', "x")], Many)]),
            ("attributes of 64 KiB", Each(3_000, i => RawTar.Pax((Attribute, i + Text('v')[..65_000])))),
            ("names of 4095 bytes", Each(3_000, i => RawTar.Pax(("path", $"{i:D10}{MostPath}")))),
            ("as many names as are taken", Each(1_900, i => RawTar.Pax(("path", $"{i:D10}{MostPath[..3900]}")))),
            ("link targets of 4095 bytes", Each(3_000, i => RawTar.Pax(("linkpath", $"{i:D10}{MostPath}")), type: '2')),
            ("deep paths", Each(60, i => RawTar.Pax(("path", i + Deep)))),
            (
                "a file that compresses a thousand times",
                [
                    (RawTar.Entry('0', "x", size: "3" + new string('0', 9))[..512], 1),
                    (new byte[Mebibyte], 384),
                    (RawTar.End, 1),
                ]
            ),
            .. BrokenImages.All.Select(image => (image.Name, (IEnumerable<(byte[], int)>)[(image.Tar, 1)])),
        ];

    [Fact]
    public async Task Archives_end_within_150_MiB()
    {
        using var folder = new TemporaryFolder();
        var number = 0;
        foreach (var (name, parts) in Archives)
            Write(Path.Combine(folder.Root, $"{++number:D3} {name.Replace('/', ' ')}"), parts);
        var start = new ProcessStartInfo(
            Environment.ProcessPath!,
            ["-noLogo", "-noColor", "-explicit", "only", "-method", "*.ArchiveMemoryTests.Archives_are_read_or_refused"]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[Variable] = folder.Root;
        start.Environment["DOTNET_GCHeapHardLimit"] = Limit.ToString("X", CultureInfo.InvariantCulture);
        // A heap for each processor would be another test on another machine.
        start.Environment["DOTNET_gcServer"] = "0";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        var isPassed = output.Contains(
            "Total: 1, Errors: 0, Failed: 0, Skipped: 0, Not Run: 0",
            StringComparison.Ordinal
        );
        Assert.True(isPassed, output + await error);
    }

    /// <summary>What the test above starts: no test by itself, and only run when it is asked for.</summary>
    [Fact(Explicit = true)]
    public async Task Archives_are_read_or_refused()
    {
        Assert.Equal(Limit, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        var files = Directory
            .GetFiles(Environment.GetEnvironmentVariable(Variable)!)
            .Order(StringComparer.Ordinal)
            .ToList();
        Assert.True(files.Count > 60, $"{files.Count}");
        var fates = new List<string>();
        foreach (var file in files)
        {
            try
            {
                fates.Add($"{Path.GetFileName(file)}: {await BuildAsync(file)}, {Verify(file)}");
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException(
                    $"'{Path.GetFileName(file)}' is neither read nor refused.",
                    exception
                );
            }
        }

        Assert.Contains("001 headers before one file: read, good", fates);
        Assert.Contains(fates, fate => fate.StartsWith("006 names of 4095 bytes: CTZ", StringComparison.Ordinal));
        Assert.Contains("007 as many names as are taken: read, bad", fates);
    }

    private static async Task<string> BuildAsync(string file)
    {
        var type = MediaTypes.Layer(ImageFormat.Oci, LayerCompression.Gzip);
        var descriptor = new Descriptor(type, Digest.Of("any"u8), new FileInfo(file).Length);
        var layer = new Layer(
            new Blob(descriptor, _ => Task.FromResult<Stream>(File.OpenRead(file))),
            DiffId(file),
            "test"
        );
        try
        {
            await new ImageFileSystemCache(null, TimeProvider.System).OfAsync(
                [layer],
                TestContext.Current.CancellationToken
            );
            return "read";
        }
        catch (ContainerizeException exception)
        {
            return exception.Diagnostic.Code;
        }
    }

    private static string Verify(string file)
    {
        var violations = new ViolationList();
        try
        {
            using var plain = Plain(file);
            new TarVerification("the layer", violations).Check(plain, TestContext.Current.CancellationToken);
            return violations.Any ? "bad" : "good";
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            // What verify makes a violation of.
            return exception.GetType().Name;
        }
    }

    private static Digest DiffId(string file)
    {
        using var plain = Plain(file);
        return Digest.FromHash("sha256", SHA256.HashData(plain));
    }

    private static GZipStream Plain(string file) => new(File.OpenRead(file), CompressionMode.Decompress);

    // A member of gzip for each part: what comes often is compressed once.
    private static void Write(string file, IEnumerable<(byte[] Part, int Times)> parts)
    {
        using var stored = File.Create(file);
        foreach (var (part, times) in parts)
        {
            var member = BrokenImage.Gzip(part);
            for (var i = 0; i < times; i++)
                stored.Write(member);
        }
    }

    // Entries with a header of their own.
    private static IEnumerable<(byte[] Part, int Times)> Each(int count, Func<int, byte[]> header, char type = '0') =>
        [
            .. Enumerable.Range(0, count).Select(i => ((byte[])[.. header(i), .. RawTar.Entry(type, $"f{i}")], 1)),
            (RawTar.End, 1),
        ];

    private static string Text(char letter) => new(letter, Mebibyte - 100);
}
