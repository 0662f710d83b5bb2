using System.Collections.Immutable;
using System.Globalization;

namespace Containerize.Dockerfiles.Execution.Sandboxing;

/// <summary>
/// Puts a command's root together in a mount namespace of its own, and becomes the command: two shell scripts, always
/// the same, and words that tell them what to do. Nothing of an image or a Dockerfile is part of a script; it is a
/// word, which the shell never reads as code, and which stands where a program takes no option.
/// </summary>
/// <param name="machine">The machine.</param>
/// <param name="folder">The absolute path of the sandbox's folder.</param>
/// <param name="run">The command.</param>
internal sealed class RunScript(RunnerMachine machine, string folder, SandboxRun run)
{
    /// <summary>What every command sees as the machine's name.</summary>
    public const string HostName = "containerize";

    /// <summary>The file that is there once the command was started.</summary>
    public const string Started = "started";

    /// <summary>The file that is there when the kernel does not lay folders over each other here.</summary>
    public const string NoOverlay = "no-overlay";

    /// <summary>The private file that becomes the command where no runtime does.</summary>
    public const string Launcher = "launcher";

    /// <summary>
    /// What the first shell does: takes in the private files, and goes on with the second script. That is the first
    /// process of a further process namespace where it becomes the command: a command that refuses to die with us does
    /// not take the outer one's place.
    /// </summary>
    /// <remarks>Words: <c>runtime</c> or <c>command</c>; the second script; the sandbox's folder; the second script's
    /// further words.</remarks>
    public const string Begin = """
        set -ef
        exec 2>&1
        umask 022
        way=$1; setup=$2; shift 2
        mount -n -t tmpfs -o mode=0700,nosuid,nodev tmpfs "$1/private"
        tar --extract --file=- --numeric-owner --same-owner --preserve-permissions --directory="$1/private"
        exec </dev/null
        if [ "$way" = runtime ]; then exec sh -c "$setup" sh "$@"; fi
        unshare --pid --fork sh -c "$setup" sh "$@"
        """;

    /// <summary>What the second shell does: each step in turn, the last of which is the command.</summary>
    /// <remarks>Words: the sandbox's folder; then for each step its name and its values. A path in the image begins
    /// with a slash.</remarks>
    public const string Setup = """
        set -ef
        umask 022
        folder=$1; shift
        cd -- "$folder"
        # The machine's own list of mounts stays as it is.
        mount() { command mount -n "$@"; }
        stop() { printf '%s\n' "$1"; exit 125; }
        # Links were followed as the image has them; whatever a mount brings in, no link of it is followed outside.
        plain() {
          at=root; fields=$IFS; IFS=/
          for name in ${1#/}; do
            at=$at/$name
            if [ -L "$at" ]; then stop "$at is a symbolic link of a mount"; fi
          done
          IFS=$fields
        }
        place() { plain "$1"; mkdir -p -- "root$1"; }
        point() {
          parent=${1%/*}
          if [ -n "$parent" ]; then place "$parent"; fi
          plain "$1"
          if [ ! -e "root$1" ]; then : > "root$1"; fi
        }
        # No file system that a command may write to knows devices.
        # What a mount of the machine forbids already, an ordinary user must
        # forbid again.
        flags() {
          for more in '' ,nosuid ,nosuid,noexec; do
            if mount -o "remount,bind,$1$more" none "$2" 2>/dev/null; then return; fi
          done
          stop "$2 cannot be made $1"
        }
        hide() {
          if [ -d "root$1" ]; then mount -t tmpfs -o ro,nosuid,nodev,noexec tmpfs "root$1"
          elif [ -e "root$1" ]; then mount --bind /dev/null "root$1"; fi
        }
        while [ $# -gt 0 ]; do
          step=$1; shift
          case $step in
            overlay) mount -t overlay -o "$1" overlay "$2" 2>/dev/null || { : > no-overlay; exit 125; }; shift 2;;
            copies) mount --bind root root; flags nodev root;;
            link) ln -s -- "$1" "$2"; shift 2;;
            folder) mkdir -p -- "$1"; shift;;
            copy) cp -a -- "$1" "$2"; shift 2;;
            cache) mkdir -m "$1" -- "$2"; shift 2;;
            owner) chown -- "$1" "$2"; shift 2;;
            settle) mv -T -- "$1" "$2" || rm -rf -- "$1"; shift 2;;
            place) place "$1"; shift;;
            point) point "$1"; shift;;
            proc) place /proc; mount -t proc -o nosuid,nodev,noexec proc root/proc;;
            sys)
              place /sys
              # A process that does not own the network may not mount this again.
              mount -t sysfs -o ro,nosuid,nodev,noexec sysfs root/sys 2>/dev/null || {
                mount --rbind /sys root/sys; flags ro,nodev root/sys; mount -t tmpfs -o ro tmpfs root/sys/fs/cgroup
              };;
            dev)
              place /dev
              mount -t tmpfs -o nosuid,nodev,noexec,mode=755,size=64m tmpfs root/dev
              mkdir root/dev/pts root/dev/shm root/dev/mqueue
              for name in null zero full random urandom tty; do
                : > root/dev/$name; mount --bind /dev/$name root/dev/$name
              done
              ln -s /proc/self/fd root/dev/fd
              ln -s /proc/self/fd/0 root/dev/stdin; ln -s /proc/self/fd/1 root/dev/stdout
              ln -s /proc/self/fd/2 root/dev/stderr
              ln -s pts/ptmx root/dev/ptmx
              mount -t devpts -o nosuid,noexec,newinstance,ptmxmode=0666,mode=0620,gid=5 devpts root/dev/pts
              mount -t tmpfs -o "nosuid,nodev,noexec,mode=1777$1" tmpfs root/dev/shm
              mount -t mqueue -o nosuid,nodev,noexec mqueue root/dev/mqueue 2>/dev/null || :
              shift;;
            lock) if [ -e "root$1" ]; then mount --bind "root$1" "root$1"; flags ro,nodev "root$1"; fi; shift;;
            hide) hide "$1"; shift;;
            memory) mount -t tmpfs -o "nosuid,nodev,mode=1777$1" tmpfs "root$2"; shift 2;;
            bind) mount --bind -- "$1" "root$3"; flags "$2" "root$3"; shift 3;;
            loopback) ip link set lo up;;
            crun|runc)
              mount -t proc proc /proc
              # Control groups would outlive a build that is killed.
              # crun does without, but looks at them first; runc does without where
              # it may not write.
              if [ $step = crun ]; then
                mount -t tmpfs -o ro tmpfs /sys/fs/cgroup || :
                groups=--cgroup-manager=disabled
              else
                while read -r a b c d at rest; do
                  case $at in /sys/fs/cgroup*) mount -o remount,bind,ro,nosuid,nodev,noexec none "$at" || :;; esac
                done < /proc/self/mountinfo
                groups=--rootless=true
              fi
              : > started
              exec "$1" --root "$folder/private/state" $groups run --bundle "$folder/private" "${folder##*/}";;
            command)
              : > started
              # What lies below a mount on the root of a namespace cannot be reached from above it,
              # whatever chroot is called with.
              cd root
              mount --move . /
              exec "$folder/private/launcher";;
            *) stop "$step is no step";;
          esac
        done
        stop 'there is no command'
        """;

