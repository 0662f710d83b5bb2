using System.Text.RegularExpressions;
using Containerize.TestKit.Servers;

namespace Containerize.TestKit.Tools;

/// <summary>
/// Debian's Docker daemon with everything of its own below one folder, and its client. The client is named by its path:
/// another docker on the PATH may be newer than this daemon and want a plugin for <c>build</c>, which this one has
/// built in.
/// </summary>
public sealed partial class DockerEngine : IAsyncDisposable
{
    private const string Client = "/usr/bin/docker";

    private readonly Server _server;
    private readonly string _folder;

    private DockerEngine(Server server, string folder)
    {
        _server = server;
        _folder = folder;
    }

    /// <summary>The socket of this daemon's containerd, for <c>ctr</c>.</summary>
    public string ContainerdSocket => Path.Combine(_folder, "exec/containerd/containerd.sock");

    /// <summary>Where this daemon listens, as <c>DOCKER_HOST</c> names it.</summary>
    public string Host => "unix://" + Path.Combine(_folder, "docker.sock");

    /// <summary>Starts a daemon without bridge and firewall rules; containers have the host's network or
    /// none.</summary>
    /// <param name="folder">An empty folder of its own; its path must be short enough for a socket below it.</param>
    public static async Task<DockerEngine> StartAsync(string folder)
    {
        var host = "unix://" + Path.Combine(folder, "docker.sock");
        var server = await Server.StartAsync(
            async () => (await new ShellCommand(Client, ["--host", host, "version"]).RunAsync()).ExitCode == 0,
            "dockerd",
            "--iptables=false",
            "--bridge=none",
            "--host",
            host,
            "--data-root",
            Path.Combine(folder, "data"),
            "--exec-root",
            Path.Combine(folder, "exec"),
            "--pidfile",
            Path.Combine(folder, "docker.pid")
        );
        return new DockerEngine(server, folder);
    }

    /// <summary>Runs the client, which must succeed.</summary>
    public async Task<CommandResult> DockerAsync(params IEnumerable<string> arguments) =>
        (await RunAsync(Command(arguments))).Expect(0);

    /// <summary>The client with its arguments, not yet run.</summary>
    public ShellCommand Command(params IEnumerable<string> arguments) =>
        new(Client, ["--host", Host, .. arguments])
        {
            Environment = new Dictionary<string, string?> { ["DOCKER_CONFIG"] = _folder },
        };

    /// <summary>Loads a tarball and gives the daemon's answer, <c>Loaded image: NAME</c>.</summary>
    public async Task<string> LoadAsync(string tarball) => (await DockerAsync("load", "--input", tarball)).Text;

    /// <summary>Loads a tarball, runs the image without a network and returns what it wrote.</summary>
    public async Task<string> RunTarballAsync(string tarball)
    {
        const string Said = "Loaded image: ";
        var name = (await LoadAsync(tarball))
            .Split('\n')
            .Single(line => line.StartsWith(Said, StringComparison.Ordinal))[Said.Length..];
        return (await DockerAsync("run", "--rm", "--network", "none", name)).Text;
    }

    /// <summary>Builds the Dockerfile of a folder.</summary>
    /// <param name="buildKit">With BuildKit, else with the classic builder.</param>
    public async Task BuildAsync(string context, string name, bool buildKit) =>
        (
            await RunAsync(
                Command("build", "--tag", name, "--file", Path.Combine(context, "Dockerfile"), context) with
                {
                    Environment = new Dictionary<string, string?>
                    {
                        ["DOCKER_CONFIG"] = _folder,
                        ["DOCKER_BUILDKIT"] = buildKit ? "1" : "0",
                    },
                }
            )
        ).Expect(0);

