using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Containerize.Entries;
using Containerize.TestKit.Tools;

namespace Containerize.Tests.Dockerfiles;

/// <summary>A program that says what a command can do (<c>SandboxProbe.cc</c>), and what it tries to reach of the
/// machine: all of it the test's own.</summary>
public sealed class SandboxProbe : IDisposable
{
    private static readonly string[] Namespaces = ["mnt", "pid", "ipc", "uts", "net"];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Socket _local = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    private SandboxProbe(string path)
    {
        Path = path;
        _listener.Start();
        var name = "containerize-" + Guid.NewGuid().ToString("N");
        _local.Bind(new UnixDomainSocketEndPoint("\0" + name));
        _local.Listen();
        Words =
        [
            "/probe",
            "0",
            ((IPEndPoint)_listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture),
            name,
            .. Namespaces.Select(kind => new FileInfo("/proc/self/ns/" + kind).LinkTarget!),
        ];
    }

    /// <summary>The program.</summary>
    public string Path { get; }

    /// <summary>The command that asks, for a program at <c>/probe</c> and no loop device.</summary>
    public string[] Words { get; }

    /// <summary>Compiles the program.</summary>
    /// <param name="folder">A folder for it.</param>
    public static async Task<SandboxProbe> CompileAsync(string folder)
    {
        var program = System.IO.Path.Combine(Directory.CreateDirectory(folder).FullName, "probe");
        await Shell.RunAsync(
            "g++",
            "-static",
            "-O1",
            "-o",
            program,
            System.IO.Path.Combine(AppContext.BaseDirectory, "Dockerfiles/SandboxProbe.cc")
        );
        return new SandboxProbe(program);
    }

    /// <summary>Asks one of our ways.</summary>
    /// <param name="program">The absolute path of the program.</param>
    /// <param name="running">The image and the folders.</param>
    /// <param name="way">The way.</param>
    /// <param name="words">The command.</param>
    /// <param name="warning">Takes warnings.</param>
    public static async Task<Dictionary<string, string>> AskAsync(
        string program,
        RunningBase running,
        string way,
        string[] words,
        Action<string> warning
    )
    {
        var image = running.With(
            running.Image,
            [
                RunningBase.Entry("/probe", EntryKind.File, 0b111_101_101) with
                {
                    Content = FileContent.FromFile(program),
                },
            ]
        );
        var (lines, _) = await running.RunAsync(
            way,
            running.Request("") with
            {
                State = image,
                Command = [.. words],
                Warning = warning,
            }
        );
        return Read(lines);
    }

    /// <summary>What the program printed: <c>allowed</c> or <c>denied</c> by name.</summary>
    public static Dictionary<string, string> Read(IEnumerable<string> lines) =>
        lines
            .Select(line => line.Split('\t'))
            .Where(parts => parts is [_, "allowed" or "denied"])
            .ToDictionary(parts => parts[0], parts => parts[1], StringComparer.Ordinal);

    public void Dispose()
    {
        _listener.Dispose();
        _local.Dispose();
    }
}
