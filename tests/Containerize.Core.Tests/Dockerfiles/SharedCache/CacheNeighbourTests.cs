using Containerize.TestKit.Registries;

namespace Containerize.Core.Tests.Dockerfiles.SharedCache;

/// <summary>What a registry answers of one cache says nothing of another one beside it.</summary>
public sealed class CacheNeighbourTests
{
    private const string Dockerfile = "FROM scratch\nCOPY f /f\nRUN once\n";

    [Fact]
    public async Task A_cache_is_written_beside_one_that_the_registry_refuses()
    {
        using var build = new TestBuild().With("f", "f");
        await using var registry = await TestRegistry.StartAsync();
        registry.Script = async context =>
        {
            if (!context.Request.Path.Value!.Contains("/team/refused/", StringComparison.Ordinal))
                return false;
            context.Response.Headers.RetryAfter = "60";
            return await TestRegistry.RefuseAsync(context, 503, "DOWN");
        };
        var (refused, good) = ($"{registry.Authority}/team/refused:cache", $"{registry.Authority}/team/good:cache");
        using var first = new FleetMachine();
        await first.BuildAsync(build, Dockerfile, from: refused, to: good);
        Assert.Contains("team/refused", Assert.Single(first.Warnings), StringComparison.Ordinal);
        using var second = new FleetMachine();
        await second.BuildAsync(build, Dockerfile, from: good);
        Assert.Empty(second.Commands);
    }
}
