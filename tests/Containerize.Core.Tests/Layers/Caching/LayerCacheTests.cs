using Containerize.Caching;
using Containerize.Core.Tests.Caching;
using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.Layers;
using Containerize.Layers.Caching;

namespace Containerize.Core.Tests.Layers.Caching;

public sealed class LayerCacheTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("containerize-cache-").FullName;
    private int _runs;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private CacheFolder Folder => new(Path.Combine(_root, "cache"));

    [Fact]
    public async Task A_layer_is_made_once_for_all_projects()
    {
        var first = await Get("content");
        var second = await Get("content");
        Assert.Equal((LayerOrigin.Built, LayerOrigin.Cache), (first.Origin, second.Origin));
        Assert.Equal(first.Layer.Blob.Descriptor, second.Layer.Blob.Descriptor);
        Assert.Equal(first.Layer.DiffId, second.Layer.DiffId);
        Assert.Equal(await Bytes(first), await Bytes(second));
    }

    [Theory]
    [InlineData("other", 420, 0)]
    [InlineData("content", 493, 0)]
    [InlineData("content", 420, 1)]
    public async Task Anything_else_in_it_is_another_layer(string content, int mode, int uid)
    {
        await Get("content");
        Assert.Equal(LayerOrigin.Built, (await Get(content, mode, uid)).Origin);
    }

    [Fact]
    public async Task A_damaged_file_is_noticed_at_its_end_at_the_latest_and_made_again_from_the_same_files()
    {
        var first = await Get("content");
        var expected = await Bytes(first);
        var blob = Folder.BlobPath(first.Layer.Blob.Descriptor.Digest);
        var cached = await Get("content");
        Flip(blob);
        var exception = await Assert.ThrowsAsync<ContainerizeException>(() => Bytes(cached));
        Assert.Equal(DiagnosticTable.DigestMismatch, exception.Diagnostic);
        Assert.False(File.Exists(blob));
        foreach (var damage in new Action[] { () => File.WriteAllText(blob, "x"), () => File.Delete(blob) })
        {
            damage();
            Assert.Equal(expected, await Bytes(cached));
            Assert.Equal(expected, await File.ReadAllBytesAsync(blob, TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task A_file_of_another_size_is_not_believed_at_all()
    {
        var layer = await Get("content");
        File.WriteAllText(Folder.BlobPath(layer.Layer.Blob.Descriptor.Digest), "torn");
        Assert.Equal(LayerOrigin.Built, (await Get("content")).Origin);
    }

    [Fact]
    public async Task What_could_not_be_finished_leaves_nothing()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            Folder.MakeAsync<string>(
                async stream =>
                {
                    await stream.WriteAsync("half of i"u8.ToArray(), TestContext.Current.CancellationToken);
                    throw new InvalidOperationException("a file of the layer is gone");
                },
                _ => null
            )
        );
        Assert.Empty(Directory.GetFiles(Folder.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_small_file_is_replaced_as_a_whole_or_stays_what_it_was()
    {
        Folder.WriteRecord("layers", "key", "what it was");
        var record = Folder.RecordPath("layers", "key");
        Assert.False(
            CacheFolder.Replace(
                record,
                stream =>
                {
                    stream.Write("half"u8);
                    throw new IOException("the disk is full");
                }
            )
        );
        Assert.Equal("what it was", File.ReadAllText(record));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(record)!));
    }

    [Fact]
    public async Task What_a_run_uses_is_marked_so_that_no_pruning_takes_it()
    {
        var blob = Folder.BlobPath((await Get("content")).Layer.Blob.Descriptor.Digest);
        foreach (var file in Directory.GetFiles(Folder.Path, "*", SearchOption.AllDirectories))
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-90));
        var used = await Get("content");
        CachePruning.Prune(Folder, 0, TimeProvider.System, TimeSpan.FromDays(60));
        Assert.True(File.Exists(blob));
        Assert.Equal((LayerOrigin.Cache, LayerOrigin.Cache), (used.Origin, (await Get("content")).Origin));
    }

    [Fact]
    public async Task A_damaged_file_is_noticed_also_by_who_reads_only_its_beginning()
    {
        var first = await Get("content");
        var blob = Folder.BlobPath(first.Layer.Blob.Descriptor.Digest);
        Flip(blob);
        await using (var stream = await first.Layer.Blob.OpenAsync(TestContext.Current.CancellationToken))
            stream.ReadByte();
        Assert.False(File.Exists(blob));
    }

    [Theory]
    [InlineData("")]
    [InlineData("sha256:0 sha256:1 2")]
    [InlineData("no record at all")]
    public async Task A_damaged_record_costs_the_making_and_nothing_else(string text)
    {
        await Get("content");
        foreach (var record in Directory.GetFiles(Path.Combine(_root, "cache", "layers")))
            await File.WriteAllTextAsync(record, text, TestContext.Current.CancellationToken);
        Assert.Equal(LayerOrigin.Built, (await Get("content")).Origin);
        Assert.Equal(LayerOrigin.Cache, (await Get("content")).Origin);
    }

    [Fact]
    public async Task A_cache_that_cannot_be_written_costs_speed_only()
    {
        await File.WriteAllTextAsync(
            Path.Combine(_root, "cache"),
            "a file where the folder should be",
            TestContext.Current.CancellationToken
        );
        var first = await Get("content");
        var second = await Get("content");
        Assert.Equal((LayerOrigin.Built, LayerOrigin.Built), (first.Origin, second.Origin));
        Assert.Equal(first.Layer.Blob.Descriptor, second.Layer.Blob.Descriptor);
        Assert.NotEmpty(await Bytes(second));
    }

    [Fact]
    public void What_was_not_used_for_longest_goes_first_and_never_what_was_used_just_now()
    {
        var blobs = Directory.CreateDirectory(Path.Combine(_root, "cache", "blobs", "sha256")).FullName;
        var now = DateTime.UtcNow;
        foreach (
            var (name, hours) in new[]
            {
                ("new", 0),
                ("recent", 3),
                ("old", 5),
                ("oldest", 9),
                ("ancient", 24 * 62),
                (".new-killed", 4),
            }
        )
        {
            File.WriteAllBytes(Path.Combine(blobs, name), new byte[100]);
            File.SetLastWriteTimeUtc(Path.Combine(blobs, name), now.AddHours(-hours));
        }

        CachePruning.Prune(Folder, 10_000, TimeProvider.System, TimeSpan.FromDays(60));
        Assert.Equal(["new", "old", "oldest", "recent"], Directory.GetFiles(blobs).Select(Path.GetFileName).Order());
        CachePruning.Prune(Folder, 250, TimeProvider.System);
        Assert.Equal(["new", "recent"], Directory.GetFiles(blobs).Select(Path.GetFileName).Order());
        CachePruning.Prune(Folder, 0, TimeProvider.System);
        Assert.Equal(["new"], Directory.GetFiles(blobs).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("unpacked/root")]
    [InlineData("unpacked/user-7")]
    [InlineData("mounts")]
    public async Task What_RUN_unpacked_and_keeps_goes_by_its_last_use_as_a_whole_or_not_at_all(string kind)
    {
        var now = DateTime.UtcNow;
        foreach (
            var (name, hours) in new[]
            {
                ("new", 0),
                ("recent", 3),
                ("old", 5),
                ("oldest", 9),
                ("ancient", 24 * 62),
                ("run-alive", 1),
            }
        )
        {
            // Whatever times the files have.
            await File.WriteAllBytesAsync(
                Path.Combine(Directory.CreateDirectory(FolderOf(name, "etc")).FullName, "passwd"),
                new byte[100],
                TestContext.Current.CancellationToken
            );
            File.SetLastWriteTimeUtc(FolderOf(name, "etc/passwd"), now.AddHours(hours % 2 == 0 ? -10_000 : 0));
            await File.WriteAllTextAsync(FolderOf(name + ".used"), "", TestContext.Current.CancellationToken);
            File.SetLastWriteTimeUtc(FolderOf(name + ".used"), now.AddHours(-hours));
        }

        Assert.Equal(
            new CacheUsage(1, 100),
            CachePruning.Prune(Folder, 10_000, TimeProvider.System, TimeSpan.FromDays(60))
        );
        Assert.Equal(["new", "old", "oldest", "recent", "run-alive"], Left());
        CachePruning.Prune(Folder, 250, TimeProvider.System);
        Assert.Equal(["new", "recent", "run-alive"], Left());
        using (
            await DirectoryLease.ShareAsync(
                FolderOf("recent"),
                new LaterTime(TimeSpan.FromHours(-3)),
                TestContext.Current.CancellationToken
            )
        )
        {
            CachePruning.Prune(Folder, 0, TimeProvider.System);
            Assert.Equal(["new", "recent", "run-alive"], Left());
            CachePruning.RemoveWhole(Folder);
            Assert.Equal(["recent", "run-alive"], Left());
        }

        CachePruning.Prune(Folder, 0, TimeProvider.System);
        Assert.Equal(["run-alive"], Left());

        string FolderOf(params string[] names) => Path.Combine([_root, "cache", kind, .. names]);
        IEnumerable<string> Left() =>
            Directory
                .GetDirectories(FolderOf())
                .Select(folder => Path.GetFileName(folder)!)
                .Order(StringComparer.Ordinal);
    }

    [Fact]
    public async Task Of_many_at_once_one_makes_the_layer_and_the_others_find_it()
    {
        var layers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => Task.Run(() => Get("content", slowly: true)))
        );
        Assert.Single(layers, layer => layer.Origin == LayerOrigin.Built);
        Assert.Equal(7, layers.Count(layer => layer.Origin == LayerOrigin.Cache));
        Assert.Single(layers.Select(layer => layer.Layer.Blob.Descriptor.Digest).Distinct());
        foreach (var layer in layers)
            Assert.NotEmpty(await Bytes(layer));
        Assert.Empty(Directory.GetFiles(Path.Combine(_root, "cache"), ".new-*", SearchOption.AllDirectories));
    }

    // Each run is one of another project: only the cache folder is shared.
    private Task<CachedLayer> Get(string content, int mode = 420, int uid = 0, bool slowly = false)
    {
        var own = Path.Combine(_root, $"project{Interlocked.Increment(ref _runs)}");
        var bytes = System.Text.Encoding.UTF8.GetBytes(content);
        // The content is opened once for its hash and once to be packed: while one run packs it slowly, the others
        // come.
        var opened = 0;
        var entry = new LayerEntry(ContainerPath.Parse("/app/file"), EntryKind.File, mode)
        {
            Content = new FileContent(bytes.Length, Open, "file"),
            Uid = uid,
        };
        var hashes = ContentHashes.Read(Path.Combine(own, "hashes.txt"), TimeProvider.System);
        var cache = new LayerCache(
            Folder,
            new LayerWriter(own, LayerEncoding.Default),
            LayerEncoding.Default,
            hashes,
            TimeProvider.System
        );
        return cache.GetAsync(new PlannedLayer("app", [entry]), TestContext.Current.CancellationToken);

        Stream Open()
        {
            if (slowly && ++opened > 1)
                Thread.Sleep(300);
            return new MemoryStream(bytes);
        }
    }

    private static void Flip(string path)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[^9] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    private static async Task<byte[]> Bytes(CachedLayer layer)
    {
        await using var stream = await layer.Layer.Blob.OpenAsync(TestContext.Current.CancellationToken);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, TestContext.Current.CancellationToken);
        return bytes.ToArray();
    }
}
