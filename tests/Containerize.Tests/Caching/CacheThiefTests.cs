using Containerize.TestKit.Servers;
using Containerize.TestKit.Tools;
using Containerize.Tests.Tools;

namespace Containerize.Tests.Caching;

/// <summary>
/// Two hundred publishes at once over one cache, each a process of its own, half of them killed at some moment.
/// Meanwhile a thief changes published files in place and puts other images under the tags that are pushed and mounted
/// from. No image may be another than one of those that the files stand for.
/// </summary>
public sealed class CacheThiefTests(Machine machine)
{
    private const int Publishes = 200;

    [Fact]
    public async Task Of_two_hundred_publishes_with_kills_and_a_thief_none_makes_a_wrong_image()
    {
        var folder = machine.Folder.Create("thief");
        await using var registry = await DockerRegistry.StartAsync(machine.Folder.Create("thief-registry"));
        var work = new CacheThiefWork(folder, registry.Address);
        using var attacker = new RegistryAttacker(registry.Address);

        // Every state of the two files of a kind, each published by itself and without a cache.
        var expected = new Dictionary<(int Kind, byte App, byte Shared), CacheThiefOutcome>();
        foreach (var state in CacheThiefWork.States)
        {
            work.Set(state);
            expected[state] = (
                await work.RunAsync(state.Kind, FormattableString.Invariant($"plain{expected.Count}"), null, [])
            ).Succeeded();
        }

        // What the thief steals the names of: an image of each kind in its own place, with a layer replaced.
        for (var kind = 0; kind < CacheThiefWork.Kinds; kind++)
        {
            (
                await work.RunAsync(kind, FormattableString.Invariant($"seed{kind}"), null, [], work.Name(kind, "seed"))
            ).Succeeded();
            await attacker.ReplaceLayerAsync(
                CacheThiefWork.Repository(kind),
                "seed",
                layer: 0,
                CacheThiefWork.Repository(kind),
                "evil"
            );
        }

        using var end = new CancellationTokenSource();
        var thieves = new[]
        {
            Task.Run(() => work.Rewrite(end.Token), TestContext.Current.CancellationToken),
            Task.Run(() => StealTagsAsync(attacker, end.Token), TestContext.Current.CancellationToken),
        };
        var runs = await Task.WhenAll(
            Enumerable
                .Range(0, Publishes)
                .Select(number =>
                    work.RunAsync(
                        number % CacheThiefWork.Kinds,
                        FormattableString.Invariant($"run{number}"),
                        number % 4 < CacheThiefWork.Kinds ? null : TimeSpan.FromMilliseconds(100 * (number % 97)),
                        [
                            work.Name((number + 1) % CacheThiefWork.Kinds, "evil"),
                            work.Name(number % CacheThiefWork.Kinds, "latest"),
                        ],
                        work.Name(number % CacheThiefWork.Kinds, "latest"),
                        work.Cache
                    )
                )
        );
        await end.CancelAsync();
        await Task.WhenAll(thieves);

        foreach (
            var (outcome, number) in runs.Select((outcome, number) => (outcome, number))
                .Where(run => !run.outcome.IsKilled)
        )
        {
            // A file that changed while it was packed ends a run. So does the registry, whose files are read while
            // other processes write them: it refuses manifests for a moment then.
            if (outcome.Tarball is null)
                Assert.Matches("^CTZ00(12|31): ", outcome.Errors);
            else
                Assert.Contains(
                    outcome.Tarball,
                    expected
                        .Where(pair => pair.Key.Kind == number % CacheThiefWork.Kinds)
                        .Select(pair => pair.Value.Tarball)
                );
        }

        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{runs.Count(run => run.Tarball is not null)} made, {runs.Count(run => run.IsKilled)} killed, the "
                + "others refused"
        );
        Assert.Contains(runs, run => run.Tarball is not null);
        Assert.Contains(runs, run => run.IsKilled);
        Assert.Empty(work.DamagedBlobs());

        // The thief is gone, and what it left in the cache and under the tags is not believed.
        foreach (var (state, plain) in expected)
        {
            work.Set(state);
            var name = work.Name(state.Kind, "latest");
            await attacker.ReplaceLayerAsync(
                CacheThiefWork.Repository(state.Kind),
                "seed",
                layer: 0,
                CacheThiefWork.Repository(state.Kind),
                "latest"
            );
            var again = (
                await work.RunAsync(state.Kind, "again", null, [work.Name(state.Kind, "evil")], name, work.Cache)
            ).Succeeded();
            Assert.Equal((plain.Digest, plain.Tarball), (again.Digest, again.Tarball));
            Assert.Equal(plain.Digest, await Skopeo.DigestAsync($"docker://{name}"));
            await Skopeo.CopyAsync($"docker://{name}", $"oci:{machine.Folder.Create("thief-copy")}:1");
        }
    }

    private static async Task StealTagsAsync(RegistryAttacker attacker, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            try
            {
                for (var kind = 0; kind < CacheThiefWork.Kinds; kind++)
                    await attacker.ReplaceLayerAsync(
                        CacheThiefWork.Repository(kind),
                        "seed",
                        layer: 0,
                        CacheThiefWork.Repository(kind),
                        "latest"
                    );
            }
            catch (HttpRequestException)
            {
                // For a moment the registry refuses what many write at once; the thief comes again.
            }

            await Task.Delay(200, CancellationToken.None);
        }
    }
}
