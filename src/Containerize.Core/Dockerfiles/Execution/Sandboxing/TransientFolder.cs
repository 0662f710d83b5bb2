using Containerize.Caching;

namespace Containerize.Dockerfiles.Execution.Sandboxing;

/// <summary>A folder that ends with what it is for, or with its process: what a killed build leaves of it, the next
/// build removes.</summary>
internal sealed class TransientFolder : IAsyncDisposable
{
    /// <summary>How the names of such folders begin.</summary>
    public const string Prefix = "run-";

    private const string LockExtension = ".lock";

    private readonly Sandbox _sandbox;
    private readonly FileStream _lock;

    private TransientFolder(string path, Sandbox sandbox)
    {
        Path = path;
        _sandbox = sandbox;
        // Before the folder, so that no process takes it for one that was left behind.
        _lock = new FileStream(
            path + LockExtension,
            FileMode.CreateNew,
            FileAccess.ReadWrite,
            FileShare.None,
            bufferSize: 1
        );
        TmpfsFolder.Create(path);
    }

    /// <summary>The absolute path.</summary>
    public string Path { get; }

    /// <summary>Makes one.</summary>
    /// <param name="parent">The absolute path of the folder to make it in.</param>
    /// <param name="sandbox">Removes it: some of it may belong to users of a container.</param>
    public static TransientFolder Create(string parent, Sandbox sandbox)
    {
        TmpfsFolder.Create(parent);
        return new TransientFolder(System.IO.Path.Combine(parent, $"{Prefix}{Guid.NewGuid():N}"), sandbox);
    }

    /// <summary>Removes what processes that are no more have left in a folder.</summary>
    public static async Task SweepAsync(string parent, Sandbox sandbox)
    {
        if (!Directory.Exists(parent))
            return;
        foreach (
            var path in Directory
                .GetFileSystemEntries(parent, Prefix + "*")
                .Select(WithoutExtension)
                .Distinct(StringComparer.Ordinal)
        )
        {
            if (TakeLock(path + LockExtension) is not { } held)
                continue;
            await using (held.ConfigureAwait(false))
                await RemoveAsync(path, sandbox).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await RemoveAsync(Path, _sandbox).ConfigureAwait(false);
        await _lock.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task RemoveAsync(string path, Sandbox sandbox)
    {
        if (Directory.Exists(path))
            await sandbox
                .RunAsync(new SandboxScript("rm -rf -- \"$1\"", [path]), CancellationToken.None)
                .ConfigureAwait(false);
        File.Delete(path + LockExtension);
    }

    private static string WithoutExtension(string path) =>
        path.EndsWith(LockExtension, StringComparison.Ordinal) ? path[..^LockExtension.Length] : path;

    private static FileStream? TakeLock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
        }
        catch (Exception exception) when (CacheFolder.IsFault(exception))
        {
            return null;
        }
    }
}
