using Containerize.Diagnostics;
using Containerize.TestKit.Images;
using Containerize.TestKit.Registries;

namespace Containerize.Core.Tests.Dockerfiles.SharedCache;

/// <summary>Caches that are not what they say: a warning and the steps done here, never another image.</summary>
public sealed class SharedCacheFaultTests : IAsyncLifetime
{
    private const string Repository = "team/app";

    private const string Dockerfile =
        "FROM scratch AS tools\nRUN a tool\nFROM scratch\nCOPY f /f\nRUN first\nCOPY --from=tools / /tools\nRUN last\n";

    private readonly TestBuild _build = new TestBuild().With("f", "f");
    private TestRegistry _registry = null!;

    private string Cache => $"{_registry.Authority}/{Repository}:cache";

    public async ValueTask InitializeAsync() => _registry = await TestRegistry.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        _build.Dispose();
    }

    [Theory]
    [InlineData("layer bytes", "CTZ0447", "should have the digest")]
    [InlineData("layer cut", "CTZ0446", "another part of the content")]
    [InlineData("layer gone", "CTZ0446", "does not have")]
    [InlineData("layer of no compression", "CTZ0447", "which is not that of the format")]
    [InlineData("layer of another compression", "CTZ0447", "which is not that of the format")]
    [InlineData("format none", "CTZ0447", "which is not that of the format")]
    [InlineData("diff id", "CTZ0447", "The tar in the layer")]
    [InlineData("length", "CTZ0447", "The tar in the layer")]
    [InlineData("descriptor of another layer", "CTZ0447", "The tar in the layer")]
    [InlineData("list bytes", "CTZ0447", "should have the digest")]
    [InlineData("list gone", "CTZ0447", "does not have")]
    [InlineData("list too long", "CTZ0447", "too long")]
    [InlineData("steps too many", "CTZ0447", "more than 1000")]
    [InlineData("steps twice", "CTZ0447", "is there twice")]
    [InlineData("steps no list", "CTZ0447", "lists no steps")]
    [InlineData("key a path", "CTZ0447", "64 hexadecimal digits")]
    [InlineData("day none", "CTZ0447", "has no day")]
    [InlineData("layer unnamed", "CTZ0447", "names no layer of the manifest")]
    [InlineData("manifest no JSON", "CTZ0447", "it is not JSON")]
    [InlineData("manifest huge", "CTZ0447", "something else")]
    [InlineData("manifest of an image", "CTZ0447", "something else")]
    [InlineData("manifest of an index", "CTZ0447", "something else")]
    public async Task A_cache_that_was_tampered_with_is_left_out(string harm, string code, string words)
    {
        using var first = new FleetMachine { Content = command => command };
        var image = await first.BuildAsync(_build, Dockerfile, to: $"{Cache},mode=max");
        Harm(harm);
        // Where layers are brought while the build goes on, and where they are read after it.
        foreach (var brings in new[] { false, true })
        {
            using var second = new FleetMachine { Content = command => command };
            var again = await second.BuildAsync(
                _build,
                Dockerfile,
                from: Cache,
                with: build => build with { BringsLayers = brings }
            );
            Assert.Equal(image.Image.Digest, again.Image.Digest);
            Assert.NotEmpty(second.Commands);
            var warning = Assert.Single(second.Warnings);
            Assert.True(warning.StartsWith(code, StringComparison.Ordinal), warning);
            Assert.Contains(Cache, warning, StringComparison.Ordinal);
            Assert.Contains(words, warning, StringComparison.Ordinal);
        }
    }

    [Fact] // what cannot be unpacked is not what was asked for, and that is what the reader is to know
    public async Task Of_a_large_layer_the_digest_is_the_reason()
    {
        const string Large = "FROM scratch\nRUN large\n";
        using var first = new FleetMachine
        {
            Content = _ => Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(400_000)),
        };
        await first.BuildAsync(_build, Large, to: Cache);
        Harm("layer bytes early");
        using var second = new FleetMachine();
        await second.BuildAsync(_build, Large, from: Cache);
        Assert.Contains("should have the digest", Assert.Single(second.Warnings), StringComparison.Ordinal);
        Assert.Equal(["large"], second.Commands);
    }

    [Fact] // the key of a step that others do is all that an attacker may choose
    public async Task The_next_build_that_writes_heals_the_cache()
    {
        using var first = new FleetMachine();
        await first.BuildAsync(_build, Dockerfile, to: $"{Cache},mode=max");
        Harm("descriptor of another layer");
        using var second = new FleetMachine();
        var healed = await second.BuildAsync(_build, Dockerfile, from: Cache, to: $"{Cache},mode=max");
        Assert.Single(second.Warnings);
        using var third = new FleetMachine();
        var again = await third.BuildAsync(_build, Dockerfile, from: Cache);
        Assert.Empty(third.Warnings);
        Assert.Empty(third.Commands);
        Assert.Equal(healed.Image.Digest, again.Image.Digest);
    }

    [Fact]
    public async Task The_second_of_two_caches_counts_where_the_first_is_refused()
    {
        var other = $"{_registry.Authority}/other:cache";
        using var first = new FleetMachine();
        var image = await first.BuildAsync(_build, Dockerfile, to: $"{Cache},mode=max {other},mode=max");
        Harm("diff id");
        using var second = new FleetMachine();
        var again = await second.BuildAsync(_build, Dockerfile, from: $"{Cache} {other}");
        Assert.Single(second.Warnings);
        Assert.Empty(second.Commands);
        Assert.Equal(image.Image.Digest, again.Image.Digest);
    }

    [Fact]
    public async Task A_cache_out_of_reach_is_a_warning_for_who_reads_and_an_error_after_the_image_for_who_writes()
    {
        const string Nowhere = "127.0.0.1:1/team/app:cache";
        using var machine = new FleetMachine();
        await machine.BuildAsync(_build, Dockerfile, from: Nowhere);
        Assert.StartsWith("CTZ0446", Assert.Single(machine.Warnings), StringComparison.Ordinal);
        var failure = await Assert.ThrowsAsync<ContainerizeException>(() =>
            machine.BuildAsync(_build, Dockerfile, to: Nowhere)
        );
        Assert.Equal(DiagnosticTable.SharedCacheNotWritten, failure.Diagnostic);
        Assert.StartsWith("The build is done, and the cache 127.0.0.1:1/team/app:cache", failure.Message);
        machine.Warnings.Clear();
        await machine.BuildAsync(_build, Dockerfile, to: Nowhere + ",ignore-error=true");
        Assert.StartsWith("CTZ0448", Assert.Single(machine.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cache_that_is_not_there_yet_is_a_warning_unless_this_build_writes_it()
    {
        using var machine = new FleetMachine();
        await machine.BuildAsync(_build, Dockerfile, from: Cache);
        Assert.StartsWith("CTZ0446 There is no cache", Assert.Single(machine.Warnings), StringComparison.Ordinal);
        machine.Warnings.Clear();
        using var other = new FleetMachine();
        await other.BuildAsync(_build, Dockerfile, from: Cache, to: Cache);
        Assert.Empty(other.Warnings);
    }

    [Fact]
    public async Task A_tag_with_something_else_is_not_written_over()
    {
        await _registry.AddAsync(Repository, TestImages.Create("image", 10), "cache");
        var before = _registry.Manifests[(Repository, "cache")].Bytes;
        using var machine = new FleetMachine();
        var failure = await Assert.ThrowsAsync<ContainerizeException>(() =>
            machine.BuildAsync(_build, Dockerfile, to: Cache)
        );
        Assert.Equal(DiagnosticTable.SharedCacheNotWritten, failure.Diagnostic);
        Assert.Contains("it holds something else", failure.Message, StringComparison.Ordinal);
        Assert.Equal(before, _registry.Manifests[(Repository, "cache")].Bytes);
    }

    [Fact] // who may write a cache decides nothing in builds that do not name it
    public async Task How_a_cache_stores_a_layer_counts_only_in_builds_that_name_it()
    {
        using var first = new FleetMachine { Content = command => command };
        var image = await first.BuildAsync(_build, Dockerfile, to: $"{Cache},mode=max");
        Harm("layer packed otherwise");
        using var second = new FleetMachine { Content = command => command };
        var shared = await second.BuildAsync(_build, Dockerfile, from: Cache);
        Assert.Empty(second.Commands);
        Assert.NotEqual(image.Image.Digest, shared.Image.Digest);
        Assert.Equal(image.Image.Config.DiffIds, shared.Image.Config.DiffIds);
        Assert.Equal(image.Image.Digest, (await second.BuildAsync(_build, Dockerfile)).Image.Digest);
    }

    private void Harm(string harm) => new CacheHarm(_registry, Repository).Do(harm);
}
