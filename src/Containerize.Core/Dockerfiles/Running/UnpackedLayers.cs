using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using Containerize.Diagnostics;
using Containerize.FileSystems;
using Containerize.Images;

namespace Containerize.Dockerfiles.Running;

/// <summary>
/// Layers unpacked into folders, each once and for all builds, to be laid over each other by the kernel. A folder is named after its layer
/// and all below it (image-spec, config.md, "Layer ChainID"), since a layer says nothing of folders that it only puts files into. It
/// appears under its name whole or not at all, after the layer's digest was found to be right.
/// </summary>
/// <param name="folder">The absolute path of the folder for them.</param>
/// <param name="sandbox">Unpacks, as who may give files to any user of a container.</param>
/// <param name="hasDevices">Whether devices can be made.</param>
internal sealed class UnpackedLayers(string folder, Sandbox sandbox, bool hasDevices)
{
    private const string Unpack = "umask 0 && exec tar --extract --file=- --numeric-owner --same-owner --preserve-permissions --delay-directory-restore --xattrs --xattrs-include='*' --directory=";

    private readonly ConcurrentDictionary<string, Lazy<Task<string>>> _folders = new(StringComparer.Ordinal);

    /// <summary>The folder of each layer, lowest first, unpacked where it is not there yet.</summary>
    /// <exception cref="ContainerizeException">CTZ0143 when one cannot be unpacked; the codes of the layer.</exception>
    public async Task<ImmutableArray<string>> GetAsync(ImmutableArray<Layer> layers, FileViews views, CancellationToken cancellationToken)
    {
        var folders = ImmutableArray.CreateBuilder<string>();
        for (var count = 1; count <= layers.Length; count++)
        {
            var upTo = layers[..count];
            folders.Add(await Remember(_folders, ChainId(upTo), () => GetLastAsync(upTo, views, cancellationToken)).ConfigureAwait(false));
        }

        return folders.ToImmutable();
    }

    /// <summary>Unpacks the files of an image into a folder that is there and empty.</summary>
    /// <exception cref="ContainerizeException">CTZ0143 when they cannot be.</exception>
    public Task UnpackAllAsync(ImageFiles files, string path, CancellationToken cancellationToken) => UnpackAsync(sandbox, path,
        (stream, token) => FlatTar.WriteAsync(files, null, [], hasDevices, stream, token), "The image", cancellationToken);

    private async Task<string> GetLastAsync(ImmutableArray<Layer> layers, FileViews views, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, ChainId(layers));
        if (!Directory.Exists(path))
        {
            var lower = await views.OfAsync(layers[..^1], cancellationToken).ConfigureAwait(false);
            await UnpackAsync(layers[^1], await views.ListAsync(layers[^1], cancellationToken).ConfigureAwait(false), lower, path, cancellationToken).ConfigureAwait(false);
        }

        return path;
    }

    private async Task UnpackAsync(Layer layer, LayerListing listing, ImageFiles lower, string path, CancellationToken cancellationToken)
    {
        var (files, gone) = ImageFiles.Step(layer, listing, lower);
        PrivateFolder.Create(folder);
        var temporary = Path.Combine(folder, $".new-{Guid.NewGuid():N}");
        Directory.CreateDirectory(temporary);
        try
        {
            await UnpackAsync(sandbox, temporary, (stream, token) => FlatTar.WriteAsync(files, lower, gone, hasDevices, stream, token),
                $"The layer {layer.Blob.Descriptor.Digest}", cancellationToken).ConfigureAwait(false);
            try
            {
                Directory.Move(temporary, path);
            }
            catch (IOException) when (Directory.Exists(path))
            {
                // Another process was faster, with the same files.
            }
        }
        finally
        {
            if (Directory.Exists(temporary))
                await sandbox.RunAsync(new SandboxScript($"rm -rf -- {ShellText.Quote(temporary)}"), CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Unpacks a tar of ours into a folder.</summary>
    /// <exception cref="ContainerizeException">CTZ0143 when it cannot be.</exception>
    private static async Task UnpackAsync(Sandbox sandbox, string path, Func<Stream, CancellationToken, Task> write, string what, CancellationToken cancellationToken)
    {
        var result = await sandbox.RunAsync(new SandboxScript(Unpack + ShellText.Quote(path)) { Input = write }, cancellationToken).ConfigureAwait(false);
        if (result.ExitCode != 0)
            throw new ContainerizeException(DiagnosticTable.RunnerFailed,
                $"{what} cannot be unpacked into '{path}': tar ended with {result.ExitCode} and said: {result.Errors.Trim()}. RUN needs GNU tar and a file system of Linux with room enough.");
    }

    // Two stages may stand on one base and ask at once.
    private static async Task<T> Remember<T>(ConcurrentDictionary<string, Lazy<Task<T>>> known, string key, Func<Task<T>> make)
    {
        try
        {
            return await known.GetOrAdd(key, _ => new Lazy<Task<T>>(make)).Value.ConfigureAwait(false);
        }
        catch
        {
            known.TryRemove(key, out _);
            throw;
        }
    }

    private static string ChainId(ImmutableArray<Layer> layers) => layers.Select(layer => layer.DiffId)
        .Aggregate((lower, upper) => Digest.Of(Encoding.ASCII.GetBytes($"{lower} {upper}"))).Hex;
}
