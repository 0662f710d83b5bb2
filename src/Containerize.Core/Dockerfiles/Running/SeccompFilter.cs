using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Containerize.Dockerfiles.Running;

/// <summary>
/// The system calls that no command of a build needs and that reach far into the kernel: namespaces, mounts, keys, modules, tracing of
/// others. Capabilities stop most of them already; this stops them for whoever gets capabilities in a user namespace of his own.
/// </summary>
internal static class SeccompFilter
{
    private const int NotPermitted = 1;
    private const int NotThere = 38;
    private const long NewUserNamespace = 0x10000000;

    private static readonly ImmutableArray<string> Refused =
    [
        "acct", "add_key", "adjtimex", "bpf", "clock_adjtime", "clock_settime", "create_module", "delete_module", "finit_module", "fsconfig", "fsmount", "fsopen", "fspick",
        "get_kernel_syms", "init_module", "io_uring_enter", "io_uring_register", "io_uring_setup", "ioperm", "iopl", "kcmp", "kexec_file_load", "kexec_load", "keyctl",
        "lookup_dcookie", "mount", "mount_setattr", "move_mount", "nfsservctl", "open_by_handle_at", "open_tree", "perf_event_open", "pivot_root", "quotactl", "quotactl_fd",
        "reboot", "request_key", "setns", "settimeofday", "stime", "swapoff", "swapon", "syslog", "umount", "umount2", "unshare", "userfaultfd", "uselib", "vhangup", "vm86", "vm86old",
    ];

    /// <summary>The filter as an OCI runtime takes it (runtime-spec, config-linux.md, "Seccomp").</summary>
    public static JsonObject ToJson() => new()
    {
        ["defaultAction"] = "SCMP_ACT_ALLOW",
        ["architectures"] = new JsonArray([.. Architectures.Select(name => JsonValue.Create(name))]),
        ["syscalls"] = new JsonArray(
            Refuse(Refused, NotPermitted),
            Refuse(["clone"], NotPermitted, new JsonObject { ["index"] = 0, ["value"] = NewUserNamespace, ["valueTwo"] = NewUserNamespace, ["op"] = "SCMP_CMP_MASKED_EQ" }),
            // Its flags lie in memory, where a filter does not see them; without it the C library calls clone.
            Refuse(["clone3"], NotThere)),
    };

    private static ImmutableArray<string> Architectures => RuntimeInformation.OSArchitecture switch
    {
        Architecture.X64 => ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"],
        Architecture.Arm64 => ["SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"],
        Architecture.S390x => ["SCMP_ARCH_S390X", "SCMP_ARCH_S390"],
        _ => [],
    };

    private static JsonObject Refuse(IEnumerable<string> names, int error, JsonObject? argument = null)
    {
        var rule = new JsonObject { ["names"] = new JsonArray([.. names.Select(name => JsonValue.Create(name))]), ["action"] = "SCMP_ACT_ERRNO", ["errnoRet"] = error };
        if (argument is not null)
            rule["args"] = new JsonArray(argument);
        return rule;
    }
}
