using System.Text.Json.Nodes;

namespace Containerize.Tool.Tests;

/// <summary><c>containerize cache</c>.</summary>
public sealed class CacheTests(ToolMachine machine)
{
    [Fact]
    public async Task It_says_where_it_is()
    {
        var tool = await machine.Tool;
        Assert.Equal(Path.Combine(tool.Cache, "containerize") + "\n", await machine.OutputAsync("cache", "path"));
        Assert.Equal(
            Path.Combine(Path.GetTempPath(), "elsewhere") + "\n",
            await machine.OutputAsync("cache", "path", "--cache-dir", "elsewhere")
        );
    }

    [Fact]
    public async Task It_shows_kinds_with_sizes_and_prunes_by_size_and_age()
    {
        var cache = machine.Folder.Create("cache");
        Write("blobs/sha256/old", 3000, days: 10);
        Write("blobs/sha256/older", 4000, days: 40);
        Write("layers/new", 500, days: 0);
        var shown = JsonNode.Parse(await machine.OutputAsync("cache", "show", "--json", "--cache-dir", cache))!;
        Assert.Equal(7500, (int)shown["bytes"]!);
        Assert.Equal(
            [("blobs", 2, 7000), ("layers", 1, 500)],
            shown["kinds"]!.AsArray().Select(kind => ((string)kind!["kind"]!, (int)kind["files"]!, (int)kind["bytes"]!))
        );
        Assert.Contains(
            "blobs ",
            await machine.OutputAsync("cache", "show", "--cache-dir", cache),
            StringComparison.Ordinal
        );
        Assert.Equal(
            "removed 1 files, 3.9 KiB\n",
            await machine.OutputAsync("cache", "prune", "--older-than", "30d", "--cache-dir", cache)
        );
        Assert.Equal(
            "removed 0 files, 0 B\n",
            await machine.OutputAsync("cache", "prune", "--max-size", "4KB", "--cache-dir", cache)
        );
        Assert.Equal(
            "removed 1 files, 2.9 KiB\n",
            await machine.OutputAsync("cache", "prune", "--all", "--cache-dir", cache)
        );
        Assert.True(File.Exists(Path.Combine(cache, "layers/new")), "what was used just now is gone");

        void Write(string name, int size, int days)
        {
            var path = Path.Combine(cache, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, new byte[size]);
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddDays(-days));
        }
    }

    [Theory]
    [InlineData("--max-size", "much")]
    [InlineData("--older-than", "long")]
    public async Task A_size_or_time_that_is_none_is_a_wrong_use(params string[] arguments) =>
        (await machine.RunAsync(["cache", "prune", .. arguments])).Expect(2);
}
