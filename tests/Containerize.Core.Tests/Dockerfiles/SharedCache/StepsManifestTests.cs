using Containerize.Diagnostics;
using Containerize.Dockerfiles.SharedCache;
using Containerize.Images;
using Containerize.Layers;
using Containerize.TestKit.Images;
using Containerize.TestKit.Registries;

namespace Containerize.Core.Tests.Dockerfiles.SharedCache;

/// <summary>The document of a cache, its bounds, its writers and its name.</summary>
public sealed class StepsManifestTests
{
    private static readonly DateOnly Today = new(2026, 11, 30);

    [Fact]
    public void A_step_that_no_build_has_any_more_goes_after_sixty_days()
    {
        var steps = StepsManifest.None.With([Entry(1, 0)], false, Today)!;
        Assert.Null(steps.With([], false, Today.AddDays(StepsManifest.MostDays)));
        Assert.Empty(steps.With([], false, Today.AddDays(StepsManifest.MostDays + 1))!.Entries);
        // A build that has it keeps it.
        var used = steps.With([Entry(1, 40)], false, Today.AddDays(40))!;
        Assert.Null(used.With([], false, Today.AddDays(90)));
    }

    [Fact] // else two writers would take turns in throwing out each other's
    public void Of_too_many_all_writers_keep_the_same()
    {
        var (ours, theirs) = (
            Enumerable.Range(0, 700).Select(number => Entry(number, 0)).ToList(),
            Enumerable.Range(700, 700).Select(number => Entry(number, 0)).ToList()
        );
        var one = StepsManifest.None.With(ours, true, Today)!.With(theirs, true, Today)!;
        var other = StepsManifest.None.With(theirs, true, Today)!.With(ours, true, Today)!;
        Assert.Equal(StepsManifest.Most, one.Entries.Count);
        Assert.Equal(one.Entries.Keys, other.Entries.Keys);
        Assert.Null(one.With(ours, false, Today));
        Assert.Null(one.With(theirs, false, Today));
        // The oldest go first.
        var later = one.With([Entry(5_000, 1)], true, Today.AddDays(1))!;
        Assert.Contains(Entry(5_000, 1).Key, later.Entries.Keys);
        Assert.Equal(StepsManifest.Most, later.Entries.Count);
    }

    [Fact]
    public void A_day_to_come_is_today_for_the_next_build()
    {
        var steps = StepsManifest.None.With([Entry(1, 1), Entry(2, 100)], true, Today)!;
        Assert.Equal([Today, Today.AddDays(1)], steps.With([], true, Today)!.Entries.Values.Select(Used).Order());
        // A round that only adds changes nothing, or two clocks would take turns.
        Assert.Null(steps.With([], false, Today));

        static DateOnly Used(StepEntry entry) => entry.Used;
    }

    [Fact]
    public void A_result_replaces_another_only_where_it_is_to()
    {
        var first = StepsManifest.None.With([Entry(1, 0)], true, Today)!;
        var other = Entry(1, 0) with { Layer = null };
        Assert.Null(first.With([other], false, Today));
        Assert.Null(first.With([other], true, Today)!.Entries.Values.Single().Layer);
    }