    /// <summary>Builds the Dockerfile of a folder with BuildKit; its commands have no network.</summary>
    /// <param name="context">The folder.</param>
    /// <param name="name">The image's name.</param>
    /// <param name="arguments">The rest of the command line.</param>
    public async Task<CommandResult> BuildWithBuildKitAsync(
        string context,
        string name,
        params IEnumerable<string> arguments
    )
    {
        return (await RunAsync(Build(), Build("--no-cache"))).Expect(0);

        ShellCommand Build(params string[] more) =>
            Command([
                "build",
                "--network",
                "none",
                "--tag",
                name,
                "--file",
                Path.Combine(context, "Dockerfile"),
                .. more,
                .. arguments,
                context,
            ]) with
            {
                Environment = new Dictionary<string, string?>
                {
                    ["DOCKER_CONFIG"] = _folder,
                    ["DOCKER_BUILDKIT"] = "1",
                    ["BUILDKIT_PROGRESS"] = "plain",
                },
            };
    }

    /// <summary>Saves an image with the config as it is.</summary>
    /// <param name="name">The image's name.</param>
    /// <param name="layout">The folder of the layout, which must not exist yet.</param>
    public Task SaveAsItIsAsync(string name, string layout) =>
        SaveAsTheyAreAsync(new Dictionary<string, string>(StringComparer.Ordinal) { [name] = layout }, layout + ".tar");

    /// <summary>Saves images with their configs as they are, by one start of the client.</summary>
    /// <param name="layouts">For each name the folder of its layout, which must not exist yet.</param>
    /// <param name="tarball">A file to write on the way; what was in it lies beside it afterwards.</param>
    public async Task SaveAsTheyAreAsync(IReadOnlyDictionary<string, string> layouts, string tarball)
    {
        await DockerAsync(["save", "--output", tarball, .. layouts.Keys]);
        SavedImages.WriteLayouts(tarball, layouts);
        File.Delete(tarball);
    }

    /// <summary>Saves an image and makes an OCI layout of it, tagged <c>saved</c>.</summary>
    /// <param name="layout">The folder of the layout, which must not exist yet.</param>
    public async Task SaveAsLayoutAsync(string name, string layout)
    {
        var tarball = layout + ".tar";
        await DockerAsync("save", "--output", tarball, name);
        await Skopeo.CopyAsync($"docker-archive:{tarball}", $"oci:{layout}:saved");
        File.Delete(tarball);
    }

    /// <summary>Runs a command of this engine, again where the engine lost the files of a root.</summary>
    /// <param name="command">The command.</param>
    /// <param name="again">What is run the next times; null for the same. A root that is lost may be in the engine's
    /// cache.</param>
    public static async Task<CommandResult> RunAsync(ShellCommand command, ShellCommand? again = null)
    {
        // On a loaded machine this happens while it uses them: its runc then finds no program, or may not see it, its
        // own 'save' no file below 'merged', containerd none that it made in a mount. It says so in these words; what
        // is really missing is missing each time.
        var result = await command.RunAsync();
        for (var tries = 1; tries < 3 && result.ExitCode != 0 && LostRoot().IsMatch(result.Error); tries++)
            result = await (again ?? command).RunAsync();
        return result;
    }

    [GeneratedRegex(
        """
            exec:[ ]"[^"]+":[ ](stat[ ][^:]+:[ ](no[ ]such[ ]file[ ]or[ ]directory|permission[ ]denied)
              |executable[ ]file[ ]not[ ]found[ ]in[ ][$]PATH)
            |open[ ]/[^ ]+/merged/[^:]+:[ ]no[ ]such[ ]file[ ]or[ ]directory
            |mount[ ]callback[ ]failed[ ]on[ ].+:[ ]no[ ]such[ ]file[ ]or[ ]directory
            """,
        RegexOptions.IgnorePatternWhitespace
    )]
    private static partial Regex LostRoot();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        // The daemon leaves the network namespace of the host mounted, for the containers that had the host's network.
        var mounts = (await File.ReadAllLinesAsync("/proc/self/mounts"))
            .Select(line => line.Split(' ')[1])
            .Where(path => path.StartsWith(_folder + "/", StringComparison.Ordinal));
        foreach (var path in mounts.Reverse())
            await Shell.RunAsync("umount", path);
    }
}
