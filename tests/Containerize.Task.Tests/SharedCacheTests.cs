using Containerize.TestKit.Registries;

namespace Containerize.Task.Tests;

/// <summary>Caches of steps that a project names for the Dockerfile of its base.</summary>
public sealed class SharedCacheTests : IDisposable
{
    private readonly PublishedApp _app = new();

    public void Dispose() => _app.Dispose();

    [Fact]
    public async System.Threading.Tasks.Task The_steps_of_the_base_come_from_the_cache_that_is_named()
    {
        await using var registry = await TestRegistry.StartAsync();
        var cache = $"{registry.Authority}/shop:cache";
        Publish("first", from: "", to: cache + ",mode=max");
        var digest = _app.Digest();
        Assert.DoesNotContain("(from the cache)", _app.Engine.Log, StringComparison.Ordinal);
        Publish("second", from: cache, to: "");
        Assert.Contains("COPY word /etc/word (from the cache)", _app.Engine.Log, StringComparison.Ordinal);
        Assert.Equal(digest, _app.Digest());
        Assert.Empty(_app.Engine.Warnings);

        Publish("third", from: "127.0.0.1:1/shop:cache", to: "127.0.0.1:1/shop:cache");
        Assert.Equal(digest, _app.Digest());
        Assert.Equal(["CTZ0446", "CTZ0448"], _app.Engine.Warnings.Select(warning => warning.Code));
    }

    [Fact]
    public async System.Threading.Tasks.Task Offline_no_cache_is_asked_or_written()
    {
        await using var registry = await TestRegistry.StartAsync();
        Publish("first", from: $"{registry.Authority}/shop:cache", to: $"{registry.Authority}/shop:cache", true);
        Assert.Empty(registry.Seen);
        Assert.Empty(_app.Engine.Warnings);
        Assert.Contains(
            "shop:cache is not written: ContainerOffline is set",
            _app.Engine.Log,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Offline_a_cache_may_have_the_name_of_the_image_for_it_is_not_written()
    {
        Publish("first", from: "", to: "shop:v1", isOffline: true);
        Assert.Contains("shop:v1 is not written: ContainerOffline is set", _app.Engine.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("type=gha", "CTZ0455")]
    [InlineData("shop:cache,mode=all", "CTZ0449")]
    [InlineData("registry.example/shop", "CTZ0449")]
    [InlineData("registry.example/shop:v1", "CTZ0464")]
    public void A_name_that_is_none_is_an_error(string name, string code) =>
        Assert.Equal(
            [code],
            _app.CodesOf(task =>
            {
                task.BaseImage = "";
                task.Dockerfile = Path.Combine(_app.Folder, "Dockerfile");
                task.DockerfileCacheTo = name;
                task.Registry = "registry.example";
                task.Repository = "shop";
                task.ImageTags = "v1";
            })
        );

    private void Publish(string machine, string from, string to, bool isOffline = false)
    {
        var file = Path.Combine(_app.Folder, "base", "Dockerfile");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, "FROM scratch\nCOPY word /etc/word\n");
        File.WriteAllText(Path.Combine(_app.Folder, "base", "word"), "hello");
        using var task = _app.Task();
        task.BaseImage = "";
        task.Dockerfile = file;
        task.DockerfileCacheFrom = from;
        task.DockerfileCacheTo = to;
        task.Offline = isOffline;
        (task.Repository, task.ImageTags) = ("shop", "v1");
        task.CacheDirectory = Path.Combine(_app.Folder, "cache of " + machine);
        Assert.True(task.Execute(), string.Join('\n', _app.Engine.Errors.Select(error => error.Message)));
    }
}
