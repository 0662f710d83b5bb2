using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Containerize.Dockerfiles.Execution.Seccomp;
using Containerize.FileSystems;

namespace Containerize.Dockerfiles.Execution.Sandboxing;

/// <summary>What a machine offers for executing <c>RUN</c>.</summary>
public sealed record RunnerMachine
{
    private static readonly ImmutableArray<(string Tool, string Package)> Needed =
    [
        ("unshare", "util-linux"),
        ("setpriv", "util-linux"),
        ("mount", "mount"),
        ("tar", "tar"),
        ("sh", "dash"),
        ("xargs", "findutils"),
        .. new[] { "chown", "cp", "ln", "mkdir", "mv", "rm", "touch" }.Select(tool => (tool, "coreutils")),
    ];

    private static readonly ImmutableArray<(string Tool, string Package)> NeededByOrdinaryUsers =
    [
        ("newuidmap", "uidmap"),
        ("newgidmap", "uidmap"),
    ];

    /// <summary>The absolute paths of programs, by their names.</summary>
    public required ImmutableDictionary<string, string> Tools { get; init; }

    /// <summary>The folders that the programs lie in, joined as a search path.</summary>
    public required string SearchPath { get; init; }

    /// <summary>Who the build runs as.</summary>
    public required UnixIdentity Identity { get; init; }

    /// <summary>The numbers that an ordinary user may give to users of a container; null for none.</summary>
    public SubordinateIds? Users { get; init; }

    /// <summary>The numbers that an ordinary user may give to groups of a container; null for none.</summary>
    public SubordinateIds? Groups { get; init; }

    /// <summary>The absolute path of the OCI runtime that commands are run by; null to do without.</summary>
    public string? Runtime { get; init; }

    /// <summary>The absolute path of slirp4netns, which gives a command's own network a way out; null for
    /// none.</summary>
    public string? NetworkProgram { get; init; }

    /// <summary>Why commands have no network of their own, where they have none.</summary>
    public string NetworkMissing { get; init; } = "slirp4netns is not installed (Debian's package slirp4netns)";

    /// <summary>Whether the changes of a command are caught by an overlay mount where the kernel can, rather than by
    /// comparing copies.</summary>
    public bool UsesOverlay { get; init; } = true;

    /// <summary>What commands see as <c>/etc/resolv.conf</c>: an absolute path.</summary>
    public string ResolvConf { get; init; } = "/etc/resolv.conf";

    /// <summary>What commands with the machine's network see as <c>/etc/hosts</c>: an absolute path.</summary>
    public string Hosts { get; init; } = "/etc/hosts";

    /// <summary>Where the kernel lists the emulators that it starts for programs of other processors: an absolute
    /// path.</summary>
    public string BinaryFormats { get; init; } = "/proc/sys/fs/binfmt_misc";

    /// <summary>What is missing for commands to be run, each with what to do about it; empty when nothing is.</summary>
    public required ImmutableArray<string> Missing { get; init; }

    internal bool IsRoot => Identity.UserId == 0;

    /// <summary>Looks at a machine.</summary>
    /// <param name="folders">The absolute paths of the folders that programs are looked for in, in order.</param>
    /// <param name="identity">The user that the build runs as; null where it is not known.</param>
    public static RunnerMachine Find(IEnumerable<string> folders, UnixIdentity? identity)
    {
        // Programs of administrators are on few users' paths.
        var search = folders
            .Concat(["/usr/local/sbin", "/usr/sbin", "/sbin"])
            .Where(Path.IsPathFullyQualified)
            .Distinct(StringComparer.Ordinal)
            .ToList();
        var needed = identity?.UserId == 0 ? Needed : Needed.AddRange(NeededByOrdinaryUsers);
        var tools = needed
            .Select(tool => tool.Tool)
            .Concat(["crun", "runc", "ip", "slirp4netns"])
            .Select(tool =>
                (Tool: tool, Path: search.Select(folder => Path.Combine(folder, tool)).FirstOrDefault(File.Exists))
            )
            .Where(tool => tool.Path is not null)
            .ToImmutableDictionary(tool => tool.Tool, tool => tool.Path!, StringComparer.Ordinal);
        var name = identity is null
            ? null
            : Accounts.Parse(Text("/etc/passwd"), "").Users.FirstOrDefault(user => user.Uid == identity.UserId)?.Name;
        var machine = new RunnerMachine
        {
            Tools = tools,
            SearchPath = string.Join(':', search),
            Identity = identity ?? new UnixIdentity(-1, -1),
            Users = identity is null ? null : SubordinateIds.Find(Text("/etc/subuid"), identity.UserId, name),
            Groups = identity is null ? null : SubordinateIds.Find(Text("/etc/subgid"), identity.UserId, name),
            // crun needs no control groups, so that nothing is left of them when a build is killed.
            Runtime = tools.GetValueOrDefault("crun") ?? tools.GetValueOrDefault("runc"),
            NetworkProgram = tools.GetValueOrDefault("slirp4netns"),
            Missing = [],
        };
        return machine with { Missing = [.. machine.FindMissing(needed)] };
    }

    private IEnumerable<string> FindMissing(ImmutableArray<(string Tool, string Package)> needed)
    {
        if (!OperatingSystem.IsLinux())
        {
            yield return "a Linux kernel: its namespaces and overlay mounts are what a command runs in";
            yield break;
        }

        foreach (var (tool, package) in needed.Where(tool => !Tools.ContainsKey(tool.Tool)))
            yield return $"the program {tool} (Debian's package {package})";
        if (Runtime is null && !SeccompProgram.IsKnown(RuntimeInformation.OSArchitecture))
            yield return "an OCI runtime (crun or runc), without which commands are run on x86-64 and arm64 only, "
                + $"and this is {RuntimeInformation.OSArchitecture}";
        if (!IsRoot && (Users is null || Groups is null))
            yield return $"a range of numbers for user {Identity.UserId} in /etc/subuid and /etc/subgid ('usermod "
                + "--add-subuids 100000-165535 --add-subgids 100000-165535 NAME' as root)";
    }

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
