using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using Containerize.Caching;
using Containerize.Diagnostics;
using Containerize.Dockerfiles.Execution.Changes;
using Containerize.Dockerfiles.Execution.Sandboxing;
using Containerize.FileSystems;
using Containerize.Images;

namespace Containerize.Dockerfiles.Execution.Snapshots;

/// <summary>
/// Layers unpacked into folders, each once and for all builds, to be laid over each other by the kernel. A folder is
/// named after its layer and all below it (image-spec, config.md, "Layer ChainID"), since a layer says nothing of
/// folders that it only puts files into. It appears under its name whole or not at all, after the layer's digest was
/// found to be right.
/// </summary>
/// <param name="folder">The absolute path of the folder for them.</param>
/// <param name="sandbox">Unpacks, with the right to give files to any user of a container.</param>
/// <param name="hasDevices">Whether devices can be made.</param>
internal sealed class LayerSnapshots(string folder, Sandbox sandbox, bool hasDevices)
{
    private const string Unpack =
        "umask 0 && exec tar --extract --file=- --numeric-owner --same-owner --preserve-permissions "
        + "--delay-directory-restore --xattrs --xattrs-include='*' --directory=\"$1\"";

    private readonly ConcurrentDictionary<string, Lazy<Task>> _unpacking = new(StringComparer.Ordinal);

    /// <summary>The folder of each layer, unpacked where it is not there yet.</summary>
    /// <exception cref="ContainerizeException">CTZ0143 when one cannot be unpacked; the codes of the layer.</exception>
    public async Task<SnapshotLease> HoldAsync(
        ImmutableArray<Layer> layers,
        ImageFileSystemCache views,
        CancellationToken cancellationToken
    )
    {
        TmpfsFolder.Create(folder);
        var held = new SnapshotLease();
        try
        {
            for (var count = 1; count <= layers.Length; count++)
            {
                var upTo = layers[..count];
                var path = PathOf(upTo);
                held.Add(
                    path,
                    await DirectoryLease.ShareAsync(path, TimeProvider.System, cancellationToken).ConfigureAwait(false)
                );
                if (!Directory.Exists(path))
                    await OnceAsync(path, () => UnpackLastAsync(upTo, views, path, cancellationToken))
                        .ConfigureAwait(false);
            }

            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Takes the folder that a command changed for the unpacked layer that was made of the changes, which saves
    /// unpacking it for the next command. Where it turns out to be otherwise than the layer, nothing is taken.
    /// </summary>
    /// <param name="layers">The layers that the command saw, and its own.</param>
    /// <param name="upper">The absolute path of the folder, as overlayfs left it.</param>
    /// <param name="difference">What of it is otherwise than in the layer.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task AdoptAsync(
        ImmutableArray<Layer> layers,
        string upper,
        UpperdirCleanup difference,
        CancellationToken cancellationToken
    )
    {
        var path = PathOf(layers);
        if (Directory.Exists(path))
            return;
        using var held = await DirectoryLease
            .ShareAsync(path, TimeProvider.System, cancellationToken)
            .ConfigureAwait(false);
        var result = await sandbox.RunAsync(difference.Script(upper), cancellationToken).ConfigureAwait(false);
        if (result.ExitCode == 0)
            TryMove(upper, path);
    }

    /// <summary>Unpacks the files of an image into a folder that is there and empty.</summary>
    /// <exception cref="ContainerizeException">CTZ0143 when they cannot be.</exception>
    public Task UnpackAllAsync(ImageFiles files, string path, CancellationToken cancellationToken) =>
        UnpackAsync(
            sandbox,
            path,
            (stream, token) => NormalizedTar.WriteAsync(files, null, [], hasDevices, stream, token),
            "The image",
            cancellationToken
        );

    private async Task UnpackLastAsync(
        ImmutableArray<Layer> layers,
        ImageFileSystemCache views,
        string path,
        CancellationToken cancellationToken
    )
    {
        var lower = await views.OfAsync(layers[..^1], cancellationToken).ConfigureAwait(false);
        var (files, gone) = ImageFiles.Step(
            layers[^1],
            await views.ListAsync(layers[^1], cancellationToken).ConfigureAwait(false),
            lower
        );
        var temporary = TransientFolder.Create(folder, sandbox);
        await using (temporary.ConfigureAwait(false))
        {
            // The user who mounts an image may not be its owner.
            var root = Directory.CreateDirectory(Path.Combine(temporary.Path, "layer")).FullName;
            await UnpackAsync(
                    sandbox,
                    root,
                    (stream, token) => NormalizedTar.WriteAsync(files, lower, gone, hasDevices, stream, token),
                    $"The layer {layers[^1].Blob.Descriptor.Digest}",
                    cancellationToken
                )
                .ConfigureAwait(false);
            // Another process may be faster, with the same files.
            if (!TryMove(root, path) && !Directory.Exists(path))
                throw new ContainerizeException(
                    DiagnosticTable.RunnerFailed,
                    $"The layer {layers[^1].Blob.Descriptor.Digest} cannot be unpacked into '{path}': the "
                        + "folder takes no file of that name. RUN needs a file system of Linux with room enough."
                );
        }
    }

    private static bool TryMove(string from, string to)
    {
        try
        {
            Directory.Move(from, to);
            return true;
        }
        catch (Exception exception) when (CacheFolder.IsFault(exception))
        {
            return false;
        }
    }

    /// <summary>Unpacks a tar of ours into a folder.</summary>
    /// <exception cref="ContainerizeException">CTZ0143 when it cannot be.</exception>
    private static async Task UnpackAsync(
        Sandbox sandbox,
        string path,
        Func<Stream, CancellationToken, Task> write,
        string what,
        CancellationToken cancellationToken
    )
    {
        var result = await sandbox
            .RunAsync(new SandboxScript(Unpack, [path]) { Input = write }, cancellationToken)
            .ConfigureAwait(false);
        if (result.ExitCode != 0)
            throw FullDisk.OfProgram($"{what} cannot be unpacked into '{path}'", result.Errors)
                ?? new ContainerizeException(
                    DiagnosticTable.RunnerFailed,
                    $"{what} cannot be unpacked into '{path}': tar ended with {result.ExitCode} and wrote: "
                        + $"{result.Errors.Trim()}. RUN needs GNU tar and a file system of Linux with room enough."
                );
    }

    // Two stages may stand on one base and ask at once.
    private async Task OnceAsync(string path, Func<Task> make)
    {
        try
        {
            await _unpacking.GetOrAdd(path, _ => new Lazy<Task>(make)).Value.ConfigureAwait(false);
        }
        finally
        {
            _unpacking.TryRemove(path, out _);
        }
    }

    private string PathOf(ImmutableArray<Layer> layers) => Path.Combine(folder, ChainId(layers));

    private static string ChainId(ImmutableArray<Layer> layers) =>
        layers
            .Select(layer => layer.DiffId)
            .Aggregate((lower, upper) => Digest.Of(Encoding.ASCII.GetBytes($"{lower} {upper}")))
            .Hex;
}
