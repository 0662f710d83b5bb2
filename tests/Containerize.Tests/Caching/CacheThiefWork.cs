using System.Security.Cryptography;
using Containerize.TestKit.Tools;

namespace Containerize.Tests.Caching;

internal sealed class CacheThiefWork
{
    public const int Kinds = 2;

    // What the thief makes of a byte of each file; a byte is never half written.
    public static readonly byte[] Versions = [(byte)'A', (byte)'B'];

    private readonly string _folder;
    private readonly string _registry;

    public CacheThiefWork(string folder, string registry)
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
    public async Task<CacheThiefOutcome> RunAsync(
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
            0 => new CacheThiefOutcome(false, (await output).Trim(), Hash(tarball), ""),
            1 => new CacheThiefOutcome(false, null, null, await errors),
            _ => killAfter is null
                ? throw new InvalidOperationException($"{run} ended with {process.ExitCode}: {await errors}")
                : new CacheThiefOutcome(true, null, null, ""),
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
