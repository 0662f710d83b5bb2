using Containerize.Diagnostics;

namespace Containerize.Core.Tests.Stores.Archives;

/// <summary>What of an archive is refused: layers and documents that do not fit each other.</summary>
public sealed class DockerArchiveRefusalTests : DockerArchiveTest
{
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
        File.WriteAllBytes(Folder["image.tar"], bytes[..(bytes.AsSpan().IndexOf(layer) + 2000)]);
        await FailsAsync(DiagnosticTable.InvalidArchive, null);
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
        var bytes = await File.ReadAllBytesAsync(Folder["image.tar"], TestContext.Current.CancellationToken);
        bytes[bytes.AsSpan().IndexOf(Plain)] ^= 1;
        await using (
            var file = new FileStream(Folder["image.tar"], FileMode.Open, FileAccess.Write, FileShare.ReadWrite)
        )
            await file.WriteAsync(bytes, TestContext.Current.CancellationToken);
        await TestImage.FailsAsync(DiagnosticTable.DigestMismatch, image.Layers[0].Blob.BytesAsync);
    }
}
