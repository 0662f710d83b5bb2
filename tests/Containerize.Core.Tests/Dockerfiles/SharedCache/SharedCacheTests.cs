using System.Text;
using Containerize.Dockerfiles.Stages;
using Containerize.Images;
using Containerize.Layers;
using Containerize.TestKit.Registries;

namespace Containerize.Core.Tests.Dockerfiles.SharedCache;

/// <summary>Steps that one machine did and others take over: from a cache in a registry that the build names.</summary>
public sealed class SharedCacheTests : IAsyncLifetime
{
    private const string Dockerfile = """
        FROM scratch AS tools
        RUN a tool
        COPY f /f
        FROM scratch AS build
        COPY --from=tools / /
        RUN compile
        RUN true, which changes nothing
        FROM scratch
        WORKDIR /w
        COPY --from=build / /app
        RUN the last
        """;

    private readonly TestBuild _build = new TestBuild().With("f", "f").With("g", "g");
    private TestRegistry _registry = null!;

    private string Cache => $"{_registry.Authority}/team/app:cache";

    public async ValueTask InitializeAsync() => _registry = await TestRegistry.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        _build.Dispose();
    }

    [Fact]
    public async Task On_an_empty_machine_nothing_runs_that_ran_elsewhere()
    {
        using var first = new FleetMachine();
        var image = await first.BuildAsync(_build, Dockerfile, to: $"{Cache},mode=max");
        Assert.Equal(4, first.Commands.Count);
        _registry.Seen.Clear();

        using var second = new FleetMachine();
        var again = await second.BuildAsync(_build, Dockerfile, from: Cache);
        Assert.Empty(second.Commands);
        Assert.Empty(second.Warnings);
        Assert.Equal(image.Image.Digest, again.Image.Digest);
        Assert.DoesNotContain(again.Steps, step => step.Outcome == StepOutcome.Ran);
        // The list of steps, and what ends in the image.
        Assert.Equal(
            again.Image.Layers.Select(layer => layer.Blob.Descriptor.Digest.ToString()).Order(StringComparer.Ordinal),
            Fetched().Skip(1).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task What_lies_at_the_destination_is_not_fetched()
    {
        var target = new ImageReference(_registry.Authority, "team/shop", "1");
        using var first = new FleetMachine();
        var image = await first.BuildAsync(_build, Dockerfile, to: $"{Cache},mode=max", push: target);
        _registry.Seen.Clear();
        using var second = new FleetMachine();
        var again = await second.BuildAsync(_build, Dockerfile, from: Cache, push: target with { Tag = "2" });
        Assert.Equal(image.Image.Digest, again.Image.Digest);
        Assert.Single(Fetched());
        Assert.DoesNotContain(_registry.Seen, seen => seen.Method is "POST" or "PATCH");

        // A repository that lacks them takes them from the cache's.
        _registry.Seen.Clear();
        using var third = new FleetMachine();
        await third.BuildAsync(
            _build,
            Dockerfile,
            from: Cache,
            push: new ImageReference(_registry.Authority, "other", "1")
        );
        Assert.Single(Fetched());
        Assert.Equal(
            image.Image.Layers.Length,
            _registry.Seen.Count(seen => seen.Query.Contains("from=team", StringComparison.Ordinal))
        );
    }

    [Fact]
    public async Task Only_what_a_changed_step_needs_is_fetched()
    {
        const string File = "FROM scratch AS tools\nRUN a tool\nRUN another\nFROM scratch\nRUN first\nCOPY g /g\n";
        using var first = new FleetMachine();
        var image = await first.BuildAsync(_build, File + "COPY --from=tools / /tools\n", to: $"{Cache},mode=max");
        _registry.Seen.Clear();
        using var second = new FleetMachine();
        _build.With("g", "changed");
        var changed = await second.BuildAsync(
            _build,
            File + "COPY --link --from=tools / /tools\n",
            from: Cache,
            with: options => options with { Target = "tools" }
        );
        Assert.Empty(second.Commands);
        Assert.Equal(2, changed.Image.Layers.Length);
        Assert.Equal(3, Fetched().Length);
        Assert.NotEqual(image.Image.Digest, changed.Image.Digest);

        _registry.Seen.Clear();
        using var third = new FleetMachine();
        var files = await TestBuild.ListAsync(
            (await third.BuildAsync(_build, "FROM scratch\nRUN first\nCOPY g /g\nRUN new\n", from: Cache)).Image
        );
        Assert.Equal(["new"], third.Commands);
        Assert.Contains("f 644 0:0 /g changed", files);
        Assert.Equal(2, Fetched().Length);
    }

    [Theory]
    [InlineData("max", "")]
    [InlineData("min", "a tool|compile|true, which changes nothing")]
    public async Task The_mode_says_which_stages_are_kept(string mode, string ran)
    {
        using var first = new FleetMachine { Content = command => command };
        await first.BuildAsync(_build, Dockerfile, to: $"{Cache},mode={mode}");
        using var second = new FleetMachine { Content = command => command };
        await second.BuildAsync(_build, Dockerfile, from: Cache);
        Assert.Equal(ran, string.Join('|', second.Commands));
    }

    [Fact] // another project on the same machine did not name the cache
    public async Task A_result_counts_only_in_builds_that_name_its_cache()
    {
        using var first = new FleetMachine { Content = command => command };
        await first.BuildAsync(_build, Dockerfile, to: $"{Cache},mode=max");
        using var second = new FleetMachine { Content = command => command };
        await second.BuildAsync(_build, Dockerfile, from: Cache);
        Assert.Empty(second.Commands);
        await second.BuildAsync(_build, Dockerfile);
        Assert.Equal(4, second.Commands.Count);
    }

    [Fact]
    public async Task What_this_machine_did_itself_asks_no_registry()
    {
        using var machine = new FleetMachine();
        await machine.BuildAsync(_build, Dockerfile, to: $"{Cache},mode=max");
        _registry.Seen.Clear();
        await machine.BuildAsync(_build, Dockerfile, from: Cache);
        Assert.Empty(_registry.Seen);
        Assert.Equal(4, machine.Commands.Count);
    }

    [Fact]
    public async Task No_cache_asks_none_and_its_results_replace_those_that_are_there()
    {
        using var first = new FleetMachine();
        await first.BuildAsync(_build, Dockerfile, to: $"{Cache},mode=max");
        using var second = new FleetMachine();
        var fresh = await second.BuildAsync(
            _build,
            Dockerfile,
            from: Cache,
            to: $"{Cache},mode=max",
            with: options => options with { IgnoresCache = true }
        );
        Assert.Equal(4, second.Commands.Count);
        using var third = new FleetMachine();
        Assert.Equal(fresh.Image.Digest, (await third.BuildAsync(_build, Dockerfile, from: Cache)).Image.Digest);
        Assert.Empty(third.Commands);
    }

    [Fact]
    public async Task A_build_of_another_compression_takes_the_tars()
    {
        using var first = new FleetMachine();
        var image = await first.BuildAsync(_build, Dockerfile, to: $"{Cache},mode=max");
        using var second = new FleetMachine();
        var zstd = await second.BuildAsync(
            _build,
            Dockerfile,
            from: Cache,
            with: options => options with { Encoding = new LayerEncoding(LayerCompression.Zstd, null) }
        );
        Assert.Empty(second.Commands);
        Assert.Equal(image.Image.Config.DiffIds, zstd.Image.Config.DiffIds);
        Assert.All(zstd.Image.Layers, layer => Assert.Equal(LayerCompression.Zstd, layer.Compression));
    }

    [Fact] // the platform is part of a step's key
    public async Task Another_platform_runs_its_own_commands()
    {
        using var first = new FleetMachine();
        await first.BuildAsync(_build, "FROM scratch\nRUN a\n", to: Cache);
        using var second = new FleetMachine();
        await second.BuildAsync(
            _build,
            "FROM scratch\nRUN a\n",
            from: Cache,
            with: options => options with { Platforms = [new Platform("linux", "arm64")] }
        );
        Assert.Equal(["a"], second.Commands);
    }

    [Fact] // a path of a machine in a key would make every machine do every step
    public async Task Keys_hold_no_path_of_a_machine()
    {
        using var elsewhere = new TestBuild().With("f", "f").With("g", "g");
        using var first = new FleetMachine();
        await first.BuildAsync(_build, Dockerfile + "\nRUN --mount=source=f,target=/m use", to: $"{Cache},mode=max");
        using var second = new FleetMachine();
        await second.BuildAsync(elsewhere, Dockerfile + "\nRUN --mount=source=f,target=/m use", from: Cache);
        Assert.Empty(second.Commands);
    }

    [Fact]
    public async Task No_secret_is_in_the_registry_or_in_a_key()
    {
        const string File = "FROM scratch\nRUN --mount=type=secret,id=token use it\n";
        using var first = new FleetMachine();
        await first.BuildAsync(_build, File, to: $"{Cache},mode=max", with: options => With(options, "hunter2-first"));
        foreach (var bytes in _registry.Blobs.Values.Concat(_registry.Manifests.Values.Select(value => value.Bytes)))
        {
            Assert.DoesNotContain("hunter2", Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
            Assert.DoesNotContain(
                "hunter2",
                Encoding.UTF8.GetString(FleetMachine.Inflate(bytes)),
                StringComparison.Ordinal
            );
        }

        using var second = new FleetMachine();
        await second.BuildAsync(_build, File, from: Cache, with: options => With(options, "hunter2-second"));
        Assert.Empty(second.Commands);

        static Containerize.Dockerfiles.DockerfileBuild With(
            Containerize.Dockerfiles.DockerfileBuild options,
            string secret
        ) => options with { Secrets = options.Secrets.Add("token", () => Encoding.UTF8.GetBytes(secret)) };
    }

    private string[] Fetched() =>
        [
            .. _registry
                .Seen.Where(seen =>
                    seen.Method == "GET" && seen.Path.Contains("/blobs/sha256:", StringComparison.Ordinal)
                )
                .Select(seen => seen.Path.Split('/')[^1]),
        ];
}
