using System.Text.Json.Nodes;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.TestKit.Registries;

namespace Containerize.Core.Tests.Dockerfiles.SharedCache;

/// <summary>What a build writes to caches that are broken, out of reach, or not those that it has read.</summary>
public sealed class SharedCacheWriteTests : IAsyncLifetime
{
    private const string Repository = "team/app";

    private const string Dockerfile =
        "FROM scratch AS tools\nRUN a tool\nFROM scratch\nCOPY f /f\nRUN true\nCOPY --from=tools / /tools\n"
        + "RUN last\n";

    private static readonly string[] All = ["a tool", "last", "true"];

    private readonly TestBuild _build = new TestBuild().With("f", "f");
    private TestRegistry _registry = null!;

    private string Cache => $"{_registry.Authority}/{Repository}:cache";

    private string Other => $"{_registry.Authority}/other:cache";

    private ImageReference Target => new(_registry.Authority, "shop", "1");

    public async ValueTask InitializeAsync() => _registry = await TestRegistry.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        _build.Dispose();
    }

    [Theory] // every machine makes the same, so the list of steps stays as it is
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_cache_whose_layers_are_lost_or_damaged_heals(bool areLost)
    {
        using var first = Machine();
        var image = await first.BuildAsync(_build, Dockerfile, to: $"{Cache},mode=max");
        foreach (var key in _registry.Blobs.Keys.Where(key => _registry.Blobs[key] is [0x1F, 0x8B, ..]).ToList())
        {
            if (areLost)
                _registry.Blobs.TryRemove(key, out _);
            else
                _registry.Blobs[key][^9] ^= 1;
        }

        using var second = Machine();
        await second.BuildAsync(_build, Dockerfile, from: Cache, to: $"{Cache},mode=max");
        Assert.Single(second.Warnings);
        using var third = Machine();
        var again = await third.BuildAsync(_build, Dockerfile, from: Cache);
        Assert.Empty(third.Warnings);
        Assert.Empty(third.Commands);
        Assert.Equal(image.Image.Digest, again.Image.Digest);
    }

    [Fact]
    public async Task A_cache_that_loses_its_layers_after_the_build_is_a_warning()
    {
        using var first = Machine();
        await first.BuildAsync(_build, Dockerfile, to: $"{Cache},mode=max", push: Target);
        using var second = Machine();
        await second.BuildAsync(
            _build,
            Dockerfile,
            from: Cache,
            to: $"{Cache},mode=max",
            push: Target with
            {
                Tag = "2",
            },
            then: () =>
            {
                _registry.Manifests.TryRemove((Repository, "cache"), out _);
                foreach (var key in _registry.Blobs.Keys.Where(key => key.Repository == Repository).ToList())
                    _registry.Blobs.TryRemove(key, out _);
            }
        );
        Assert.Empty(second.Commands);
        var warning = Assert.Single(second.Warnings);
        Assert.StartsWith($"CTZ0446 The cache {Cache} is not used", warning, StringComparison.Ordinal);
        Assert.Contains("its steps are not written", warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_cache_that_cannot_be_written_keeps_back_no_other()
    {
        using var first = Machine();
        var failure = await Assert.ThrowsAsync<ContainerizeException>(() =>
            first.BuildAsync(_build, Dockerfile, to: $"127.0.0.1:1/a:cache {Cache},mode=max 127.0.0.1:1/b:cache")
        );
        Assert.Equal(DiagnosticTable.SharedCacheNotWritten, failure.Diagnostic);
        Assert.Contains("the cache 127.0.0.1:1/a:cache could not", failure.Message, StringComparison.Ordinal);
        Assert.Contains("the cache 127.0.0.1:1/b:cache could not", failure.Message, StringComparison.Ordinal);
        using var second = Machine();
        await second.BuildAsync(_build, Dockerfile, from: Cache);
        Assert.Empty(second.Commands);
    }

    [Fact] // who may write the cache of a branch decides nothing for the readers of another
    public async Task What_another_cache_says_is_not_handed_on_unread()
    {
        using var first = Machine();
        await first.BuildAsync(_build, Dockerfile, to: $"{Cache},mode=max", push: Target);
        using var second = Machine();
        await second.BuildAsync(
            _build,
            Dockerfile,
            from: Cache,
            to: $"{Other},mode=max",
            push: Target with
            {
                Tag = "2",
            }
        );
        Assert.Empty(second.Commands);
        Assert.Empty(StepsOf("other"));
        using var third = Machine();
        await third.BuildAsync(_build, Dockerfile, from: Other);
        Assert.Equal(All, third.Commands.Order(StringComparer.Ordinal));

        // What was read here is: the layers of the image, and not the word that 'true' changes nothing.
        using var fourth = Machine();
        await fourth.BuildAsync(_build, Dockerfile, from: Cache, to: $"{Other},mode=max");
        Assert.NotEmpty(StepsOf("other"));
        Assert.All(StepsOf("other"), step => Assert.NotNull(step!["digest"]));
        using var fifth = Machine();
        await fifth.BuildAsync(_build, Dockerfile, from: Other);
        Assert.Equal(["a tool", "true"], fifth.Commands.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_step_of_two_stages_is_of_the_image_if_one_of_them_is()
    {
        const string Twice = "FROM scratch AS x\nRUN both\nFROM scratch\nRUN both\nCOPY --from=x / /x\n";
        using var first = Machine();
        await first.BuildAsync(_build, Twice, to: $"{Cache},mode=max {Other}");
        using var second = Machine();
        await second.BuildAsync(_build, Twice, from: Other);
        Assert.Empty(second.Commands);
    }

    [Theory]
    [InlineData(61)]
    [InlineData(-61)]
    public async Task A_machine_whose_clock_goes_wrong_makes_no_step_old(int days)
    {
        using var first = Machine();
        await first.BuildAsync(_build, Dockerfile, to: $"{Cache},mode=max");
        using var second = new FleetMachine { Time = new WrongClock(TimeSpan.FromDays(days)) };
        await second.BuildAsync(_build, "FROM scratch\nRUN new\n", to: Cache);
        using var third = Machine();
        await third.BuildAsync(_build, Dockerfile, from: Cache, to: Cache);
        await third.BuildAsync(_build, "FROM scratch\nRUN new\n", from: Cache);
        Assert.Empty(third.Commands);
    }

    private static FleetMachine Machine() => new() { Content = command => command };

    private JsonArray StepsOf(string repository)
    {
        if (!_registry.Manifests.TryGetValue((repository, "cache"), out var manifest))
            return [];
        var list = (string)JsonNode.Parse(manifest.Bytes)!["config"]!["digest"]!;
        return JsonNode.Parse(_registry.Blobs[(repository, list)])!["steps"]!.AsArray();
    }

    private sealed class WrongClock(TimeSpan ahead) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + ahead;
    }
}
