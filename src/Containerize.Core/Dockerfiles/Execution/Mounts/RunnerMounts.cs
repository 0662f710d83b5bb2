using System.Globalization;
using System.Text;
using Containerize.Caching;
using Containerize.Diagnostics;
using Containerize.Dockerfiles.Execution.Requests;
using Containerize.Dockerfiles.Execution.Sandboxing;
using Containerize.Dockerfiles.Execution.Snapshots;
using Containerize.Entries;
using Containerize.FileSystems;
using Containerize.Images;

namespace Containerize.Dockerfiles.Execution.Mounts;

/// <summary>Prepares what a command sees beside its image: where from, where to, and what the shell must do
/// before.</summary>
/// <param name="request">The command.</param>
/// <param name="files">The image's files.</param>
/// <param name="folder">The sandbox's folder.</param>
/// <param name="layers">The unpacked layers.</param>
/// <param name="machine">The machine.</param>
/// <param name="network">The network that the command has.</param>
internal sealed class RunnerMounts(
    RunRequest request,
    ImageFiles files,
    string folder,
    LayerSnapshots layers,
    RunnerMachine machine,
    SandboxNetwork network
) : IDisposable
{
    private readonly List<string> _steps = [];
    private readonly List<SandboxMount> _mounts = [];
    private readonly List<TmpfsFile> _private = [];
    private readonly List<IDisposable> _locks = [];

    /// <summary>Where the sandbox's private files are, below its folder.</summary>
    public const string TmpfsFolder = "private";

    /// <summary>What is done in the sandbox's folder before anything is mounted at its target: steps of
    /// <see cref="RunScript"/>.</summary>
    public IReadOnlyList<string> Steps => _steps;

    /// <summary>The mounts, in order.</summary>
    public IReadOnlyList<SandboxMount> Mounts => _mounts;

    /// <summary>The files that only lie in memory.</summary>
    public IReadOnlyList<TmpfsFile> PrivateFiles => _private;

    /// <summary>Prepares all of them.</summary>
    /// <exception cref="ContainerizeException">CTZ0146 for what cannot be mounted.</exception>
    /// <exception cref="OwnNetworkException">No name server can be reached from a network of the command's
    /// own.</exception>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        AddText("/etc/resolv.conf", ResolvConf());
        AddText("/etc/hosts", Hosts());
        foreach (var mount in request.Mounts)
        {
            if (mount is SecretMount { Target.Length: 0 })
                continue;
            var target = Target(mount);
            switch (mount)
            {
                case BindMount { Image: { } image } bind:
                    await BindAsync(bind, image, target, cancellationToken).ConfigureAwait(false);
                    break;
                case BindMount bind:
                    Bind(ContextPath.Resolve(bind, request.Where), bind.IsWritable, target);
                    break;
                case CacheMount cache:
                    await CacheAsync(cache, target, cancellationToken).ConfigureAwait(false);
                    break;
                case TmpfsMount tmpfs:
                    _mounts.Add(new SandboxMount("", target, IsFolder: true) { MemorySize = tmpfs.Size ?? 0 });
                    break;
                case SecretMount secret:
                    AddPrivate(secret.Content, secret.Mode, secret.Uid, secret.Gid, target);
                    break;
                case FileMount file:
                    AddPrivate(file.Content, file.Mode, 0, 0, target);
                    break;
                case SshMount ssh:
                    AddAgent(ssh, target);
                    break;
                default:
                    throw new InvalidOperationException(mount.GetType().Name);
            }
        }
    }

    public void Dispose() => _locks.ForEach(held => held.Dispose());

    private ContainerPath Target(RunMount mount)
    {
        var target = files.Follow(ContainerPath.Parse(mount.Target));
        // A runtime makes files in them after everything is mounted, and would make them in what is mounted over them.
        if (
            target == ContainerPath.Root
            || SystemPaths.Folders.Contains(target.Text)
            || IsBelow(target, "/proc")
            || IsBelow(target, "/sys")
        )
            throw new ContainerizeException(
                DiagnosticTable.RunMountInvalid,
                $"{request.Where}: nothing can be mounted at '{target}', which is the root of the image or "
                    + "belongs to the kernel. Give the mount another target."
            );
        return target;

        static bool IsBelow(ContainerPath path, string folder) =>
            path.Text.StartsWith(folder + "/", StringComparison.Ordinal);
    }

    private void AddText(string target, string text) =>
        AddPrivate(Encoding.UTF8.GetBytes(text), FileKind.PlainMode, 0, 0, files.Follow(ContainerPath.Parse(target)));

    private void AddPrivate(ReadOnlyMemory<byte> content, int mode, int uid, int gid, ContainerPath target)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"file-{_private.Count}");
        _private.Add(new TmpfsFile(name, content, mode, uid, gid));
        _mounts.Add(new SandboxMount($"{TmpfsFolder}/{name}", target, IsFolder: false) { IsReadOnly = true });
    }

    private void AddAgent(SshMount ssh, ContainerPath target)
    {
        if (!File.Exists(ssh.Socket))
            throw new ContainerizeException(
                DiagnosticTable.RunMountInvalid,
                $"{request.Where}: there is no socket '{ssh.Socket}', which --ssh names. Start the agent, or "
                    + "name its socket: --ssh ID=SOCKET."
            );
        var name = string.Create(CultureInfo.InvariantCulture, $"agent-{_mounts.Count}");
        _locks.Add(AgentSocket.Listen(folder, name, ssh.Socket, ssh.Mode));
        _steps.AddRange(["owner", string.Create(CultureInfo.InvariantCulture, $"{ssh.Uid}:{ssh.Gid}"), name]);
        _mounts.Add(new SandboxMount(name, target, IsFolder: false));
    }

    private void Bind(string source, bool isWritable, ContainerPath target)
    {
        var isFolder = Directory.Exists(source);
        if (isWritable)
            source = Writable(source, isFolder);
        _mounts.Add(new SandboxMount(source, target, isFolder) { IsReadOnly = !isWritable });
    }

    private async Task BindAsync(BindMount bind, Image image, ContainerPath target, CancellationToken cancellationToken)
    {
        var (source, file) = await FromAsync(image, bind.Source, cancellationToken).ConfigureAwait(false);
        if (bind.IsWritable)
            source = Writable(source, file.Kind == EntryKind.Directory);
        _mounts.Add(
            new SandboxMount(source, target, file.Kind == EntryKind.Directory) { IsReadOnly = !bind.IsWritable }
        );
    }

    private async Task<(string Path, ImageFile File)> FromAsync(
        Image image,
        string source,
        CancellationToken cancellationToken
    )
    {
        var other = await request.Views!.OfAsync(image.Layers, cancellationToken).ConfigureAwait(false);
        var path = other.Follow(ContainerPath.Parse("/" + source));
        var file =
            other.Find(path)
            ?? throw new ContainerizeException(
                DiagnosticTable.RunMountInvalid,
                $"{request.Where}: the mount at "
                    + $"'{string.Join(", ", request.Mounts.OfType<BindMount>().Where(bind => bind.Image == image).Select(bind => bind.Target))}' "
                    + $"is of '{source}', and the image or stage that it is from has nothing there."
            );
        return ($"{await ImageAsync(image, other, cancellationToken).ConfigureAwait(false)}{path}".TrimEnd('/'), file);
    }

    // Two lower folders at least: one alone wants an upper one.
    private async Task<string> ImageAsync(Image image, ImageFiles other, CancellationToken cancellationToken)
    {
        var place = NewPlace();
        if (!machine.UsesOverlay)
        {
            await layers.UnpackAllAsync(other, Path.Combine(folder, place), cancellationToken).ConfigureAwait(false);
            return place;
        }

        var held = await layers.HoldAsync(image.Layers, request.Views!, cancellationToken).ConfigureAwait(false);
        _locks.Add(held);
        var lower = OverlayMount.Link(held.Folders, folder, place + "-layers");
        _steps.AddRange([
            "folder",
            place + "-none",
            .. OverlayMount.Overlay(lower.Append(place + "-none"), null, machine, place),
        ]);
        return place;
    }

    private string Writable(string source, bool isFolder)
    {
        var place = NewPlace();
        if (isFolder && machine.UsesOverlay)
        {
            var (changes, work) = (place + "-upper", place + "-work");
            _steps.AddRange(["link", source, place + "-lower", "folder", changes, "folder", work]);
            _steps.AddRange(OverlayMount.Overlay([place + "-lower"], (changes, work), machine, place));
        }
        else
        {
            _steps.AddRange(isFolder ? ["copy", source + "/.", place + "/"] : ["copy", source, place + "/file"]);
        }

        return isFolder ? place : place + "/file";
    }

    private string NewPlace()
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"mount-{_mounts.Count}");
        Directory.CreateDirectory(Path.Combine(folder, place));
        return place;
    }

    private async Task CacheAsync(CacheMount cache, ContainerPath target, CancellationToken cancellationToken)
    {
        var held = await CacheMountLease
            .OpenAsync(request.CacheMountFolder, cache, cancellationToken)
            .ConfigureAwait(false);
        _locks.Add(held);
        _locks.Add(
            await DirectoryLease.ShareAsync(held.Path, TimeProvider.System, cancellationToken).ConfigureAwait(false)
        );
        if (!Directory.Exists(held.Path))
        {
            // Only a whole folder gets the name: a build that is killed here leaves none that is half filled.
            var made = $"{held.Path}.new-{Guid.NewGuid():N}";
            // What it begins as is mounted first.
            var source = cache.From is { } from
                ? (await FromAsync(from, cache.Source, cancellationToken).ConfigureAwait(false)).Path
                : null;
            _steps.AddRange(["cache", Convert.ToString(cache.Mode, 8), made]);
            _steps.AddRange(
                source is null
                    ? ["owner", string.Create(CultureInfo.InvariantCulture, $"{cache.Uid}:{cache.Gid}"), made]
                    : ["copy", source + "/.", made + "/"]
            );
            _steps.AddRange(["settle", made, held.Path]);
        }

        _mounts.Add(new SandboxMount(held.Path, target, IsFolder: true) { IsReadOnly = cache.IsReadOnly });
    }

    private string ResolvConf() =>
        network switch
        {
            SandboxNetwork.None => "",
            SandboxNetwork.Host => Text(machine.ResolvConf),
            _ => NameServers.Reachable([Text(machine.ResolvConf), Text(NameServers.Resolved)])
                ?? throw new OwnNetworkException(
                    $"the name servers in {machine.ResolvConf} are on the loopback of the machine or have "
                        + "addresses of IPv6 only"
                ),
        };

    // A name of the machine leads where it leads outside as long as the network is the same.
    private string Hosts() =>
        (network == SandboxNetwork.Host ? Text(machine.Hosts).TrimEnd() + "\n" : "")
        + $"127.0.0.1 localhost {RunScript.HostName}\n::1 localhost ip6-localhost ip6-loopback\n"
        + string.Concat(request.Resources.Hosts.Select(host => $"{host.Address} {host.Name}\n"));

    private static string Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
