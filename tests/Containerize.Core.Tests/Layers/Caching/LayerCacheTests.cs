using Containerize.Caching;
using Containerize.Core.Tests.Http;
using Containerize.Diagnostics;
using Containerize.Layers.Caching;

namespace Containerize.Core.Tests.Layers.Caching;

public sealed class LayerCacheTests : LayerCacheTest
{
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
        foreach (var record in Directory.GetFiles(Path.Combine(Root, "cache", "layers")))
            await File.WriteAllTextAsync(record, text, TestContext.Current.CancellationToken);
        Assert.Equal(LayerOrigin.Built, (await Get("content")).Origin);
        Assert.Equal(LayerOrigin.Cache, (await Get("content")).Origin);
    }

    [Fact]
    public async Task A_cache_that_cannot_be_written_costs_speed_only()
    {
        await File.WriteAllTextAsync(
            Path.Combine(Root, "cache"),
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
    public async Task Of_many_at_once_one_makes_the_layer_and_the_others_find_it()
    {
        using var others = new CountdownEvent(7);
        var time = new WatchedTime();
        time.Waits = _ =>
        {
            if (!others.IsSet)
                others.Signal();
        };
        var all = Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => Task.Run(() => Get("content", time: time, packing: Pack)))
        );
        // Until the layer is there, the clock stands still: each of the others waits once.
        while (!all.IsCompleted)
        {
            if (others.IsSet)
                time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(all, Task.Delay(1, TestContext.Current.CancellationToken));
        }

        var layers = await all;
        Assert.Single(layers, layer => layer.Origin == LayerOrigin.Built);
        Assert.Equal(7, layers.Count(layer => layer.Origin == LayerOrigin.Cache));
        Assert.Single(layers.Select(layer => layer.Layer.Blob.Descriptor.Digest).Distinct());
        foreach (var layer in layers)
            Assert.NotEmpty(await Bytes(layer));
        Assert.Empty(Directory.GetFiles(Path.Combine(Root, "cache"), ".new-*", SearchOption.AllDirectories));

        void Pack() =>
            Assert.True(
                others.Wait(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken),
                "The others did not wait."
            );
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
