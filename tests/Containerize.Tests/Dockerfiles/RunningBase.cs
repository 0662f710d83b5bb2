using Containerize.Dockerfiles.Execution;
using Containerize.Dockerfiles.Execution.Requests;
using Containerize.Dockerfiles.Execution.Sandboxing;
using Containerize.Entries;
using Containerize.Images;
using Containerize.Layers;

namespace Containerize.Tests.Dockerfiles;

/// <summary>An image with a shell and nothing else, the folders of a build, and what runs commands in them.</summary>
public sealed class RunningBase : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ctz-running-").FullName;
    private int _layers;

    public RunningBase()
    {
        var program = new[] { "/bin/busybox", "/usr/bin/busybox" }.First(File.Exists);
        string[] applets =
        [
            "sh",
            "cat",
            "chmod",
            "chown",
            "chroot",
            "date",
            "dd",
            "echo",
            "env",
            "find",
            "grep",
            "hostname",
            "id",
            "ip",
            "kill",
            "ln",
            "ls",
            "mkdir",
            "mkfifo",
            "mknod",
            "mount",
            "mv",
            "ps",
            "pwd",
            "rm",
            "rmdir",
            "setsid",
            "sleep",
            "stat",
            "su",
            "sync",
            "touch",
            "umount",
            "unshare",
            "wc",
            "wget",
        ];
        Image = With(
            Image.Scratch(Platform),
            [
                FolderAt("/bin"),
                Entry("/bin/busybox", EntryKind.File, 0b111_101_101) with
                {
                    Content = FileContent.FromFile(program),
                },
                .. applets.Select(name =>
                    Entry("/bin/" + name, EntryKind.SymbolicLink, 0b111_111_111) with
                    {
                        LinkTarget = "busybox",
                    }
                ),
                FolderAt("/etc"),
                Text("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1001::/home/node:/bin/sh\n"),
                Text("/etc/group", "root:x:0:\naudio:x:29:node\nnode:x:1001:\n"),
                Text("/etc/gone", "gone"),
                FolderAt("/root"),
                FolderAt("/tmp") with
                {
                    Mode = 0b001_111_111_111,
                },
                FolderAt("/old"),
                Text("/old/a", "a"),
                Text("/old/b", "b"),
                Entry("/run", EntryKind.SymbolicLink, 0b111_111_111) with
                {
                    LinkTarget = "var/run",
                },
                FolderAt("/var"),
                FolderAt("/var/run"),
            ]
        );
    }

    public static Platform Platform { get; } =
        new(
            "linux",
            System.Runtime.InteropServices.RuntimeInformation.OSArchitecture
            == System.Runtime.InteropServices.Architecture.Arm64
                ? "arm64"
                : "amd64"
        );

    public Image Image { get; }

    /// <summary>The folders of builds: unpacked layers, cache mounts, and what lives as long as a command.</summary>
    public string Folder(string name) => Path.Combine(_folder, name);

    /// <summary>This machine, with one of the ways to run a command.</summary>
    /// <param name="way"><c>crun</c>, <c>runc</c>, <c>unshare</c>, or <c>copies</c> where the kernel may not lay
    /// folders over each other.</param>
    public static RunnerMachine Machine(string way)
    {
        var machine = RunnerMachine.Find(
            Environment.GetEnvironmentVariable("PATH")!.Split(':'),
            UnixIdentity.OfThisProcess()
        );
        Assert.Empty(machine.Missing);
        return way switch
        {
            "copies" => machine with { Runtime = null, UsesOverlay = false },
            "unshare" => machine with { Runtime = null },
            _ => machine with { Runtime = machine.Tools[way] },
        };
    }

    /// <summary>A command, in the image.</summary>
    /// <param name="line">
    /// What the shell does. Errors go where the rest goes before the runtime sees them: runc carries both streams
    /// itself, each at its own pace.
    /// </param>
    public RunRequest Request(string line) =>
        new()
        {
            State = Image,
            Command = ["/bin/sh", "-c", "exec 2>&1\n" + line],
            Environment = [new("PATH", "/bin")],
            WorkingDirectory = "/",
            Platform = Platform,
            CacheMountFolder = Folder("cache"),
            Where = "Dockerfile:1:1: RUN",
        };

    /// <summary>What runs commands, with unpacked layers in a folder that others may not know.</summary>
    public RunExecutor Runner(string way, string layers = "layers") => new(Machine(way), Folder(layers));

    /// <summary>Runs a command that must succeed, and returns what it wrote.</summary>
    public async Task<(string[] Lines, string[] Entries)> RunAsync(
        string way,
        RunRequest request,
        string layers = "layers"
    )
    {
        var lines = new List<string>();
        await using var changes = await Runner(way, layers)
            .RunAsync(request with { Output = lines.Add }, TestContext.Current.CancellationToken);
        return ([.. lines], [.. changes.Entries.OrderBy(entry => entry.Path).Select(Describe)]);
    }

    /// <summary>An image with one more layer.</summary>
    public Image With(Image image, IEnumerable<LayerEntry> entries)
    {
        var writer = new LayerWriter(Folder("written"), LayerEncoding.Default);
        return image.With(
            writer.Write(new PlannedLayer($"layer-{_layers++}", [.. entries]), CancellationToken.None),
            DateTimeOffset.UnixEpoch,
            "test"
        );
    }

    public static LayerEntry Text(string path, string text) =>
        Entry(path, EntryKind.File, 0b110_100_100) with
        {
            Content = FileContent.FromBytes(System.Text.Encoding.UTF8.GetBytes(text), path),
        };

    public static LayerEntry Entry(string path, EntryKind kind, int mode) => new(ContainerPath.Parse(path), kind, mode);

    public void Dispose()
    {
        foreach (var folder in Directory.Exists(Folder("layers")) ? Directory.GetDirectories(Folder("layers")) : [])
            Assert.Empty(Directory.GetFileSystemEntries(folder, "run-*"));
        // What belongs to users of a container, an ordinary user removes as their root only.
        if (Environment.IsPrivilegedProcess)
            Directory.Delete(_folder, recursive: true);
    }

    private static LayerEntry FolderAt(string path, int mode = 0b111_101_101) => Entry(path, EntryKind.Directory, mode);

    private static string Describe(LayerEntry entry)
    {
        var text = entry.Content is null ? "" : " " + new StreamReader(entry.Content.Open()).ReadToEnd().Trim();
        var time =
            entry.ModificationTime == DateTimeOffset.UnixEpoch
                ? ""
                : " " + entry.ModificationTime.ToString("u", System.Globalization.CultureInfo.InvariantCulture);
        return $"{entry.Kind} {entry.Path} {Convert.ToString(entry.Mode, 8)} "
            + $"{entry.Uid}:{entry.Gid}{(entry.LinkTarget is null ? "" : " -> " + entry.LinkTarget)}{text}{time}";
    }
}
