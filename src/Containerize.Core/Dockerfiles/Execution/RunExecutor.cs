using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Containerize.Diagnostics;
using Containerize.Dockerfiles.Execution.Changes;
using Containerize.Dockerfiles.Execution.Mounts;
using Containerize.Dockerfiles.Execution.Requests;
using Containerize.Dockerfiles.Execution.Sandboxing;
using Containerize.Dockerfiles.Execution.Snapshots;
using Containerize.Entries;
using Containerize.FileSystems;

namespace Containerize.Dockerfiles.Execution;

/// <summary>
/// Executes <c>RUN</c> with what a Linux machine has: the layers laid over each other by the kernel, the command in an
/// OCI runtime or in namespaces of <c>unshare</c>, as root or as an ordinary user. Nothing of it outlives this process.
/// </summary>
public sealed class RunExecutor : IRunExecutor
{
    private readonly Sandbox _sandbox;
    private readonly LayerSnapshots _layers;
    private readonly string _folder;
    private readonly Lazy<Task> _swept;
    private RunnerMachine _machine;
    private int _warnings;

    /// <summary>A runner on a machine. Where something is missing there, commands end with CTZ0142.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="layerFolder">
    /// The absolute path of the folder in which unpacked layers are kept from build to build; commands run there, too,
    /// so that what they leave can become an unpacked layer.
    /// </param>
    public RunExecutor(RunnerMachine machine, string layerFolder)
    {
        _machine = machine;
        _sandbox = new Sandbox(machine);
        // An ordinary user's files have other numbers on the disk.
        _folder = Path.Combine(
            layerFolder,
            machine.IsRoot ? "root" : FormattableString.Invariant($"user-{machine.Identity.UserId}")
        );
        _layers = new LayerSnapshots(_folder, _sandbox, machine.IsRoot);
        _swept = new Lazy<Task>(() => TransientFolder.SweepAsync(_folder, _sandbox));
    }

    /// <inheritdoc/>
    public async Task<RunChanges> RunAsync(RunRequest request, CancellationToken cancellationToken)
    {
        if (!_machine.Missing.IsEmpty)
            throw new ContainerizeException(
                DiagnosticTable.RunnerMissing,
                $"{request.Where}: nothing here can execute it. Missing: "
                    + $"{string.Join("; ", _machine.Missing)}. {Sandbox.Advice}"
            );
        request = request with { Views = request.Views ?? new ImageFileSystemCache(null, TimeProvider.System) };
        var files = await request.Views.OfAsync(request.State.Layers, cancellationToken).ConfigureAwait(false);
        CommandChecks.Check(request, files);
        var user = RunUser.Find(
            request.User,
            await files.ReadAccountsAsync(cancellationToken).ConfigureAwait(false),
            request.Where
        );
        await _swept.Value.ConfigureAwait(false);
        await TransientFolder.SweepAsync(request.CacheMountFolder, _sandbox).ConfigureAwait(false);
        while (true)
        {
            var machine = _machine;
            var folder = TransientFolder.Create(_folder, _sandbox);
            try
            {
                if (
                    await RunAsync(request, files, user, machine, folder, cancellationToken).ConfigureAwait(false) is
                    { } changes
                )
                    return changes;
            }
            catch (OwnNetworkException exception)
            {
                await folder.DisposeAsync().ConfigureAwait(false);
                // A cancelled command looks like a network that cannot be made; other commands keep theirs.
                cancellationToken.ThrowIfCancellationRequested();
                _machine = machine with { NetworkProgram = null, NetworkMissing = exception.Message };
                continue;
            }
            catch (Exception exception)
                when (exception is IOException or UnauthorizedAccessException && !FullDisk.Is(exception))
            {
                await folder.DisposeAsync().ConfigureAwait(false);
                throw new ContainerizeException(
                    DiagnosticTable.RunnerFailed,
                    $"{request.Where}: files of the command cannot be kept in '{_folder}': "
                        + $"{exception.Message.TrimEnd('.')}. Make room there, or name another folder with "
                        + "--cache-dir (in a project ContainerCacheDirectory).",
                    exception
                );
            }
            catch
            {
                await folder.DisposeAsync().ConfigureAwait(false);
                throw;
            }

            await folder.DisposeAsync().ConfigureAwait(false);
            _machine = machine with { UsesOverlay = false };
        }
    }

