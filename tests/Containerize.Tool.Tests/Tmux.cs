using Containerize.TestKit.Tools;

namespace Containerize.Tool.Tests;

/// <summary>A terminal of a given width whose screen can be read: a tmux server of the test's own.</summary>
internal sealed class Tmux : IAsyncDisposable
{
    // A build that never ends must not hang the run of the tests.
    private const int MostReads = 3000;

    private readonly string _socket;

    private Tmux(string socket) => _socket = socket;

    /// <summary>Starts a command in a terminal of 50 lines.</summary>
    /// <param name="folder">The absolute path of the folder in which the command runs; the server's socket lies there
    /// too.</param>
    /// <param name="columns">The terminal's width.</param>
    /// <param name="command">A line for the shell.</param>
    public static async Task<Tmux> StartAsync(string folder, int columns, string command)
    {
        var tmux = new Tmux(Path.Combine(folder, "tmux"));
        await Shell.RunAsync(
            "tmux",
            "-S",
            tmux._socket,
            "-f",
            "/dev/null",
            "-u",
            "new-session",
            "-d",
            "-x",
            $"{columns}",
            "-y",
            "50",
            "-c",
            folder,
            $"{command}; sleep 600"
        );
        return tmux;
    }

    /// <summary>Reads the screen until a text is on it.</summary>
    /// <returns>All screens that were read; wrapped lines are one line each.</returns>
    public async Task<IReadOnlyList<string>> WaitForAsync(string text, CancellationToken cancellationToken)
    {
        var screens = new List<string>();
        do
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
            screens.Add((await Shell.RunAsync("tmux", "-S", _socket, "capture-pane", "-p", "-J")).Output);
        } while (!screens[^1].Contains(text, StringComparison.Ordinal) && screens.Count < MostReads);
        Assert.True(screens.Count < MostReads, screens[^1]);
        return screens;
    }

    public async ValueTask DisposeAsync() => await new ShellCommand("tmux", ["-S", _socket, "kill-server"]).RunAsync();
}