    [Fact]
    public async Task The_same_steps_are_the_same_bytes_and_read_back()
    {
        var steps = StepsManifest.None.With([Entry(1, 0), Entry(2, 0) with { Layer = null }], true, Today)!;
        var artifact = steps.ToArtifact([]);
        Assert.Equal(artifact.Bytes.ToArray(), steps.ToArtifact([]).Bytes.ToArray());
        var (config, layers) = StepsManifest
            .ReadManifest(artifact.Bytes.ToArray(), MediaTypes.OciManifest, "it")!
            .Value;
        Assert.Equal(config, artifact.Blobs[0].Descriptor);
        var bytes = await TestImages.BytesAsync(artifact.Blobs[0]);
        Assert.Equal(steps.Entries.Values, StepsManifest.ReadConfig(bytes, layers, "it").Entries.Values);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_ten_writers_none_is_lost(bool hasVersions)
    {
        await using var registry = await TestRegistry.StartAsync(hasVersions: hasVersions);
        var cache = $"{registry.Authority}/team/app:cache";
        using var build = new TestBuild();
        var machines = Enumerable.Range(0, 10).Select(_ => new FleetMachine()).ToList();
        await Task.WhenAll(
            machines.Select((machine, i) => machine.BuildAsync(build, $"FROM scratch\nRUN {i}\n", to: cache))
        );
        using var reader = new FleetMachine();
        for (var i = 0; i < machines.Count; i++)
            await reader.BuildAsync(build, $"FROM scratch\nRUN {i}\n", from: cache);
        Assert.Empty(reader.Commands);
        machines.ForEach(machine => machine.Dispose());
    }

    [Fact] // 6 services of 5 machines each, all of them empty
    public async Task A_fleet_of_empty_machines_sends_each_layer_once()
    {
        await using var registry = await TestRegistry.StartAsync();
        using var build = new TestBuild().With("f", "f");
        for (var machine = 0; machine < 5; machine++)
        {
            for (var service = 0; service < 6; service++)
            {
                using var empty = new FleetMachine();
                await empty.BuildAsync(
                    build,
                    $"FROM scratch\nRUN install for all\nRUN install for {service}\nCOPY f /{service}\n",
                    from: $"{registry.Authority}/cache:steps",
                    to: $"{registry.Authority}/cache:steps",
                    push: new ImageReference(registry.Authority, $"service-{service}", $"{machine}")
                );
                Assert.Equal(
                    machine > 0 ? 0
                        : service > 0 ? 1
                        : 2,
                    empty.Commands.Count
                );
            }
        }

        var layers = registry
            .Blobs.Where(blob => blob.Value is [0x1F, 0x8B, ..])
            .Select(blob => blob.Key.Digest)
            .ToHashSet();
        var sent = registry
            .Seen.Where(seen =>
                seen.Method is "PUT" or "PATCH"
                && layers.Any(layer => seen.Query.Contains(layer[7..], StringComparison.Ordinal))
            )
            .Sum(seen => seen.Length ?? 0);
        var unique = layers.Sum(layer => registry.Blobs.First(blob => blob.Key.Digest == layer).Value.LongLength);
        Assert.InRange(sent, unique, unique * 105 / 100);
    }

    [Theory]
    [InlineData("registry.example/shop:cache", "registry.example/shop:cache Min False")]
    [InlineData("registry.example/shop:cache,mode=max", "registry.example/shop:cache Max False")]
    [InlineData(
        "type=registry,ref=registry.example/shop:cache,mode=max,ignore-error=true,oci-mediatypes=true,"
            + "image-manifest=true",
        "registry.example/shop:cache Max True"
    )]
    [InlineData("mode=min, ref=registry.example/shop:cache, type=registry", "registry.example/shop:cache Min False")]
    public void A_cache_is_named_as_for_docker_build(string text, string expected)
    {
        var address = CacheAddress.Parse(text, "--cache-to", isWritten: true);
        Assert.Equal(expected, $"{address} {address.Mode} {address.IgnoresErrors}");
    }

    [Theory]
    [InlineData(
        "registry.example:5000/shop",
        true,
        "CTZ0449",
        "Name a tag for the cache alone, 'registry.example:5000/shop:cache'"
    )]
    [InlineData(
        "type=registry,ref=shop,mode=max",
        true,
        "CTZ0449",
        "it means 'docker.io/library/shop:latest', which is an image"
    )]
    [InlineData("shop:cache,mod=max", true, "CTZ0449", "'mod' means nothing there. Did you mean 'mode=max'?")]
    [InlineData("shop:cache,mode=maxx", true, "CTZ0449", "Did you mean 'mode=max'?")]
    [InlineData("shop:cache,mdoe=all", true, "CTZ0449", "Did you mean 'mode=…'?")]
    [InlineData("shop:cache,ignore-errors=true", true, "CTZ0449", "Did you mean 'ignore-error=true'?")]
    [InlineData("reff=shop:cache", false, "CTZ0449", "Did you mean 'ref=…'?")]
    [InlineData("type=registri,ref=shop:cache", false, "CTZ0449", "Did you mean 'type=registry'?")]
    [InlineData("type=gha", true, "CTZ0455", "a cache of the type 'gha'")]
    [InlineData("type=local,src=x", false, "CTZ0455", "--cache-dir")]
    [InlineData("type=inline", true, "CTZ0455", "registry.example/shop:cache")]
    [InlineData("", true, "CTZ0449", "it is empty")]
    [InlineData("type=registry", true, "CTZ0449", "'ref' is missing")]
    [InlineData("shop:cache,mode=all", true, "CTZ0449", "'mode=all' means nothing")]
    [InlineData("shop:cache,mode=max", false, "CTZ0449", "'mode=max' means nothing")]
    [InlineData("shop:cache,max", true, "CTZ0449", "'max' has no '='. Did you mean 'mode=max'?")]
    [InlineData("shop:cache,ref=other", true, "CTZ0449", "'ref' is there twice")]
    [InlineData("shop:cache,compression=zstd", true, "CTZ0449", "'compression' means nothing")]
    [InlineData("shop:cache,secret_access_key=hunter2", true, "CTZ0449", "'secret_access_key' means nothing")]
    [InlineData("shop:cache,token=hunter2,max", true, "CTZ0449", "'token' means nothing")]
    [InlineData("type=s3,secret_access_key=hunter2", true, "CTZ0455", "a cache of the type 's3'")]
    [InlineData("secret_access_key=hunter2,type=s3\n\u001b[1m", true, "CTZ0455", "a cache of the type 's3")]
    [InlineData("Shop:cache", true, "CTZ0001", "repository")]
    public void Anything_else_is_refused(string text, bool isWritten, string code, string words)
    {
        var failure = Assert.Throws<ContainerizeException>(() => CacheAddress.Parse(text, "--cache-x", isWritten));
        Assert.Equal(code, failure.Diagnostic.Code);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(failure.Message, char.IsControl);
    }

    [Fact]
    public void A_cache_that_is_read_may_be_named_without_a_tag() =>
        Assert.Equal(
            "registry.example/shop:latest",
            CacheAddress.Parse("registry.example/shop", "--cache-from", isWritten: false).ToString()
        );

    [Theory]
    [InlineData("shop:v1", "docker.io/library/shop:v1", "such as 'docker.io/library/shop:cache'")]
    [InlineData("registry.example/shop:cache", "registry.example/shop:cache", "such as 'registry.example/shop:steps'")]
    [InlineData("registry.example/shop:latest", "registry.example/shop", "such as 'registry.example/shop:cache'")]
    public void A_cache_with_a_name_of_the_image_is_refused(string cache, string image, string words)
    {
        var address = CacheAddress.Parse(cache, "--cache-to", isWritten: true);
        var failure = Assert.Throws<ContainerizeException>(() =>
            CacheAddress.RefuseImages(
                [address],
                [ImageReference.Parse(image) with { Tag = TagOf(image) }],
                "--cache-to"
            )
        );
        Assert.Equal(DiagnosticTable.SharedCacheIsImage, failure.Diagnostic);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
        CacheAddress.RefuseImages([address], [ImageReference.Parse("shop:v2")], "--cache-to");

        static string? TagOf(string text) => text.Split('/')[^1].Split(':') is [_, var tag] ? tag : null;
    }

    [Fact]
    public void A_digest_is_no_cache() =>
        Assert.Contains(
            "name a tag",
            Assert
                .Throws<ContainerizeException>(() =>
                    CacheAddress.Parse($"shop@{Digest.Of("x"u8)}", "--cache-from", isWritten: false)
                )
                .Message,
            StringComparison.Ordinal
        );

    private static StepEntry Entry(int number, int day) =>
        new(
            Digest.Of(BitConverter.GetBytes(number)).Hex,
            Today.AddDays(day),
            new StepEntryLayer(
                Digest.Of([1, .. BitConverter.GetBytes(number)]),
                number,
                LayerEncoding.Default.Format,
                new Descriptor(MediaTypes.OciLayer + "+gzip", Digest.Of([2, .. BitConverter.GetBytes(number)]), 10)
            )
        );
}
