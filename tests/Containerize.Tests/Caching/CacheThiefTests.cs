using System.Security.Cryptography;
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
    private const int Kinds = 2;

    // What the thief makes of a byte of each file; a byte is never half written.
    private static readonly byte[] Versions = [(byte)'A', (byte)'B'];

    [Fact]
    public async Task Of_two_hundred_publishes_with_kills_and_a_thief_none_makes_a_wrong_image()
    {
        var folder = machine.Folder.Create("thief");
        await using var registry = await DockerRegistry.StartAsync(machine.Folder.Create("thief-registry"));
        var work = new Work(folder, registry.Address);
        using var attacker = new RegistryAttacker(registry.Address);

        // Every state of the two files of a kind, each published by itself and without a cache.
        var expected = new Dictionary<(int Kind, byte App, byte Shared), Outcome>();
        foreach (var state in Work.States)
        {
            work.Set(state);
            expected[state] = (
                await work.RunAsync(state.Kind, FormattableString.Invariant($"plain{expected.Count}"), null, [])
            ).Succeeded();
        }

        // What the thief steals the names of: an image of each kind in its own place, with a layer replaced.
        for (var kind = 0; kind < Kinds; kind++)
        {
            (
                await work.RunAsync(kind, FormattableString.Invariant($"seed{kind}"), null, [], work.Name(kind, "seed"))
            ).Succeeded();
            await attacker.ReplaceLayerAsync(Work.Repository(kind), "seed", layer: 0, Work.Repository(kind), "evil");
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
                        number % Kinds,
                        FormattableString.Invariant($"run{number}"),
                        number % 4 < Kinds ? null : TimeSpan.FromMilliseconds(100 * (number % 97)),
                        [work.Name((number + 1) % Kinds, "evil"), work.Name(number % Kinds, "latest")],
                        work.Name(number % Kinds, "latest"),
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
                    expected.Where(pair => pair.Key.Kind == number % Kinds).Select(pair => pair.Value.Tarball)
                );
        }

        Assert.Contains(runs, run => run.Tarball is not null);
        Assert.Contains(runs, run => run.IsKilled);
        Assert.Empty(work.DamagedBlobs());

        // The thief is gone, and what it left in the cache and under the tags is not believed.
        foreach (var (state, plain) in expected)
        {
            work.Set(state);
            var name = work.Name(state.Kind, "latest");
            await attacker.ReplaceLayerAsync(
                Work.Repository(state.Kind),
                "seed",
                layer: 0,
                Work.Repository(state.Kind),
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
            for (var kind = 0; kind < Kinds; kind++)
                await attacker.ReplaceLayerAsync(
                    Work.Repository(kind),
                    "seed",
                    layer: 0,
                    Work.Repository(kind),
                    "latest"
                );
            await Task.Delay(200, CancellationToken.None);
        }
    }

    /// <summary>How a run ended.</summary>
    /// <param name="IsKilled">Whether it was killed before its end.</param>
    /// <param name="Digest">The digest that it printed; null when it made no image.</param>
    /// <param name="Tarball">The SHA-256 of the tarball; null when it made no image.</param>
    /// <param name="Errors">Its errors.</param>
    private sealed record Outcome(bool IsKilled, string? Digest, string? Tarball, string Errors)
    {
        public Outcome Succeeded()
        {
            Assert.True(Tarball is not null, Errors);
            return this;
        }
    }

    private sealed class Work
    {
        private readonly string _folder;
        private readonly string _registry;

        public Work(string folder, string registry)
        {
            (_folder, _registry) = (folder, registry);
            var random = new Random(21);
            foreach (var kind in Enumerable.Range(0, Kinds))
            {
                Directory.CreateDirectory(PublishFolder(kind));
                foreach (var (file, size) in new[] { ("app.dll", 300_000), ("shared.dll", 600_000) })
                {
                    var bytes = new byte[size];
                    random.NextBytes(bytes.AsSpan(0, size / 2));
                    File.WriteAllBytes(Path.Combine(PublishFolder(kind), file), bytes);
                }
            }
        }

        public static IEnumerable<(int Kind, byte App, byte Shared)> States =>
            from kind in Enumerable.Range(0, Kinds)
            from app in Versions
            from shared in Versions
            select (kind, app, shared);

        public string Cache => Path.Combine(_folder, "cache");

        public static string Repository(int kind) => FormattableString.Invariant($"thief/kind{kind}");

        public string Name(int kind, string tag) => $"{_registry}/{Repository(kind)}:{tag}";

        public void Set((int Kind, byte App, byte Shared) state)
        {
            WriteByte(state.Kind, "app.dll", state.App);
            WriteByte(state.Kind, "shared.dll", state.Shared);
        }

        public void Rewrite(CancellationToken end)
        {
            for (var random = new Random(22); !end.IsCancellationRequested; Thread.Sleep(1))
                WriteByte(
                    random.Next(Kinds),
                    random.Next(2) == 0 ? "app.dll" : "shared.dll",
                    Versions[random.Next(Versions.Length)]
                );
        }

        public IEnumerable<string> DamagedBlobs() =>
            Directory.GetFiles(Path.Combine(Cache, "blobs/sha256")).Where(file => Path.GetFileName(file) != Hash(file));

        /// <summary>Publishes once, in a process of its own.</summary>
        public async Task<Outcome> RunAsync(
            int kind,
            string run,
            TimeSpan? killAfter,
            string[] reuse,
            string? name = null,
            string? cache = null
        )
        {
            var tarball = Path.Combine(_folder, run + ".tar");
            string[] arguments =
            [
                Path.Combine(AppContext.BaseDirectory, "Containerize.Runner.dll"),
                PublishFolder(kind),
                Path.Combine(_folder, "obj", run),
                tarball,
                .. name is null
                    ? Array.Empty<string>()
                    : [cache ?? Path.Combine(_folder, "cache-of-" + run), name, .. reuse],
            ];
            using var process = Shell.Start(
                new("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
            );
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            if (
                killAfter is { } time
                && await Task.WhenAny(process.WaitForExitAsync(), Task.Delay(time)) is not null
                && !process.HasExited
            )
                process.Kill();
            await process.WaitForExitAsync();
            return process.ExitCode switch
            {
                0 => new Outcome(false, (await output).Trim(), Hash(tarball), ""),
                1 => new Outcome(false, null, null, await errors),
                _ => killAfter is null
                    ? throw new InvalidOperationException($"{run} ended with {process.ExitCode}: {await errors}")
                    : new Outcome(true, null, null, ""),
            };
        }

        private string PublishFolder(int kind) => Path.Combine(_folder, FormattableString.Invariant($"publish{kind}"));

        private void WriteByte(int kind, string file, byte value)
        {
            using var stream = new FileStream(
                Path.Combine(PublishFolder(kind), file),
                FileMode.Open,
                FileAccess.Write,
                FileShare.ReadWrite,
                bufferSize: 1
            );
            stream.Position = 1000;
            stream.WriteByte(value);
        }

        private static string Hash(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));
    }
}
