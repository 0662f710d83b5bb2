using System.Collections.Immutable;

namespace Containerize.Dockerfiles.Execution.Sandboxing;

/// <summary>
/// What root may do while a command runs (capabilities(7)): what both Docker and buildah leave to it. <c>mknod</c>,
/// <c>net_raw</c> and <c>audit_write</c>, which Docker leaves and buildah does not, are not among them.
/// </summary>
internal static class Capabilities
{
    /// <summary>The most that the kernel may ever know; it keeps them in 64 bits.</summary>
    public const int Limit = 64;

    /// <summary>The last one that every kernel with overlay mounts knows (<c>CAP_AUDIT_READ</c>, Linux 3.16).</summary>
    public const int LastCertain = 37;

    /// <summary>The names that an OCI runtime takes, with the kernel's numbers.</summary>
    public static ImmutableArray<(string Name, int Number)> Default { get; } =
    [
        ("CAP_CHOWN", 0),
        ("CAP_DAC_OVERRIDE", 1),
        ("CAP_FOWNER", 3),
        ("CAP_FSETID", 4),
        ("CAP_KILL", 5),
        ("CAP_SETGID", 6),
        ("CAP_SETUID", 7),
        ("CAP_SETPCAP", 8),
        ("CAP_NET_BIND_SERVICE", 10),
        ("CAP_SYS_CHROOT", 18),
        ("CAP_SETFCAP", 31),
    ];

    /// <summary>All of them as the kernel shows them in <c>/proc/self/status</c>.</summary>
    public static ulong Mask { get; } = Default.Aggregate(0UL, (mask, capability) => mask | (1UL << capability.Number));
}