    /// <summary>The words after <see cref="Begin"/>.</summary>
    /// <param name="lower">The paths of the unpacked layers, uppermost first; null for a root that holds
    /// copies.</param>
    /// <param name="prepare">What is done before anything is mounted in the root.</param>
    public ImmutableArray<string> Words(IReadOnlyList<string>? lower, IEnumerable<string> prepare) =>
        [
            machine.Runtime is null ? "command" : "runtime",
            Setup,
            folder,
            .. lower is null ? ["copies"] : OverlayMount.Overlay(lower, ("upper", "work"), machine, "root"),
            .. prepare,
            "place",
            run.WorkingDirectory.Text,
            .. machine.Runtime is { } runtime ? Runtime(runtime) : Command(),
        ];

    // Made by us, the folders and files for mounts are the same with every runtime.
    private IEnumerable<string> Runtime(string runtime) =>
        [
            .. SystemPaths.Folders.SelectMany(path => new[] { "place", path }),
            .. run.Mounts.SelectMany(Point),
            Path.GetFileName(runtime) == "crun" ? "crun" : "runc",
            runtime,
        ];

    private IEnumerable<string> Command() =>
        [
            "proc",
            "dev",
            run.Resources.SharedMemory is { } size ? string.Create(CultureInfo.InvariantCulture, $",size={size}") : "",
            "sys",
            .. SystemPaths.ReadOnly.SelectMany(path => new[] { "lock", path }),
            .. SystemPaths.Hidden.SelectMany(path => new[] { "hide", path }),
            .. run.Mounts.SelectMany(Mount),
            .. run.Network == SandboxNetwork.None && machine.Tools.ContainsKey("ip")
                ? ["loopback"]
                : Array.Empty<string>(),
            "command",
        ];

    private static IEnumerable<string> Point(SandboxMount mount) =>
        [mount.IsFolder ? "place" : "point", mount.Target.Text];

    private static IEnumerable<string> Mount(SandboxMount mount) =>
        [
            .. Point(mount),
            .. mount.MemorySize is { } size
                ?
                [
                    "memory",
                    size > 0 ? string.Create(CultureInfo.InvariantCulture, $",size={size}") : "",
                    mount.Target.Text,
                ]
                : new[] { "bind", mount.Source, mount.IsReadOnly ? "ro,nodev" : "nodev", mount.Target.Text },
        ];
}
