using Containerize.Caching;
using Containerize.Layers.Caching;
using Microsoft.Extensions.Time.Testing;

namespace Containerize.Core.Tests.Layers.Caching;

/// <summary>What leaves the cache, in which order, and what stays.</summary>
public sealed class PruningTests : LayerCacheTest
{
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
    public void What_was_not_used_for_longest_goes_first_and_never_what_was_used_just_now()
    {
        var blobs = Directory.CreateDirectory(Path.Combine(Root, "cache", "blobs", "sha256")).FullName;
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
                new FakeTimeProvider(DateTimeOffset.UtcNow + TimeSpan.FromHours(-3)),
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

        string FolderOf(params string[] names) => Path.Combine([Root, "cache", kind, .. names]);
        IEnumerable<string> Left() =>
            Directory
                .GetDirectories(FolderOf())
                .Select(folder => Path.GetFileName(folder)!)
                .Order(StringComparer.Ordinal);
    }
}
