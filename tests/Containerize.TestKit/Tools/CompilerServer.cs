using System.Diagnostics;

namespace Containerize.TestKit.Tools;

/// <summary>
/// A C# compiler that all publishes of this process share: each would start its own otherwise, which takes a second of
/// both cores. It ends with this process, also with one that is killed: its shell reads a pipe that no other process
/// holds.
/// </summary>
internal static class CompilerServer
{
    // In a session of its own, so that the whole group can be ended and nothing else. A server that had nothing to do
    // for ten minutes ends by itself and is started again; one that a client starts in that moment is asked to end.
    private const string Script = """
        (for start in 1 2 3 4 5 6 7 8 9 10; do dotnet "$0" "-pipename:$1"; sleep 1; done) >/dev/null 2>&1 &
        cat >/dev/null
        timeout 5 dotnet "$0" -shutdown "-pipename:$1" >/dev/null 2>&1
        rm -f "/tmp/$1"
        kill -KILL 0
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly Lazy<(string Name, Process Shell)> Started = new(Start);

    /// <summary>What the compiler's clients know it by (the property <c>SharedCompilationId</c>).</summary>
    public static string Name => Started.Value.Name;

    private static (string, Process) Start()
    {
        var name = $"containerize-tests-{Guid.NewGuid():N}";
        var start = new ProcessStartInfo("setsid", ["sh", "-c", Script, ServerPath(), name])
        {
            RedirectStandardInput = true,
        };
        var shell = Shell.Start(start);
        // A client that finds no server starts one, which would outlive the tests. Roslyn's socket lies in /tmp,
        // whatever TMPDIR says.
        for (var watch = Stopwatch.StartNew(); !File.Exists($"/tmp/{name}"); Thread.Sleep(20))
        {
            if (watch.Elapsed > Patience)
                throw new InvalidOperationException("The compiler's server did not start.");
        }

        return (name, shell);
    }

    // Beside the compiler of the SDK that projects in the temporary folder get.
    private static string ServerPath()
    {
        var version = Output("--version").Trim();
        var line = Output("--list-sdks")
            .Split('\n')
            .First(line => line.StartsWith(version + " ", StringComparison.Ordinal));
        var folder = line[(line.IndexOf('[', StringComparison.Ordinal) + 1)..].TrimEnd(']', '\r');
        return Path.Combine(folder, version, "Roslyn/bincore/VBCSCompiler.dll");
    }

    private static string Output(string argument)
    {
        var start = new ProcessStartInfo("dotnet", [argument])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        using var process = Shell.Start(start);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }
}
