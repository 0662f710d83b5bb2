using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Containerize.TestKit.Tools;

namespace Containerize.TestKit.Servers;

/// <summary>
/// A program that runs until it is disposed of. It is ended by its process id, and also when this process dies without
/// disposing: a shell holds the other end of a pipe and ends the program when the pipe closes.
/// </summary>
public sealed class Server : IAsyncDisposable
{
    private const string UntilInputEnds = """
        exec 3<&0
        "$@" </dev/null 3<&- & server=$!
        { cat <&3; kill "$server"; } >/dev/null 2>&1 & watch=$!
        wait "$server"; code=$?
        kill "$watch"
        exit "$code"
        """;

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly StringBuilder _log = new();

    private Server(Process process)
    {
        _process = process;
        _process.OutputDataReceived += Note;
        _process.ErrorDataReceived += Note;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>All that the program has written so far.</summary>
    public string Log
    {
        get
        {
            lock (_log)
                return _log.ToString();
        }
    }

    /// <summary>Starts a program and waits until it answers; a failed test with its log where it does not.</summary>
    /// <param name="isReady">Asked again and again until it says yes.</param>
    public static async Task<Server> StartAsync(
        Func<Task<bool>> isReady,
        string program,
        params IEnumerable<string> arguments
    )
    {
        var server = new Server(
            Shell.Start(
                new ProcessStartInfo("sh", ["-c", UntilInputEnds, "sh", program, .. arguments])
                {
                    WorkingDirectory = Path.GetTempPath(),
                    RedirectStandardInput = true,
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                }
            )
        );
        var started = Stopwatch.StartNew();
        while (!await isReady())
        {
            if (!server._process.HasExited && started.Elapsed < StartLimit)
            {
                await Task.Delay(50);
                continue;
            }
            await server.DisposeAsync();
            Assert.Fail(
                $"{program} does not answer; build/test.sh installs what the tests need. Its log:\n{server.Log}"
            );
        }
        return server;
    }

    /// <summary>A TCP port of the loopback interface that nothing listens on at this moment.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.StandardInput.Close();
            using var limit = new CancellationTokenSource(StopLimit);
            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }
        _process.Dispose();
    }

    private void Note(object sender, DataReceivedEventArgs line)
    {
        lock (_log)
            _log.AppendLine(line.Data);
    }
}
