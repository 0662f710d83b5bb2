using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Containerize.Dockerfiles.Execution.Requests;
using Containerize.Dockerfiles.Execution.Seccomp;

namespace Containerize.Dockerfiles.Execution.Sandboxing;

/// <summary>
/// The program that becomes a command where no OCI runtime does: it is started as root of the namespaces, in the folder
/// that is to be the command's root, and gives up everything that a command does not have.
/// </summary>
internal static class CommandLauncher
{
    /// <summary>The exit code where the sandbox cannot be entered.</summary>
    private const int NotEntered = 125;

    /// <summary>The exit code where there is no such command, as of a shell.</summary>
    private const int NotFound = 127;

    // prctl(2), keyctl(2), capget(2).
    private const long SetSeccomp = 22;
    private const long SeccompModeFilter = 2;
    private const long DropFromBoundingSet = 24;
    private const long AmbientSet = 47;
    private const long ClearAmbientSet = 4;
    private const long JoinSessionKeyring = 1;
    private const uint CapabilityVersion = 0x2008_0522;

    /// <summary>The executable.</summary>
    /// <param name="run">The command.</param>
    /// <param name="architecture">The kernel's.</param>
    public static byte[] Write(SandboxRun run, Architecture architecture)
    {
        var program = new SystemCallProgram(architecture);
        // A program with a terminal could type into it.
        program.Do("setsid", NotEntered, "The command gets no session of its own.\n");
        program.Do(
            "sethostname",
            NotEntered,
            "The command gets no hostname of its own.\n",
            program.Text(RunScript.HostName),
            RunScript.HostName.Length
        );
        program.Do("chroot", NotEntered, "The root of the image cannot be entered.\n", program.Text("."));
        program.Do(
            "chdir",
            NotEntered,
            $"The working directory '{run.WorkingDirectory}' cannot be entered.\n",
            program.Text(run.WorkingDirectory.Text)
        );
        // The filter refuses keys anyway; a kernel without them, or a user with too many, needs no new ring.
        program.Try("keyctl", JoinSessionKeyring, 0);
        // Before capabilities go: a hard limit is raised by root only.
        SetLimits(program, run.Resources.Limits);
        DropCapabilities(program);
        SetFilter(program, architecture);
        SetUser(program, run.User);
        Execute(program, run);
        return program.ToArray();
    }

    private static void SetLimits(SystemCallProgram program, ImmutableArray<ResourceLimit> limits)
    {
        foreach (var limit in limits)
        {
            var values = new byte[2 * sizeof(ulong)];
            BinaryPrimitives.WriteUInt64LittleEndian(values, limit.Soft);
            BinaryPrimitives.WriteUInt64LittleEndian(values.AsSpan(sizeof(ulong)), limit.Hard);
            program.Do(
                "prlimit64",
                NotEntered,
                $"The limit {limit} cannot be set: its hard value is above that of the build.\n",
                0,
                limit.Number,
                program.Data(values),
                0
            );
        }
    }

    private static void DropCapabilities(SystemCallProgram program)
    {
        const string Message = "The capabilities of the command cannot be limited.\n";
        program.Do("prctl", NotEntered, Message, AmbientSet, ClearAmbientSet, 0, 0, 0);
        foreach (
            var number in Enumerable
                .Range(0, Capabilities.Limit)
                .Except(Capabilities.Default.Select(capability => capability.Number))
        )
        {
            if (number <= Capabilities.LastCertain)
                program.Do("prctl", NotEntered, Message, DropFromBoundingSet, number, 0, 0, 0);
            else
                program.Try("prctl", DropFromBoundingSet, number, 0, 0, 0);
        }
    }

    // Before the user changes: only root of the namespace may set a filter and still let programs gain rights
    // (no_new_privs).
    private static void SetFilter(SystemCallProgram program, Architecture architecture)
    {
        var filter = SeccompProgram.Write(architecture);
        var header = program.Addresses(filter.Length / SeccompProgram.InstructionSize, program.Data(filter));
        program.Do(
            "prctl",
            NotEntered,
            "The kernel takes no filter for system calls (CONFIG_SECCOMP_FILTER).\n",
            SetSeccomp,
            SeccompModeFilter,
            header,
            0,
            0
        );
    }

    private static void SetUser(SystemCallProgram program, RunUser user)
    {
        var message = $"The command cannot be user {user.Uid} of group {user.Gid}.\n";
        var groups = new byte[sizeof(int) * user.Groups.Length];
        for (var i = 0; i < user.Groups.Length; i++)
            BinaryPrimitives.WriteInt32LittleEndian(groups.AsSpan(sizeof(int) * i), user.Groups[i]);
        program.Do("setgroups", NotEntered, message, user.Groups.Length, program.Data(groups));
        program.Do("setresgid", NotEntered, message, user.Gid, user.Gid, user.Gid);
        program.Do("setresuid", NotEntered, message, user.Uid, user.Uid, user.Uid);
        // Effective, permitted and inheritable, 32 bits of each, then the other 32: nothing is inherited.
        var (low, high) = user.Uid == 0 ? ((uint)Capabilities.Mask, (uint)(Capabilities.Mask >> 32)) : (0U, 0U);
        program.Do(
            "capset",
            NotEntered,
            message,
            program.Data(Numbers(CapabilityVersion, 0)),
            program.Data(Numbers(low, low, 0, high, high, 0))
        );
    }

    private static void Execute(SystemCallProgram program, SandboxRun run)
    {
        var variables = run.Environment.Concat(run.Secrets).ToList();
        var words = program.Texts(run.Command);
        var environment = program.Texts(variables.Select(variable => $"{variable.Key}={variable.Value}"));
        foreach (
            var path in Candidates(
                run.Command[0],
                variables.LastOrDefault(variable => variable.Key == "PATH").Value ?? ""
            )
        )
            program.Try("execve", program.Text(path), words, environment);
        program.Fail(
            NotFound,
            $"'{run.Command[0]}' cannot be executed: it is not in the image, or not executable there.\n"
        );
    }

    private static IEnumerable<string> Candidates(string name, string path) =>
        name.Contains('/', StringComparison.Ordinal)
            ? [name]
            : path.Split(':', StringSplitOptions.RemoveEmptyEntries).Select(folder => $"{folder.TrimEnd('/')}/{name}");

    private static byte[] Numbers(params ReadOnlySpan<uint> numbers)
    {
        var bytes = new byte[sizeof(uint) * numbers.Length];
        for (var i = 0; i < numbers.Length; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(sizeof(uint) * i), numbers[i]);
        return bytes;
    }
}
