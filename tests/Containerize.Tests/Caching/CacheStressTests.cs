using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Containerize.TestKit.Tools;

namespace Containerize.Tests.Caching;

/// <summary>
/// Twenty runs at once over one cache, each a process of its own, half of them killed at random moments, six times over
/// (CONTAINERIZE_TESTS_ROUNDS in the environment says another number).
/// Afterwards every file of the cache is what its name says, and every run that was not killed, and every later one,
/// has made exactly the tarball that a run without a cache makes.
/// </summary>
public sealed class CacheStressTests(Machine machine)
{
    private static readonly int Rounds = int.Parse(
        Environment.GetEnvironmentVariable("CONTAINERIZE_TESTS_ROUNDS") ?? "6",
        CultureInfo.InvariantCulture
    );
    private const int AtOnce = 20;
    private const int Kinds = 4;

    [Fact]
    public async Task Runs_that_are_killed_leave_a_cache_that_serves_the_others_and_so_does_whoever_harms_its_files()
    {
        var run = new Stress(machine.Folder.Create("stress"), seed: 11);
        for (var round = 0; round < Rounds; round++)
        {
            await run.RoundAsync(round, run.Harm);
            Assert.Empty(run.Damaged());
        }

        Assert.InRange(run.Killed, 1, Rounds * AtOnce / 2);
    }

    [Fact]
    public async Task So_does_a_cache_on_a_disk_that_is_full()
    {
        var folder = machine.Folder.Create("full");
        var cache = Directory.CreateDirectory(Path.Combine(folder, "cache")).FullName;
        await Shell.RunAsync("mount", "-t", "tmpfs", "-o", $"size={Rounds}m", "tmpfs", cache);
        try
        {
            var run = new Stress(folder, seed: 12);
            for (var round = 0; round < Rounds; round++)
            {
                await run.RoundAsync(round, () => { });
                Assert.Empty(run.Damaged());
            }

            Assert.InRange(new DriveInfo(cache).AvailableFreeSpace, 0, 4_000_000);
        }
        finally
        {
            await Shell.RunAsync("umount", cache);
        }
    }

    private sealed class Stress(string folder, int seed)
    {
        private readonly Random _random = new(seed);
        private readonly string _cache = Path.Combine(folder, "cache");

        public int Killed { get; private set; }

        public async Task RoundAsync(int round, Action harm)
        {
            // Half random, so that layers take time and space.
            for (var kind = 0; kind < Kinds; kind++)
                Write($"publish{kind}/app.dll", 1_200_000);
            if (round % 5 == 0)
                Write("publish0/shared.dll", 2_000_000);
            for (var kind = 1; kind < Kinds; kind++)
                File.Copy(
                    Path.Combine(folder, "publish0/shared.dll"),
                    Path.Combine(folder, $"publish{kind}/shared.dll"),
                    overwrite: true
                );
            var watch = Stopwatch.StartNew();
            var expected = await Task.WhenAll(
                Enumerable.Range(0, Kinds).Select(kind => RunAsync(kind, $"plain{kind}", null, null))
            );
            // Any moment of a run, which takes as much longer as there are more of them.
            var window = watch.Elapsed * AtOnce / Kinds;
            var runs = Enumerable
                .Range(0, AtOnce)
                .Select(number =>
                    (
                        Kind: number % Kinds,
                        Run: RunAsync(
                            number % Kinds,
                            $"run{number}",
                            _cache,
                            (number + number / Kinds) % 2 == 0 ? null : window * _random.NextDouble()
                        )
                    )
                )
                .ToArray();
            foreach (var (kind, run) in runs)
            {
                if (await run is { } tarball)
                    Assert.Equal(expected[kind], tarball);
                else
                    Killed++;
            }

            Assert.Empty(Damaged());
            await RunAgainAsync("later");
            harm();
            await RunAgainAsync("healed");

            async Task RunAgainAsync(string name)
            {
                for (var kind = 0; kind < Kinds; kind++)
                    Assert.Equal(expected[kind], await RunAsync(kind, $"{name}{kind}", _cache, null));
            }
        }

        /// <summary>The files of the cache whose names do not tell their content.</summary>
        public IEnumerable<string> Damaged() =>
            Blobs()
                .Where(file =>
                    Path.GetFileName(file) != Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))
                );

        /// <summary>Of the files that were used last cuts one short, changes a bit of another and takes a third
        /// away.</summary>
        public void Harm()
        {
            var files = Blobs().OrderByDescending(File.GetLastWriteTimeUtc).Take(Kinds + 1).ToArray();
            _random.Shuffle(files);
            using (var cut = File.OpenWrite(files[0]))
                cut.SetLength(cut.Length / 2);
            var bytes = File.ReadAllBytes(files[1]);
            bytes[_random.Next(bytes.Length)] ^= 1;
            File.WriteAllBytes(files[1], bytes);
            File.Delete(files[2]);
        }

        private string[] Blobs() => Directory.GetFiles(Path.Combine(_cache, "blobs/sha256"));

        // The SHA-256 of the tarball; null for a run that was killed.
        private async Task<string?> RunAsync(int kind, string name, string? cache, TimeSpan? killAfter)
        {
            var tarball = Path.Combine(folder, name + ".tar");
            File.Delete(tarball);
            string[] arguments =
            [
                Path.Combine(AppContext.BaseDirectory, "Containerize.Runner.dll"),
                Path.Combine(folder, $"publish{kind}"),
                Path.Combine(folder, "obj", name),
                tarball,
                .. cache is null ? Array.Empty<string>() : [cache],
            ];
            using var process = Shell.Start(
                new("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
            );
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            if (killAfter is { } time)
            {
                await Task.Delay(time);
                process.Kill();
            }

            await process.WaitForExitAsync();
            if (killAfter is not null && process.ExitCode != 0)
                return null;
            Assert.True(
                process.ExitCode == 0,
                FormattableString.Invariant($"{name} ended with {process.ExitCode}: {await output}{await errors}")
            );
            return Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(tarball)));
        }

        private void Write(string path, int size)
        {
            var bytes = new byte[size];
            _random.NextBytes(bytes.AsSpan(0, size / 2));
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, path))!);
            File.WriteAllBytes(Path.Combine(folder, path), bytes);
        }
    }
}
