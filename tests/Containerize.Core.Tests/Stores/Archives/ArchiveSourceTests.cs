using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores;
using Containerize.Stores.Archives;

namespace Containerize.Core.Tests.Stores.Archives;

public sealed class ArchiveSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_we_wrote_is_read_also_when_it_is_compressed_as_a_whole(bool compressed)
    {
        await WriteOursAsync(compressed, "acme/app:1.0");
        using (var source = await SourceAsync("acme/app:1.0"))
        {
            var image = await source.PullAsync();
            Assert.Equal(TestImage.Of("one", "two").Digest, image.Digest);
            Assert.Equal(["one", "two"], await image.LayerTextsAsync());
            Assert.Equal($"oci-archive:{_folder["image.tar"]}:acme/app:1.0", source.Name);
            Assert.Single(_folder.Snapshot(), entry => entry.Contains('=', StringComparison.Ordinal));
        }

        Assert.Single(_folder.Snapshot(), entry => entry.Contains('=', StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_compressed_tarball_is_inflated_once_for_many_images()
    {
        await WriteOursAsync(true, "acme/app:1.0");
        using var source = await SourceAsync(null);
        var first = await source.PullAsync();
        File.Delete(_folder["image.tar"]);
        Assert.Equal(first.Digest, (await source.PullAsync()).Digest);
        Assert.Equal(["one", "two"], await first.LayerTextsAsync());
    }

    [Fact]
    public async Task The_name_of_a_layout_in_a_tarball_chooses_as_it_does_in_a_folder()
    {
        await WriteOursAsync(false, "acme/app:1.0", "acme/app:2.0");
        using var source = await SourceAsync("2.0");
        Assert.Equal(TestImage.Of("one", "two").Digest, (await source.PullAsync()).Digest);
        await FailsAsync(DiagnosticTable.ImageNotFound, "3.0");
        await FailsAsync(DiagnosticTable.PlatformMissing, "2.0", TestImage.Arm64);
    }

    [Fact]
    public async Task A_flipped_bit_anywhere_is_found()
    {
        await WriteOursAsync(false, "acme/app:1.0");
        var bytes = await File.ReadAllBytesAsync(_folder["image.tar"], TestContext.Current.CancellationToken);
        var at = bytes.AsSpan().LastIndexOf("two"u8);
        bytes[at] ^= 1;
        Write(bytes);
        using var source = await SourceAsync(null);
        var image = await source.PullAsync();
        await TestImage.FailsAsync(DiagnosticTable.DigestMismatch, image.LayerTextsAsync);
    }

    [Fact]
    public async Task A_tarball_that_lacks_a_blob_is_an_error_when_it_is_read()
    {
        var image = TestImage.Of("one");
        Write(
            new Tarball()
                .File("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}")
                .File("./index.json", ImageIndex.Create(ImageFormat.Oci, [image.Manifest.Descriptor]).Bytes.ToArray())
                .File("./blobs/sha256/" + image.Digest.Hex, image.Manifest.Bytes.ToArray())
                .File("./blobs/sha256/" + image.Config.Digest.Hex, image.Config.Bytes.ToArray())
                .ToBytes()
        );
        using var source = await SourceAsync(null);
        var back = await source.PullAsync();
        await TestImage.FailsAsync(DiagnosticTable.InvalidArchive, back.LayerTextsAsync);
    }

    [Fact]
    public async Task A_tarball_that_ends_too_soon_is_an_error()
    {
        await WriteOursAsync(false, "acme/app:1.0");
        var bytes = await File.ReadAllBytesAsync(_folder["image.tar"], TestContext.Current.CancellationToken);
        for (var length = 0; length < bytes.Length - 1024; length += 500)
        {
            Write(bytes[..length]);
            await Assert.ThrowsAsync<ContainerizeException>(ReadAllAsync);
            Write(Tarball.Gzip(bytes[..length]));
            await Assert.ThrowsAsync<ContainerizeException>(ReadAllAsync);
        }
    }

    private static readonly Dictionary<string, byte[]> NoTarballs = new(StringComparer.Ordinal)
    {
        ["nothing"] = [],
        ["a web page"] = "<html><body>Sign in</body></html>"u8.ToArray(),
        ["zeros"] = new byte[5000],
        ["half a gzip header"] = [0x1F, 0x8B],
        ["a gzip header"] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0, 77, 77],
        ["a compressed web page"] = Tarball.Gzip("<html>"u8.ToArray()),
        ["zstd"] = [0x28, 0xB5, 0x2F, 0xFD, 0],
        ["another tar"] = new Tarball().File("readme", "x").ToBytes(),
    };

    public static TheoryData<string> NoTarballNames => [.. NoTarballs.Keys];

    [Theory]
    [MemberData(nameof(NoTarballNames))]
    public async Task What_is_no_tarball_of_an_image_is_an_error_and_leaves_nothing(string name)
    {
        Write(NoTarballs[name]);
        Assert.Contains(
            _folder["image.tar"],
            await FailsAsync(DiagnosticTable.InvalidArchive, null),
            StringComparison.Ordinal
        );
        Assert.Single(_folder.Snapshot(), entry => entry.Contains('=', StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_tarball_that_is_not_there_is_an_error() =>
        await FailsAsync(DiagnosticTable.ImageNotFound, null);

    [Fact]
    public async Task A_folder_is_no_tarball()
    {
        Directory.CreateDirectory(_folder["image.tar"]);
        Assert.Contains(
            $"'oci:{_folder["image.tar"]}'",
            await FailsAsync(DiagnosticTable.InvalidArchive, null),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task No_room_to_inflate_is_an_error()
    {
        await WriteOursAsync(true, "acme/app:1.0");
        await File.WriteAllTextAsync(_folder["temporary"], "a file", TestContext.Current.CancellationToken);
        await FailsAsync(DiagnosticTable.OutputNotWritable, null);
    }

    [Fact]
    public async Task Whatever_a_byte_becomes_the_error_has_a_code()
    {
        await WriteOursAsync(false, "acme/app:1.0");
        var original = await File.ReadAllBytesAsync(_folder["image.tar"], TestContext.Current.CancellationToken);
        var random = new Random(22);
        for (var i = 0; i < 200; i++)
        {
            var bytes = (byte[])original.Clone();
            for (var flips = random.Next(1, 4); flips > 0; flips--)
                bytes[
                    i % 2 == 0 ? random.Next(bytes.Length) : random.Next(bytes.Length / 512) * 512 + random.Next(345)
                ] = (byte)random.Next(256);
            Write(i % 10 == 0 ? Tarball.Gzip(bytes) : bytes);
            var exception = await Record.ExceptionAsync(ReadAllAsync);
            Assert.True(exception is null or ContainerizeException, exception?.ToString());
        }
    }

    private async Task ReadAllAsync()
    {
        using var source = await SourceAsync(null);
        await (await source.PullAsync()).LayerTextsAsync();
    }

    private async Task WriteOursAsync(bool compressed, params string[] names)
    {
        await new ArchiveSink(_folder["image.tar"], [.. TestImage.Names(names)]).PushAsync(TestImage.Of("one", "two"));
        if (compressed)
            Write(
                Tarball.Gzip(await File.ReadAllBytesAsync(_folder["image.tar"], TestContext.Current.CancellationToken))
            );
    }

    private void Write(byte[] bytes) => File.WriteAllBytes(_folder["image.tar"], bytes);

    private Task<ArchiveSource> SourceAsync(string? name) =>
        ArchiveSource.OpenAsync(
            new ImageLocation(_folder["image.tar"], name),
            _folder["temporary"],
            TestContext.Current.CancellationToken
        );

    private async Task<string> FailsAsync(Diagnostic expected, string? name, Platform? platform = null)
    {
        return await TestImage.FailsAsync(
            expected,
            async () =>
            {
                using var source = await SourceAsync(name);
                await source.PullAsync(platform);
            }
        );
    }
}
