using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Containerize.Diagnostics;
using Containerize.IO;

namespace Containerize.Dockerfiles.Execution.Requests;

/// <summary>A limit of the kernel for a command (<c>--ulimit</c>).</summary>
/// <param name="Name">Its name as setrlimit(2) has it, in small letters and without <c>RLIMIT_</c>.</param>
/// <param name="Soft">What counts; <see cref="ulong.MaxValue"/> for no limit.</param>
/// <param name="Hard">What the command may raise it to; <see cref="ulong.MaxValue"/> for no limit.</param>
public sealed record ResourceLimit(string Name, ulong Soft, ulong Hard)
{
    // By their numbers on x86 and arm.
    private static readonly string[] Names =
    [
        "cpu",
        "fsize",
        "data",
        "stack",
        "core",
        "rss",
        "nproc",
        "nofile",
        "memlock",
        "as",
        "locks",
        "sigpending",
        "msgqueue",
        "nice",
        "rtprio",
        "rttime",
    ];

    /// <summary>The kernel's number of the limit.</summary>
    public int Number => Array.IndexOf(Names, Name);

    /// <summary>Reads <c>NAME=SOFT[:HARD]</c>; -1 is no limit, and a missing HARD equals SOFT.</summary>
    /// <exception cref="ContainerizeException">CTZ0232.</exception>
    public static ResourceLimit Parse(string text)
    {
        if (
            text.Split('=') is [var name, var values]
            && Names.Contains(name)
            && values.Split(':') is { Length: <= 2 } parts
            && Value(parts[0]) is { } soft
            && Value(parts[^1]) is { } hard
            && soft <= hard
        )
            return new ResourceLimit(name, soft, hard);
        throw RunResources.Invalid(
            "--ulimit",
            text,
            $"write NAME=SOFT or NAME=SOFT:HARD, such as nofile=1024:2048, with one of {string.Join(", ", Names)}"
        );
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name}={Soft}:{Hard}");

    private static ulong? Value(string text) =>
        text == "-1" ? ulong.MaxValue
        : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value
        : null;
}

/// <summary>What every command of a build has around it beside its image: names of hosts, shared memory and
/// limits.</summary>
/// <param name="Hosts">Lines for <c>/etc/hosts</c>: the name and the address.</param>
/// <param name="SharedMemory">The size of <c>/dev/shm</c> in bytes; null for the kernel's default.</param>
/// <param name="Limits">Limits, one for each name.</param>
public sealed record RunResources(
    ImmutableArray<(string Name, string Address)> Hosts,
    long? SharedMemory,
    ImmutableArray<ResourceLimit> Limits
)
{
    /// <summary>No resource is limited.</summary>
    public static RunResources None { get; } = new([], null, []);

    /// <summary>Their part of a step's key: a command may read each of them. Empty for nothing.</summary>
    internal ImmutableArray<string> Key =>
        [
            .. Hosts.Select(host => $"host {host.Name} {host.Address}"),
            .. SharedMemory is { } size
                ? [string.Create(CultureInfo.InvariantCulture, $"shm {size}")]
                : Array.Empty<string>(),
            .. Limits.Select(limit => $"limit {limit}"),
        ];

    /// <summary>Reads the options of a command line.</summary>
    /// <param name="hosts"><c>--add-host NAME:ADDRESS</c> or <c>NAME=ADDRESS</c>, an address of IPv6 in brackets or
    /// not.</param>
    /// <param name="sharedMemory"><c>--shm-size</c>: bytes, or a number with <c>k</c>, <c>m</c> or <c>g</c>; empty for
    /// the default.</param>
    /// <param name="limits"><c>--ulimit</c>, see <see cref="ResourceLimit.Parse"/>.</param>
    /// <param name="controlGroup"><c>--cgroup-parent</c>, which is refused.</param>
    /// <exception cref="ContainerizeException">CTZ0232.</exception>
    public static RunResources Read(
        IEnumerable<string> hosts,
        string sharedMemory,
        IEnumerable<string> limits,
        string controlGroup
    )
    {
        if (controlGroup.Length > 0)
            throw Invalid(
                "--cgroup-parent",
                controlGroup,
                "commands get no control group, since one would outlive a build that is killed. Start the "
                    + "build itself in the group, which its commands stay in: 'systemd-run --scope --slice=NAME "
                    + "containerize build …'"
            );
        return new RunResources(
            [.. hosts.Select(Host)],
            sharedMemory.Length == 0 ? null : Size(sharedMemory),
            [
                .. limits
                    .Select(ResourceLimit.Parse)
                    .GroupBy(limit => limit.Name)
                    .Select(group => group.Last())
                    .OrderBy(limit => limit.Number),
            ]
        );
    }

    private static (string Name, string Address) Host(string text)
    {
        var separator = text.IndexOfAny(['=', ':']);
        var (name, address) = separator > 0 ? (text[..separator], text[(separator + 1)..].Trim('[', ']')) : ("", "");
        if (address == "host-gateway")
            throw Invalid(
                "--add-host",
                text,
                "no bridge leads from a command to this machine: name its address, or build with --network host"
            );
        return
            name.Length > 0
            && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or '_')
            && IPAddress.TryParse(address, out _)
            ? (name, address)
            : throw Invalid("--add-host", text, "write NAME:ADDRESS, such as db.example:10.0.0.5");
    }

    private static long Size(string text) =>
        ByteSize.TryParse(text, out var bytes) && bytes > 0
            ? bytes
            : throw Invalid("--shm-size", text, "write a size, such as 64m");

    internal static ContainerizeException Invalid(string option, string text, string why) =>
        new(DiagnosticTable.InvalidRunOption, $"{option} {text} cannot be used: {why}.");
}
