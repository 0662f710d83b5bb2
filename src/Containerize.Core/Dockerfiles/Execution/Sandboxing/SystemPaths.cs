using System.Collections.Immutable;

namespace Containerize.Dockerfiles.Execution.Sandboxing;

/// <summary>What of the kernel's own files a command does not see, or sees and cannot change: as Docker and Podman have
/// it.</summary>
internal static class SystemPaths
{
    private const string Processors = "/sys/devices/system/cpu";

    /// <summary>Files and folders of the kernel that no link of an image may lead away from.</summary>
    public static ImmutableArray<string> Folders { get; } = ["/proc", "/dev", "/sys"];

    /// <summary>What nothing can be written to.</summary>
    public static ImmutableArray<string> ReadOnly { get; } =
    ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

    /// <summary>What is empty; some of them are only there on some machines.</summary>
    public static ImmutableArray<string> Hidden =>
        [
            "/proc/acpi",
            "/proc/asound",
            "/proc/interrupts",
            "/proc/kcore",
            "/proc/keys",
            "/proc/latency_stats",
            "/proc/sched_debug",
            "/proc/scsi",
            "/proc/timer_list",
            "/proc/timer_stats",
            "/sys/dev/block",
            "/sys/devices/virtual/powercap",
            "/sys/firmware",
            "/sys/fs/selinux",
            .. ThermalThrottle(),
        ];

    private static IEnumerable<string> ThermalThrottle()
    {
        try
        {
            return
            [
                .. Directory
                    .EnumerateDirectories(Processors, "cpu*")
                    .Select(folder => Path.Combine(folder, "thermal_throttle"))
                    .Where(Directory.Exists)
                    .Order(StringComparer.Ordinal),
            ];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
