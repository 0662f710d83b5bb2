using System.Text;
using System.Text.Json.Nodes;
using Containerize.Dockerfiles.Execution.Seccomp;

namespace Containerize.Dockerfiles.Execution.Sandboxing;

/// <summary>A command as an OCI runtime takes it (runtime-spec, config.md).</summary>
internal static class RuntimeConfig
{
    private static readonly string[] Namespaces = ["pid", "ipc", "uts", "mount"];
    private static readonly string[] Devices =
    [
        "/dev/null",
        "/dev/zero",
        "/dev/full",
        "/dev/random",
        "/dev/urandom",
        "/dev/tty",
    ];

    /// <summary>The content of <c>config.json</c>.</summary>
    /// <param name="run">The command.</param>
    /// <param name="folder">The sandbox's folder, whose <c>root</c> is the command's.</param>
    /// <param name="isRoot">Whether the build is root of the machine, not of a user namespace only.</param>
    public static byte[] Write(SandboxRun run, string folder, bool isRoot) =>
        Encoding.UTF8.GetBytes(
            new JsonObject
            {
                ["ociVersion"] = "1.0.2",
                ["process"] = Process(run),
                ["root"] = new JsonObject { ["path"] = Path.Combine(folder, "root") },
                ["hostname"] = RunScript.HostName,
                ["mounts"] = new JsonArray([
                    .. System(isRoot, run.Resources.SharedMemory),
                    .. run.Mounts.Select(mount => (JsonNode)Mount(mount, folder)),
                ]),
                ["linux"] = new JsonObject
                {
                    ["namespaces"] = new JsonArray([
                        .. Namespaces
                            .Concat(run.Network == SandboxNetwork.None ? ["network"] : Array.Empty<string>())
                            .Select(type => new JsonObject { ["type"] = type }),
                    ]),
                    ["maskedPaths"] = Texts(SystemPaths.Hidden),
                    ["readonlyPaths"] = Texts(SystemPaths.ReadOnly),
                    ["seccomp"] = SeccompFilter.ToJson(),
                },
            }.ToJsonString()
        );

    private static JsonObject Process(SandboxRun run)
    {
        var capabilities = Capabilities.Default.Select(capability => capability.Name).ToArray();
        return new JsonObject
        {
            ["terminal"] = false,
            ["user"] = new JsonObject
            {
                ["uid"] = run.User.Uid,
                ["gid"] = run.User.Gid,
                ["additionalGids"] = new JsonArray([.. run.User.Groups.Select(gid => JsonValue.Create(gid))]),
            },
            ["args"] = Texts(run.Command),
            ["env"] = Texts(run.Environment.Concat(run.Secrets).Select(variable => $"{variable.Key}={variable.Value}")),
            ["cwd"] = run.WorkingDirectory.Text,
            // As the engines have it: only root has them, and others get them by programs that give them.
            ["capabilities"] = new JsonObject
            {
                ["bounding"] = Texts(capabilities),
                ["effective"] = Texts(run.User.Uid == 0 ? capabilities : []),
                ["permitted"] = Texts(run.User.Uid == 0 ? capabilities : []),
            },
            ["noNewPrivileges"] = false,
            ["rlimits"] = new JsonArray([
                .. run.Resources.Limits.Select(limit => new JsonObject
                {
                    ["type"] = "RLIMIT_" + limit.Name.ToUpperInvariant(),
                    ["soft"] = limit.Soft,
                    ["hard"] = limit.Hard,
                }),
            ]),
        };
    }

    private static IEnumerable<JsonNode> System(bool isRoot, long? sharedMemory) =>
        [
            Mount("/proc", "proc", "proc", "nosuid", "noexec", "nodev"),
            // No file system that a command may write to knows devices, whether or not it could make one.
            Mount("/dev", "tmpfs", "tmpfs", "nosuid", "nodev", "noexec", "strictatime", "mode=755", "size=65536k"),
            // Root of a mere user namespace cannot make any, and the runtime mounts those of the machine by
            // itself.
            .. isRoot ? Devices.Select(name => Mount(name, "bind", name, "bind", "rw")) : [],
            Mount(
                "/dev/pts",
                "devpts",
                "devpts",
                "nosuid",
                "noexec",
                "newinstance",
                "ptmxmode=0666",
                "mode=0620",
                "gid=5"
            ),
            Mount(
                "/dev/shm",
                "tmpfs",
                "shm",
                [
                    "nosuid",
                    "noexec",
                    "nodev",
                    "mode=1777",
                    .. sharedMemory is { } size ? [FormattableString.Invariant($"size={size}")] : Array.Empty<string>(),
                ]
            ),
            Mount("/dev/mqueue", "mqueue", "mqueue", "nosuid", "noexec", "nodev"),
            // A process that does not own the network may not mount this again.
            isRoot
                ? Mount("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", "ro")
                : Mount("/sys", "none", "/sys", "rbind", "nosuid", "noexec", "nodev", "ro"),
        ];

    private static JsonObject Mount(SandboxMount mount, string folder) =>
        mount.MemorySize is { } size
            ? Mount(
                mount.Target.Text,
                "tmpfs",
                "tmpfs",
                [
                    "nosuid",
                    "nodev",
                    "mode=1777",
                    .. size > 0 ? [FormattableString.Invariant($"size={size}")] : Array.Empty<string>(),
                ]
            )
            : Mount(
                mount.Target.Text,
                "bind",
                Path.Combine(folder, mount.Source),
                mount.IsFolder ? "rbind" : "bind",
                "nodev",
                mount.IsReadOnly ? "ro" : "rw"
            );

    private static JsonObject Mount(string target, string type, string source, params string[] options) =>
        new()
        {
            ["destination"] = target,
            ["type"] = type,
            ["source"] = source,
            ["options"] = Texts(options),
        };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);
}
