using System.Collections.Immutable;

namespace Containerize.Dockerfiles.Running;

/// <summary>What root may do while a command runs (capabilities(7)): what the engines leave it, and no more.</summary>
internal static class Capabilities
{
    public static ImmutableArray<string> Default { get; } = ["chown", "dac_override", "fowner", "fsetid", "kill", "setgid", "setuid", "setpcap",
        "net_bind_service", "net_raw", "sys_chroot", "mknod", "audit_write", "setfcap"];
}