    // Null when the kernel does not lay folders over each other here.
    private async Task<RunChanges?> RunAsync(
        RunRequest request,
        ImageFiles files,
        RunUser user,
        RunnerMachine machine,
        TransientFolder transient,
        CancellationToken cancellationToken
    )
    {
        var folder = transient.Path;
        foreach (var name in new[] { "root", "upper", "work", RunnerMounts.TmpfsFolder })
            Directory.CreateDirectory(Path.Combine(folder, name));
        CommandSetup.SetRootMode(files, Path.Combine(folder, "upper"), Path.Combine(folder, "root"));
        var network = NetworkOf(request, machine);
        using var mounts = new RunnerMounts(request, files, folder, _layers, machine, network);
        await mounts.PrepareAsync(cancellationToken).ConfigureAwait(false);
        using var layers = machine.UsesOverlay
            ? await _layers.HoldAsync(request.State.Layers, request.Views!, cancellationToken).ConfigureAwait(false)
            : null;
        if (layers is null)
            await _layers.UnpackAllAsync(files, Path.Combine(folder, "root"), cancellationToken).ConfigureAwait(false);
        var lower = layers is null
            ? (ImmutableArray<string>?)null
            : OverlayMount.Link(CommandSetup.Lowest(layers.Folders, folder), folder, "lower");

        var run = CommandSetup.Of(request, files, user, network, mounts.Mounts);
        var privateFiles = mounts
            .PrivateFiles.Append(
                machine.Runtime is null
                    ? new TmpfsFile(
                        RunScript.Launcher,
                        CommandLauncher.Write(run, RuntimeInformation.OSArchitecture),
                        FileKind.ExecutableMode
                    )
                    : new TmpfsFile("config.json", RuntimeConfig.Write(run, folder, machine.IsRoot), FileKind.PlainMode)
            )
            .ToList();
        var lines = new RedactingLineReader(
            request.Output,
            request.Mounts.OfType<SecretMount>().Select(secret => secret.Content)
        );
        var result = await _sandbox
            .RunAsync(
                new SandboxScript(RunScript.Begin, new RunScript(machine, folder, run).Words(lower, mounts.Steps))
                {
                    IsIsolated = true,
                    Network = run.Network,
                    Input = (stream, _) =>
                        Task.Run(() => TmpfsFile.WriteAll(privateFiles, stream), CancellationToken.None),
                    Output = lines.ReadAsync,
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        if (File.Exists(Path.Combine(folder, RunScript.NoOverlay)))
            return null;
        if (result.ExitCode != 0)
            await new Emulation(machine, request, files)
                .CheckAsync(Path.Combine(folder, "program"), cancellationToken)
                .ConfigureAwait(false);
        CommandEnd.Check(request, result, lines, folder);
        return await ReadAsync(request, files, run, machine, transient, cancellationToken).ConfigureAwait(false);
    }

    private async Task<RunChanges> ReadAsync(
        RunRequest request,
        ImageFiles files,
        SandboxRun run,
        RunnerMachine machine,
        TransientFolder folder,
        CancellationToken cancellationToken
    )
    {
        var changed = Path.Combine(folder.Path, machine.UsesOverlay ? "upper" : "root");
        var (tar, errors) = await ChangesArchive
            .PackAsync(_sandbox, changed, Path.Combine(folder.Path, "changes.tar"), cancellationToken)
            .ConfigureAwait(false);
        try
        {
            var read = new UpperdirReader(
                tar.SafeFileHandle,
                machine.UsesOverlay ? request.Time : DateTimeOffset.MaxValue
            );
            var all = read.Read(cancellationToken);
            var entries = MountPoints.Remove(
                machine.UsesOverlay ? all : TreeDiff.Changes(files, all, request.Time),
                files,
                [.. SystemPaths.Folders.Select(ContainerPath.Parse), .. run.Mounts.Select(mount => mount.Target)]
            );
            // Where tar had something to say, a socket for one, there is more than it packed.
            var difference =
                machine.UsesOverlay && errors.Length == 0 ? UpperdirCleanup.Of(read, all, entries, request.Time) : null;
            return new RunChanges(entries)
            {
                Keeping = difference is null
                    ? (_, _) => Task.CompletedTask
                    : (layer, token) => _layers.AdoptAsync(request.State.Layers.Add(layer), changed, difference, token),
                Ending = async () =>
                {
                    await tar.DisposeAsync().ConfigureAwait(false);
                    await folder.DisposeAsync().ConfigureAwait(false);
                },
            };
        }
        catch
        {
            await tar.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private SandboxNetwork NetworkOf(RunRequest request, RunnerMachine machine)
    {
        if (request.Network != NetworkMode.Default)
            return request.Network == NetworkMode.None ? SandboxNetwork.None : SandboxNetwork.Host;
        if (machine.NetworkProgram is not null)
            return SandboxNetwork.Own;
        if (Interlocked.Increment(ref _warnings) == 1)
            request.Warning(
                "RUN has the network of this machine, its loopback and its abstract sockets, for it gets none "
                    + $"of its own here: {machine.NetworkMissing}. Make slirp4netns work, take the network away with "
                    + "--network=none, or say --network=host."
            );
        return SandboxNetwork.Host;
    }
}
