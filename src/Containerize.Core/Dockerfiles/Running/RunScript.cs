using System.Globalization;
using System.Text;
using Containerize.Layers;

namespace Containerize.Dockerfiles.Running;

/// <summary>
/// The shell script that puts a command's root together in a mount namespace of its own, and becomes the command. It lies in the
/// sandbox's private folder, since it may hold secrets.
/// </summary>
internal sealed class RunScript(RunnerMachine machine, string folder, SandboxRun run)
{
    /// <summary>What every command sees as the machine's name.</summary>
    public const string HostName = "containerize";

    /// <summary>The file that is there once the command was started.</summary>
    public const string Started = "started";

    /// <summary>The file that is there when the kernel does not lay folders over each other here.</summary>
    public const string NoOverlay = "no-overlay";

    private static readonly string[] ReadOnlyInProc = ["bus", "fs", "irq", "sys", "sysrq-trigger"];
    private static readonly string[] HiddenInProc = ["acpi", "asound", "kcore", "keys", "latency_stats", "sched_debug", "scsi", "timer_list", "timer_stats"];
    private static readonly string[] Devices = ["null", "zero", "full", "random", "urandom", "tty"];

    private readonly StringBuilder _text = new();

    /// <summary>What a shell does first: takes in the private files and goes on with the script among them.</summary>
    public static string Begin(string folder)
    {
        var place = ShellText.Quote(Path.Combine(folder, RunnerMounts.PrivateFolder));
        return $"set -e; exec 2>&1; mount -n -t tmpfs -o mode=0700,nosuid,nodev tmpfs {place}; tar --extract --file=- --numeric-owner --same-owner --preserve-permissions --directory={place}; exec sh {place}/script </dev/null";
    }

    /// <summary>The script.</summary>
    /// <param name="lower">The paths of the unpacked layers, uppermost first; null for a root that holds copies.</param>
    /// <param name="prepare">What is done before anything is mounted in the root.</param>
    public string Text(IReadOnlyList<string>? lower, string prepare)
    {
        Line($"set -ef; umask 022; cd {ShellText.Quote(folder)}");
        // The machine's own list of mounts is none of ours.
        Line("mount() { command mount -n \"$@\"; }");
        // Links were followed as the image has them; whatever a mount brings in, no link of it is followed outside.
        Line("plain() { for p; do if [ -L \"$p\" ]; then echo \"$p is a symbolic link of a mount\"; exit 125; fi; done; }");
        // A command may make devices, and no control group keeps it from opening them: no file system that it may write to knows any.
        // What a mount of the machine forbids already, an ordinary user must forbid again.
        Line("flags() { for o in $1 $1,nosuid $1,nosuid,noexec; do mount -o remount,bind,$o \"$2\" 2>/dev/null && return; done; echo \"$2 cannot be made $1\"; exit 125; }");
        if (lower is null)
            Line("mount --bind root root; flags nodev root");
        else
            Line($"mount -t overlay overlay -o nodev,lowerdir={string.Join(':', lower)},upperdir=upper,workdir=work{SandboxLayers.Options(machine)} root || {{ : > {NoOverlay}; exit 125; }}");
        _text.Append(prepare);
        Folder(run.WorkingDirectory);
        if (machine.Runtime is { } runtime)
            Runtime(runtime);
        else
            Root();
        return _text.ToString();
    }

    private void Runtime(string runtime)
    {
        var place = ShellText.Quote(Path.Combine(folder, RunnerMounts.PrivateFolder));
        // Made by us, the folders and files for mounts are the same with every runtime.
        foreach (var path in new[] { run.Proc, run.Dev, run.Sys })
            Folder(path);
        foreach (var mount in run.Mounts)
            Point(mount);
        Line("mount -t proc proc /proc");
        var isCrun = Path.GetFileName(runtime) == "crun";
        // Control groups would outlive a build that is killed. crun does without, but looks at them first; runc does without where it
        // may not write.
        if (isCrun)
            Line("mount -t tmpfs -o ro tmpfs /sys/fs/cgroup || :");
        else
            Line("while read -r a b c d point rest; do case $point in /sys/fs/cgroup*) mount -o remount,bind,ro,nosuid,nodev,noexec \"$point\" || :;; esac; done < /proc/self/mountinfo");
        Line($": > {Started}");
        Line($"exec {ShellText.Quote(runtime)} --root {place}/state {(isCrun ? "--cgroup-manager=disabled" : "--rootless true")} run --bundle {place} {Path.GetFileName(folder)}");
    }

    private void Root()
    {
        Proc();
        Dev();
        Sys();
        foreach (var mount in run.Mounts)
            Mount(mount);
        Line(machine.Tools.ContainsKey("hostname") ? $"hostname {HostName}" : $"echo {HostName} > /proc/sys/kernel/hostname || :");
        if (!run.HasNetwork && machine.Tools.ContainsKey("ip"))
            Line("ip link set lo up");
        Line($": > {Started}");
        // What lies below a mount on the root of a namespace cannot be reached from above it, whatever chroot is called with.
        Line("cd root; mount --move . /");
        foreach (var (name, value) in run.Secrets)
            Line($"export {name}={ShellText.Quote(value)}");
        Line("exec " + ShellText.Quote(Command()));
    }

