using System.Text;
using System.Text.Json;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores;
using Containerize.Stores.Archives;

namespace Containerize.Core.Tests.Stores.Archives;

public sealed class DockerArchiveTests : IDisposable
{
    private static readonly byte[] Plain = new Tarball().File("plain", "plain").ToBytes();
    private static readonly byte[] Gzipped = Tarball.Gzip(new Tarball().File("gzipped", "gzipped").ToBytes());
    private static readonly byte[] Zstandard = [0x28, 0xB5, 0x2F, 0xFD, 1, 2, 3];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Layers_are_described_as_they_are_stored()
    {
        Write(Archive([Plain, Gzipped, Zstandard]));
        using var source = await SourceAsync(null);
        var image = await source.PullAsync();
        Assert.Equal(
            [LayerCompression.None, LayerCompression.Gzip, LayerCompression.Zstd],
            image.Layers.Select(layer => layer.Compression)
        );
        Assert.Equal(
            new[] { Plain, Gzipped, Zstandard }.Select(bytes => Digest.Of(bytes)),
            image.Layers.Select(layer => layer.Blob.Descriptor.Digest)
        );
        Assert.Equal(Gzipped, await image.Layers[1].Blob.BytesAsync());
        Assert.Equal(MediaTypes.OciManifest, image.Manifest.Descriptor.MediaType);
        Assert.Equal(Config([Plain, Gzipped, Zstandard]), image.Config.Bytes.ToArray());
        Assert.Equal($"docker-archive:{_folder["image.tar"]}", source.Name);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("app:1.0")]
    [InlineData("1.0")]
    public async Task The_name_may_be_left_out_where_there_is_one_image(string? name)
    {
        Write(Archive([Plain]));
        using var source = await SourceAsync(name);
        Assert.Single((await source.PullAsync()).Layers);
    }

    [Fact]
    public async Task Several_images_and_no_name_is_an_error_that_lists_them()
    {
        Write(
            new Tarball()
                .File("a.json", Config([Plain]))
                .File("b.json", Config([Gzipped]))
                .File("plain", Plain)
                .File("gzipped", Gzipped)
                .File(
                    "manifest.json",
                    Manifest(
                        ("a.json", ["a:1", "a:2"], ["plain"]),
                        ("b.json", ["b:1"], ["gzipped"]),
                        ("a.json", ["c:1"], ["plain"])
                    )
                )
        );
        Assert.Contains(
            "'a:1', 'a:2', 'b:1'",
            await FailsAsync(DiagnosticTable.SeveralImages, null),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "'a:1', 'a:2', 'b:1', 'c:1'",
            await FailsAsync(DiagnosticTable.ImageNotFound, "d:1"),
            StringComparison.Ordinal
        );
        await FailsAsync(DiagnosticTable.SeveralImages, "1");
        using var source = await SourceAsync("docker.io/library/b:1");
        Assert.Equal(Digest.Of(Gzipped), (await source.PullAsync()).Layers.Single().Blob.Descriptor.Digest);
    }

    [Fact]
    public async Task One_image_that_is_listed_twice_needs_no_choice()
    {
        Write(
            new Tarball()
                .File("a.json", Config([Plain]))
                .File("plain", Plain)
                .File("manifest.json", Manifest(("a.json", ["a:1"], ["plain"]), ("a.json", ["b:1"], ["plain"])))
        );
        using var source = await SourceAsync(null);
        Assert.Single((await source.PullAsync()).Layers);
    }

    [Fact]
    public async Task A_layer_that_is_cut_off_is_found_at_once()
    {
        var noise = Enumerable.Range(0, 4000).Select(i => (byte)(i * i)).ToArray();
        byte[] layer = [.. Gzipped, .. noise];
        var bytes = new Tarball()
            .File("a.json", Config([layer]))
            .File("manifest.json", Manifest(("a.json", ["a:1"], ["layer"])))
            .File("layer", layer)
            .ToBytes();
        File.WriteAllBytes(_folder["image.tar"], bytes[..(bytes.AsSpan().IndexOf(layer) + 2000)]);
        await FailsAsync(DiagnosticTable.InvalidArchive, null);
    }

