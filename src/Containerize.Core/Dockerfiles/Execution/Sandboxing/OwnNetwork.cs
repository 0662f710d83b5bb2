using System.Diagnostics;
using System.Globalization;

namespace Containerize.Dockerfiles.Execution.Sandboxing;

/// <summary>
/// The way out of a network namespace of a command's own: a program of the machine (slirp4netns) that does for it what
/// an ordinary process may do. It reaches what the machine reaches, and neither the machine's loopback nor its abstract
/// sockets.
/// </summary>
internal sealed class OwnNetwork : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task<int> _exit;

    private OwnNetwork(Process process, Task<int> exit) => (_process, _exit) = (process, exit);

    /// <summary>Gives a way out to the network namespace of a process.</summary>
    /// <param name="machine">The machine, which has the program.</param>
    /// <param name="process">The number of a process in the namespace.</param>
    /// <param name="cancellationToken">Ends the wait until it is there.</param>
    /// <exception cref="OwnNetworkException">It cannot be given here.</exception>
    public static async Task<OwnNetwork> AttachAsync(
        RunnerMachine machine,
        int process,
        CancellationToken cancellationToken
    )
    {
        // It says 1 on a descriptor of its own once it is ready, and other things on its output.
        const string Ready = """exec "$@" 3>&1 >/dev/null""";
        string[] words =
        [
            machine.Tools["sh"],
            "-c",
            Ready,
            "sh",
            machine.NetworkProgram!,
            "--configure",
            "--mtu=65520",
            "--ready-fd=3",
            "--disable-host-loopback",
            "--disable-dns",
            "--enable-sandbox",
            "--enable-seccomp",
            process.ToString(CultureInfo.InvariantCulture),
            "tap0",
        ];
        var (started, exit) = await MachineProcess
            .StartAsync(MachineProcess.Info(machine, words))
            .ConfigureAwait(false);
        var network = new OwnNetwork(started, exit);
        var errors = started.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            var one = new byte[1];
            if (
                await started.StandardOutput.BaseStream.ReadAsync(one, cancellationToken).ConfigureAwait(false) == 1
                && one[0] == '1'
            )
                return network;
            MachineProcess.Kill(started);
            throw new OwnNetworkException((await errors.ConfigureAwait(false)).Trim().Split('\n')[^1]);
        }
        catch
        {
            await network.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        MachineProcess.Kill(_process);
        await _exit.ConfigureAwait(false);
        _process.Dispose();
    }
}

/// <summary>A command can have no network namespace of its own with a way out here.</summary>
/// <param name="message">What the program wrote.</param>
internal sealed class OwnNetworkException(string message) : Exception(message);
