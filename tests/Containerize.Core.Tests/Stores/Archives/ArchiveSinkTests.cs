using System.Formats.Tar;
using System.Text;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores;
using Containerize.Stores.Archives;
using Containerize.Stores.Files;
using Containerize.Stores.Layouts;

namespace Containerize.Core.Tests.Stores.Archives;

public sealed class ArchiveSinkTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_image_keeps_its_digest_from_layout_to_tarball_to_layout()
    {
        var image = TestImage.Of("one", "two", "two");
        await new OciLayoutSink(_folder["a"], [.. TestImage.Names("acme/app:1.0")]).PushAsync(image);
        var report = await Sink("acme/app:1.0")
            .PushAsync(await new OciLayoutSource(new ImageLocation(_folder["a"], "1.0")).PullAsync());
        using var source = await SourceAsync(null);
        await new OciLayoutSink(_folder["b"], [.. TestImage.Names("acme/app:1.0")]).PushAsync(await source.PullAsync());
        var back = await new OciLayoutSource(new ImageLocation(_folder["b"], "1.0")).PullAsync();
        Assert.Equal(image.Digest, back.Digest);
        Assert.Equal(["one", "two", "two"], await back.LayerTextsAsync());
        Assert.Equal(
            (_folder["image.tar"], 2),
            (report.Destination, report.Layers.Count(pair => pair.Value == BlobFate.Written))
        );
    }

    [Fact]
    public async Task A_tarball_has_these_entries_in_this_order()
    {
        var image = TestImage.Of("one", "two", "one");
        await Sink("acme/app:1.0", "acme/app:latest").PushAsync(image);
        var entries = Read();
        Assert.Equal(
            [
                "oci-layout",
                "index.json",
                "manifest.json",
                "blobs/",
                "blobs/sha256/",
                "blobs/sha256/" + image.Digest.Hex,
                "blobs/sha256/" + image.Config.Digest.Hex,
                LayerName("one"),
                LayerName("two"),
            ],
            entries.Select(entry => entry.Name)
        );
        Assert.Equal("{\"imageLayoutVersion\":\"1.0.0\"}", entries[0].Text);
        Assert.Equal(
            $"[{{\"Config\":\"blobs/sha256/{image.Config.Digest.Hex}\","
                + "\"RepoTags\":[\"docker.io/acme/app:1.0\",\"docker.io/acme/app:latest\"],"
                + $"\"Layers\":[\"{LayerName("one")}\",\"{LayerName("two")}\",\"{LayerName("one")}\"]}}]",
            entries[2].Text
        );
        Assert.Equal(
            ["docker.io/acme/app:1.0 1.0", "docker.io/acme/app:latest latest"],
            ImageIndex
                .Parse(Encoding.UTF8.GetBytes(entries[1].Text), MediaTypes.OciIndex, "The index")
                .Manifests.Select(manifest =>
                    $"{manifest.Annotation(ImageNames.FullName)} {manifest.Annotation(ImageNames.RefName)}"
                )
        );
        Assert.All(
            entries,
            entry =>
                Assert.Equal(
                    (entry.Name.EndsWith('/') ? 493 : 420, 0, 0, DateTimeOffset.UnixEpoch),
                    (entry.Mode, entry.Uid, entry.Gid, entry.Time)
                )
        );

        static string LayerName(string text) => "blobs/sha256/" + TestImage.Layer(text).Blob.Descriptor.Digest.Hex;
    }

    [Fact]
    public async Task A_tarball_always_has_the_same_bytes()
    {
        await Sink("acme/app:1.0").PushAsync(TestImage.Of("one", "two"));
        Assert.Equal(
            "sha256:d7c816d4c6434d297a47b9a36fefc806eb4ca39d4ec22a4fc414fc213864ed4e",
            Digest
                .Of(await File.ReadAllBytesAsync(_folder["image.tar"], TestContext.Current.CancellationToken))
                .ToString()
        );
    }

    [Fact]
    public async Task Folders_on_the_way_are_made_and_an_old_tarball_is_replaced()
    {
        var sink = new ArchiveSink(_folder["a/b/image.tar"], [.. TestImage.Names("app:1.0")]);
        await sink.PushAsync(TestImage.Of("one"));
        await sink.PushAsync(TestImage.Of("two"));
        Assert.Equal(
            ["image.tar"],
            Directory.GetFileSystemEntries(_folder["a/b"]).Select(path => Path.GetFileName(path))
        );
        using var source = await ArchiveSource.OpenAsync(
            new ImageLocation(_folder["a/b/image.tar"], "1.0"),
            _folder["temporary"],
            TestContext.Current.CancellationToken
        );
        Assert.Equal(["two"], await (await source.PullAsync()).LayerTextsAsync());
    }

    [Theory]
    [InlineData("a/b/image.tar", "promise", "CTZ0023")]
    [InlineData("a/b/image.tar", "promised and more", "CTZ0023")]
    [InlineData("a/b/image.tar", null, "CTZ0014")]
    [InlineData("old.tar", "promise", "CTZ0023")]
    [InlineData("old.tar", null, "CTZ0014")]
    public async Task After_a_failure_everything_is_as_it_was(string path, string? bytes, string code)
    {
        await File.WriteAllTextAsync(_folder["old.tar"], "old", TestContext.Current.CancellationToken);
        var image = TestImage
            .Of("one")
            .WithBlob(_ =>
                bytes is null
                    ? throw new IOException("gone")
                    : Task.FromResult<Stream>(new MemoryStream(Encoding.UTF8.GetBytes(bytes)))
            );
        var exception = await Assert.ThrowsAsync<ContainerizeException>(() =>
            new ArchiveSink(_folder[path], [.. TestImage.Names("app:1.0")]).PushAsync(image)
        );
        Assert.Equal(code, exception.Diagnostic.Code);
        Assert.Equal(["old.tar=6F6C64"], _folder.Snapshot());
    }

    [Fact]
    public async Task A_blob_without_an_end_does_not_fill_the_disk()
    {
        var endless = new Endless();
        var image = TestImage.Of("one").WithBlob(_ => Task.FromResult<Stream>(endless));
        await TestImage.FailsAsync(DiagnosticTable.SizeMismatch, () => Sink("app:1.0").PushAsync(image));
        Assert.InRange(endless.Reads, 1, 2);
        Assert.Empty(_folder.Snapshot());
    }

    [Fact]
    public async Task After_a_cancellation_everything_is_as_it_was()
    {
        using var cancellation = new CancellationTokenSource();
        var image = TestImage
            .Of("one")
            .WithBlob(_ =>
            {
                cancellation.Cancel();
                return Task.FromResult<Stream>(new MemoryStream("promised"u8.ToArray()));
            });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new ArchiveSink(_folder["a/image.tar"], [.. TestImage.Names("app:1.0")]).PushAsync(
                image,
                cancellation.Token
            )
        );
        Assert.Empty(_folder.Snapshot());
    }

    [Fact]
    public async Task A_tarball_is_a_file_and_no_folder()
    {
        Directory.CreateDirectory(_folder["image.tar"]);
        Assert.Contains(
            "is a folder",
            await TestImage.FailsAsync(
                DiagnosticTable.OutputNotWritable,
                () => Sink("app:1.0").PushAsync(TestImage.Of("one"))
            ),
            StringComparison.Ordinal
        );
        Assert.Equal(["image.tar/"], _folder.Snapshot());
    }

    [Fact]
    public async Task A_file_in_the_place_of_a_folder_is_an_error()
    {
        await File.WriteAllTextAsync(_folder["file"], "x", TestContext.Current.CancellationToken);
        var message = await TestImage.FailsAsync(
            DiagnosticTable.OutputNotWritable,
            () =>
                new ArchiveSink(_folder["file/a/image.tar"], [.. TestImage.Names("app:1.0")]).PushAsync(
                    TestImage.Of("one")
                )
        );
        Assert.Contains(_folder["file"], message, StringComparison.Ordinal);
        Assert.Equal(["file=78"], _folder.Snapshot());
    }

    private sealed class Endless : MemoryStream
    {
        public int Reads { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(++Reads < 1000 ? buffer.Length : 0);
    }

    private ArchiveSink Sink(params string[] names) => new(_folder["image.tar"], [.. TestImage.Names(names)]);

    private Task<ArchiveSource> SourceAsync(string? name) =>
        ArchiveSource.OpenAsync(
            new ImageLocation(_folder["image.tar"], name),
            _folder["temporary"],
            TestContext.Current.CancellationToken
        );

    private List<(string Name, int Mode, int Uid, int Gid, DateTimeOffset Time, string Text)> Read()
    {
        using var tar = new TarReader(File.OpenRead(_folder["image.tar"]));
        var entries = new List<(string, int, int, int, DateTimeOffset, string)>();
        while (tar.GetNextEntry() is { } entry)
            entries.Add(
                (
                    entry.Name,
                    (int)entry.Mode,
                    entry.Uid,
                    entry.Gid,
                    entry.ModificationTime,
                    entry.DataStream is null ? "" : new StreamReader(entry.DataStream).ReadToEnd()
                )
            );
        return entries;
    }
}