    [Fact]
    public async Task Links_between_layers_are_followed_within_the_archive()
    {
        Write(
            new Tarball()
                .File("c.json", Config([Plain, Plain, Plain]))
                .Folder("one/")
                .File("one/layer.tar", Plain)
                .SymbolicLink("two/layer.tar", "../one/layer.tar")
                .HardLink("three/layer.tar", "one/layer.tar")
                .File("manifest.json", Manifest(("c.json", [], ["one/layer.tar", "two/layer.tar", "three/layer.tar"])))
        );
        using var source = await SourceAsync(null);
        var image = await source.PullAsync();
        Assert.Equal(
            [Digest.Of(Plain), Digest.Of(Plain), Digest.Of(Plain)],
            image.Layers.Select(layer => layer.Blob.Descriptor.Digest)
        );
        Assert.Equal(Plain, await image.Layers[1].Blob.BytesAsync());
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../../etc/passwd")]
    [InlineData("layer.tar")]
    public async Task A_link_out_of_the_archive_or_in_circles_is_refused(string target)
    {
        Write(
            new Tarball()
                .File("c.json", Config([Plain]))
                .SymbolicLink("one/layer.tar", target)
                .File("manifest.json", Manifest(("c.json", [], ["one/layer.tar"])))
        );
        await FailsAsync(DiagnosticTable.InvalidArchive, null);
    }

    [Fact]
    public async Task Entries_that_leave_the_archive_are_not_unpacked_and_not_found()
    {
        Write(
            new Tarball()
                .File("../escaped", Plain)
                .File("c.json", Config([Plain]))
                .File("manifest.json", Manifest(("c.json", [], ["../escaped"])))
        );
        await FailsAsync(DiagnosticTable.InvalidArchive, null);
        Assert.Equal(
            ["image.tar"],
            Directory.GetFileSystemEntries(_folder.Root).Select(path => Path.GetFileName(path))
        );
    }

    [Fact]
    public async Task Of_a_link_and_a_file_of_one_name_the_last_counts()
    {
        Write(
            new Tarball()
                .SymbolicLink("layer", "nothing")
                .File("c.json", Config([Plain]))
                .File("other", Plain)
                .File("layer", Plain)
                .File("manifest.json", Manifest(("c.json", [], ["layer"])))
        );
        using (var source = await SourceAsync(null))
            Assert.Equal(Digest.Of(Plain), (await source.PullAsync()).Layers.Single().Blob.Descriptor.Digest);
        Write(
            new Tarball()
                .File("layer", Gzipped)
                .SymbolicLink("layer", "other")
                .File("c.json", Config([Plain]))
                .File("other", Plain)
                .File("manifest.json", Manifest(("c.json", [], ["layer"])))
        );
        using (var source = await SourceAsync(null))
            Assert.Equal(Digest.Of(Plain), (await source.PullAsync()).Layers.Single().Blob.Descriptor.Digest);
    }

    [Fact]
    public async Task Of_two_entries_of_one_name_the_last_counts()
    {
        Write(
            new Tarball()
                .File("layer", Gzipped)
                .File("c.json", Config([Plain]))
                .File("./layer", Plain)
                .File("manifest.json", Manifest(("c.json", [], ["layer"])))
        );
        using var source = await SourceAsync(null);
        Assert.Equal(Digest.Of(Plain), (await source.PullAsync()).Layers.Single().Blob.Descriptor.Digest);
    }

    [Fact]
    public async Task A_layer_that_is_not_the_configs_is_refused()
    {
        Write(
            new Tarball()
                .File("c.json", Config([Plain]))
                .File("layer", "BZh91AY&SY")
                .File("manifest.json", Manifest(("c.json", [], ["layer"])))
        );
        Assert.Contains(
            "neither gzip nor zstd",
            await FailsAsync(DiagnosticTable.DigestMismatch, null),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Another_number_of_layers_than_the_configs_is_refused()
    {
        Write(
            new Tarball()
                .File("c.json", Config([Plain, Plain]))
                .File("layer", Plain)
                .File("manifest.json", Manifest(("c.json", [], ["layer"])))
        );
        Assert.Contains(
            "has 1 layers and the config 2",
            await FailsAsync(DiagnosticTable.InvalidManifest, null),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("c.json", "nothing", "CTZ0026")]
    [InlineData("nothing", "layer", "CTZ0026")]
    public async Task What_the_document_names_must_be_there(string config, string layer, string code)
    {
        Write(
            new Tarball()
                .File("c.json", Config([Plain]))
                .File("layer", Plain)
                .File("manifest.json", Manifest((config, [], [layer])))
        );
        using var source = await SourceAsync(null);
        var exception = await Assert.ThrowsAsync<ContainerizeException>(() => source.PullAsync());
        Assert.Equal(code, exception.Diagnostic.Code);
        Assert.Contains("'nothing'", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html>", "CTZ0024")]
    [InlineData("null", "CTZ0024")]
    [InlineData("{}", "CTZ0024")]
    [InlineData("[1]", "CTZ0024")]
    [InlineData("[{}]", "CTZ0024")]
    [InlineData("[]", "CTZ0020")]
    public async Task A_document_that_is_something_else_is_refused(string manifest, string code)
    {
        Write(new Tarball().File("manifest.json", manifest));
        using var source = await SourceAsync(null);
        Assert.Equal(code, (await Assert.ThrowsAsync<ContainerizeException>(() => source.PullAsync())).Diagnostic.Code);
    }

    [Fact]
    public async Task A_wrong_platform_is_an_error_that_says_which_there_is()
    {
        Write(Archive([Plain]));
        using var source = await SourceAsync(null);
        var message = await TestImage.FailsAsync(
            DiagnosticTable.PlatformMissing,
            () => source.PullAsync(TestImage.Arm64)
        );
        Assert.Contains(
            "does not exist for linux/arm64; it exists for linux/amd64.",
            message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_layer_that_changes_after_it_was_hashed_is_refused()
    {
        Write(Archive([Plain]));
        using var source = await SourceAsync(null);
        var image = await source.PullAsync();
        var bytes = await File.ReadAllBytesAsync(_folder["image.tar"], TestContext.Current.CancellationToken);
        bytes[bytes.AsSpan().IndexOf(Plain)] ^= 1;
        await using (
            var file = new FileStream(_folder["image.tar"], FileMode.Open, FileAccess.Write, FileShare.ReadWrite)
        )
            await file.WriteAsync(bytes, TestContext.Current.CancellationToken);
        await TestImage.FailsAsync(DiagnosticTable.DigestMismatch, image.Layers[0].Blob.BytesAsync);
    }

    private static Tarball Archive(byte[][] layers)
    {
        var tarball = new Tarball().File("c.json", Config(layers));
        for (var i = 0; i < layers.Length; i++)
            tarball.File($"{i}/layer.tar", layers[i]);
        return tarball.File(
            "manifest.json",
            Manifest(("c.json", ["app:1.0"], [.. layers.Select((_, i) => $"{i}/layer.tar")]))
        );
    }

    // These layers are never inflated, so of compressed ones any diff id will do.
    private static byte[] Config(byte[][] layers) =>
        Encoding.UTF8.GetBytes(
            $"{{\"architecture\":\"amd64\",\"os\":\"linux\",\"container\":\"kept\",\"rootfs\":{{\"type\":\"layers\",\"diff_ids\":[{string.Join(',', layers.Select(bytes => $"\"{Digest.Of(bytes)}\""))}]}}}}"
        );

    private static string Manifest(params (string Config, string[] RepoTags, string[] Layers)[] items) =>
        JsonSerializer.Serialize(
            items.Select(item => new
            {
                item.Config,
                item.RepoTags,
                item.Layers,
            })
        );

    private void Write(Tarball tarball) => File.WriteAllBytes(_folder["image.tar"], tarball.ToBytes());

    private Task<ArchiveSource> SourceAsync(string? name) =>
        ArchiveSource.OpenAsync(
            new ImageLocation(_folder["image.tar"], name),
            _folder["temporary"],
            TestContext.Current.CancellationToken
        );

    private async Task<string> FailsAsync(Diagnostic expected, string? name)
    {
        return await TestImage.FailsAsync(
            expected,
            async () =>
            {
                using var source = await SourceAsync(name);
                await source.PullAsync();
            }
        );
    }
}