    private IEnumerable<string> Command()
    {
        var number = CultureInfo.InvariantCulture;
        var user = run.User;
        return
        [
            machine.Tools["env"], .. SandboxEnvironment.NotForCommands.SelectMany(name => new[] { "-u", name }), .. run.Environment.Select(variable => $"{variable.Key}={variable.Value}"),
            machine.Tools["setpriv"], "--bounding-set", "-all," + string.Join(',', Capabilities.Default.Select(name => "+" + name)), "--inh-caps", "-all",
            "--regid", user.Gid.ToString(number), .. user.Groups.IsEmpty ? new[] { "--clear-groups" } : ["--groups", string.Join(',', user.Groups)],
            machine.Tools["unshare"], "--root", ".", "--wd", run.WorkingDirectory.Text, .. user.Uid == 0 ? Array.Empty<string>() : ["--setuid", user.Uid.ToString(number)],
            "--", .. run.Command,
        ];
    }

    private void Proc()
    {
        var proc = Folder(run.Proc);
        Line($"mount -t proc -o nosuid,nodev,noexec proc {proc}");
        Line($"for n in {string.Join(' ', ReadOnlyInProc)}; do if [ -e {proc}/$n ]; then mount --bind {proc}/$n {proc}/$n; flags ro,nodev {proc}/$n; fi; done");
        Line($"for n in {string.Join(' ', HiddenInProc)}; do if [ -d {proc}/$n ]; then mount -t tmpfs -o ro tmpfs {proc}/$n; elif [ -e {proc}/$n ]; then mount --bind /dev/null {proc}/$n; fi; done");
    }

    private void Dev()
    {
        var dev = Folder(run.Dev);
        Line($"mount -t tmpfs -o nosuid,nodev,noexec,mode=755,size=64m tmpfs {dev}; mkdir {dev}/pts {dev}/shm {dev}/mqueue");
        Line($"for n in {string.Join(' ', Devices)}; do : > {dev}/$n; mount --bind /dev/$n {dev}/$n; done");
        Line($"ln -s /proc/self/fd {dev}/fd; ln -s /proc/self/fd/0 {dev}/stdin; ln -s /proc/self/fd/1 {dev}/stdout; ln -s /proc/self/fd/2 {dev}/stderr; ln -s pts/ptmx {dev}/ptmx");
        Line($"mount -t devpts -o nosuid,noexec,newinstance,ptmxmode=0666,mode=0620,gid=5 devpts {dev}/pts");
        Line($"mount -t tmpfs -o nosuid,nodev,noexec,mode=1777 tmpfs {dev}/shm; mount -t mqueue -o nosuid,nodev,noexec mqueue {dev}/mqueue 2>/dev/null || :");
    }

    private void Sys()
    {
        var sys = Folder(run.Sys);
        // Whoever does not own the network may not mount this anew.
        Line($"mount -t sysfs -o ro,nosuid,nodev,noexec sysfs {sys} 2>/dev/null || {{ mount --rbind /sys {sys}; flags ro,nodev {sys}; mount -t tmpfs -o ro tmpfs {sys}/fs/cgroup; }}");
        Line($"if [ -d {sys}/firmware ]; then mount -t tmpfs -o ro tmpfs {sys}/firmware; fi");
    }

    private void Mount(SandboxMount mount)
    {
        var target = Point(mount);
        if (mount.MemorySize is { } size)
            Line(string.Create(CultureInfo.InvariantCulture, $"mount -t tmpfs -o nosuid,nodev,mode=1777{(size > 0 ? ",size=" + size.ToString(CultureInfo.InvariantCulture) : "")} tmpfs {target}"));
        else
            Line($"mount --bind {ShellText.Quote(mount.Source)} {target}; flags {(mount.IsReadOnly ? "ro,nodev" : "nodev")} {target}");
    }

    private string Point(SandboxMount mount)
    {
        if (mount.IsFolder)
            return Folder(mount.Target);
        var target = Place(mount.Target);
        Line($"{(mount.Target.Parent is { } parent && parent != ContainerPath.Root ? $"mkdir -p {Place(parent)}; " : "")}[ -e {target} ] || : > {target}");
        return target;
    }

    private string Folder(ContainerPath path)
    {
        var place = Place(path);
        Line($"mkdir -p {place}");
        return place;
    }

    private string Place(ContainerPath path)
    {
        var above = new List<string>();
        for (var place = path; place is not null && place != ContainerPath.Root; place = place.Parent)
            above.Add("root" + place.Text);
        Line($"plain {ShellText.Quote(Enumerable.Reverse(above))}");
        return ShellText.Quote("root" + path.Text);
    }

    private void Line(string line) => _text.Append(line).Append('\n');
}
