using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Containerize.Diagnostics;

namespace Containerize.Dockerfiles.Execution.Sandboxing;

/// <summary>A shell script that is run in namespaces of its own.</summary>
/// <param name="Script">The script: always the same text, whatever it is about.</param>
/// <param name="Words">What it finds in <c>$1</c>, <c>$2</c>, …: no secrets, since others on the machine see
/// them.</param>
internal sealed record SandboxScript(string Script, ImmutableArray<string> Words)
{
    /// <summary>Whether it has mounts, processes, hostname and IPC of its own; files are all that others
    /// share.</summary>
    public bool IsIsolated { get; init; }

    /// <summary>Its network; that of the machine unless it is isolated.</summary>
    public SandboxNetwork Network { get; init; }

    /// <summary>Writes its standard input.</summary>
    public Func<Stream, CancellationToken, Task> Input { get; init; } = (_, _) => Task.CompletedTask;

    /// <summary>Reads its standard output.</summary>
    public Func<Stream, CancellationToken, Task> Output { get; init; } =
        (stream, token) => stream.CopyToAsync(Stream.Null, token);
}

/// <summary>How a script ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Errors">What came to its standard error.</param>
internal sealed record SandboxResult(int ExitCode, string Errors);

/// <summary>
/// Starts scripts as root of namespaces that end with this process, however it ends: the first process asks the kernel
/// to be killed with our thread, the next with the first, and being the first of its process namespace it takes all
/// others and all mounts along.
/// </summary>
internal sealed class Sandbox(RunnerMachine machine)
{
    private const string Ready = "ready";

    /// <summary>Runs a script to its end.</summary>
    /// <exception cref="ContainerizeException">CTZ0142 when the namespaces cannot be made.</exception>
    /// <exception cref="OwnNetworkException">Its own network gets no way out here.</exception>
    public async Task<SandboxResult> RunAsync(SandboxScript script, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (process, exit) = await MachineProcess
            .StartAsync(MachineProcess.Info(machine, Words(script)))
            .ConfigureAwait(false);
        using var ended = process;
        await using var kill = cancellationToken.Register(() => MachineProcess.Kill(process)).ConfigureAwait(false);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        OwnNetwork? network = null;
        try
        {
            if (!machine.IsRoot)
                await MapAsync(process, errors, cancellationToken).ConfigureAwait(false);
            if (script.Network == SandboxNetwork.Own)
                network = await ConnectAsync(process, errors, cancellationToken).ConfigureAwait(false);
            var output = script.Output(process.StandardOutput.BaseStream, cancellationToken);
            await FeedAsync(process, script.Input, cancellationToken).ConfigureAwait(false);
            await output.ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            return new SandboxResult(await exit.ConfigureAwait(false), await errors.ConfigureAwait(false));
        }
        finally
        {
            MachineProcess.Kill(process);
            await exit.ConfigureAwait(false);
            if (network is not null)
                await network.DisposeAsync().ConfigureAwait(false);
        }
    }

    private IEnumerable<string> Words(SandboxScript script)
    {
        string[] waiting = [machine.Tools["sh"], "-c", $"echo {Ready}; read -r go; exec \"$@\"", "sh"];
        string[] isolated =
        [
            machine.Tools["unshare"],
            "--mount",
            "--pid",
            "--ipc",
            "--uts",
            "--fork",
            "--kill-child",
            "--propagation",
            "private",
            .. script.Network == SandboxNetwork.Host ? Array.Empty<string>() : ["--net"],
            .. script.Network == SandboxNetwork.Own ? waiting : [],
        ];
        // The parent writes uid_map while the child waits. exec as a user without a number of
        // root drops its capabilities, and gaining them clears PDEATHSIG (prctl(2)), so setpriv runs a second time
        // afterwards.
        string[] asUser = machine.IsRoot
            ? []
            : [machine.Tools["unshare"], "--user", .. waiting, .. MachineProcess.WithUs(machine)];
        return
        [
            .. asUser,
            .. script.IsIsolated ? isolated : [],
            machine.Tools["sh"],
            "-c",
            script.Script,
            "sh",
            .. script.Words,
        ];
    }

    // The process that was started is in the network namespace, and its child waits there.
    private async Task<OwnNetwork> ConnectAsync(
        Process process,
        Task<string> errors,
        CancellationToken cancellationToken
    )
    {
        if (await ReadLineAsync(process.StandardOutput.BaseStream, cancellationToken).ConfigureAwait(false) != Ready)
            throw new OwnNetworkException(
                $"no network namespace can be made: {(await errors.ConfigureAwait(false)).Trim()}"
            );
        var network = await OwnNetwork.AttachAsync(machine, process.Id, cancellationToken).ConfigureAwait(false);
        await GoAsync(process, cancellationToken).ConfigureAwait(false);
        return network;
    }

    private async Task MapAsync(Process process, Task<string> errors, CancellationToken cancellationToken)
    {
        if (await ReadLineAsync(process.StandardOutput.BaseStream, cancellationToken).ConfigureAwait(false) != Ready)
            throw new ContainerizeException(
                DiagnosticTable.RunnerMissing,
                "A user namespace, which RUN needs for a user that is not root, cannot be made: "
                    + $"{(await errors.ConfigureAwait(false)).Trim()}. {Advice}"
            );
        await MapAsync("newuidmap", process.Id, machine.Identity.UserId, machine.Users!, cancellationToken)
            .ConfigureAwait(false);
        await MapAsync("newgidmap", process.Id, machine.Identity.GroupId, machine.Groups!, cancellationToken)
            .ConfigureAwait(false);
        await GoAsync(process, cancellationToken).ConfigureAwait(false);
    }

    private static async Task GoAsync(Process process, CancellationToken cancellationToken)
    {
        await process.StandardInput.BaseStream.WriteAsync("go\n"u8.ToArray(), cancellationToken).ConfigureAwait(false);
        await process.StandardInput.BaseStream.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task MapAsync(
        string tool,
        int process,
        int own,
        SubordinateIds others,
        CancellationToken cancellationToken
    )
    {
        var arguments = new[] { process, 0, own, 1, 1, others.First, others.Count }.Select(number =>
            number.ToString(CultureInfo.InvariantCulture)
        );
        using var mapping = Process.Start(
            new ProcessStartInfo(machine.Tools[tool], arguments)
            {
                RedirectStandardError = true,
                WorkingDirectory = "/",
            }
        )!;
        var errors = await mapping.StandardError.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
        await mapping.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        if (mapping.ExitCode != 0)
            throw new ContainerizeException(
                DiagnosticTable.RunnerMissing,
                $"{tool} does not give the numbers {others.First} to {others.First + others.Count - 1} to the "
                    + $"users of a container: {errors.Trim()}. {Advice}"
            );
    }

    internal const string Advice =
        "Run the build where namespaces are allowed, as root or with 'newuidmap' and a range in /etc/subuid; "
        + "or do without RUN: packages of the operating system need none (ContainerPackage, or '# containerize: "
        + "packages=NAME' above a stage).";

    private static async Task<string> ReadLineAsync(Stream stream, CancellationToken cancellationToken)
    {
        var (line, one) = (new StringBuilder(), new byte[1]);
        while (
            line.Length < 100
            && await stream.ReadAsync(one, cancellationToken).ConfigureAwait(false) == 1
            && one[0] != '\n'
        )
            line.Append((char)one[0]);
        return line.ToString();
    }

    private static async Task FeedAsync(
        Process process,
        Func<Stream, CancellationToken, Task> input,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await input(process.StandardInput.BaseStream, cancellationToken).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it had read everything, and its exit code says why.
        }
    }
}
