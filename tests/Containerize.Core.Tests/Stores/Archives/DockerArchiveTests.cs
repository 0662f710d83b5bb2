using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Core.Tests.Stores.Archives;

public sealed class DockerArchiveTests : DockerArchiveTest
{
    private static readonly byte[] Zstandard = [0x28, 0xB5, 0x2F, 0xFD, 1, 2, 3];

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
        Assert.Equal($"docker-archive:{Folder["image.tar"]}", source.Name);
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
        Assert.Equal(["image.tar"], Directory.GetFileSystemEntries(Folder.Root).Select(path => Path.GetFileName(path)));
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
}
