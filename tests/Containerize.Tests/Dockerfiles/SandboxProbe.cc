// What a command of RUN can do, one line each: a name, a tab, and "allowed" or "denied". Compiled by SandboxTableTests, statically, and run by every
// builder. Arguments: the number of a loop device's file of the test, a port of the host's loopback, the name of an abstract socket of the host,
// and the names of the host's namespaces.
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static void say(const char *kind, const char *name, bool allowed) { printf("%s %s\t%s\n", kind, name, allowed ? "allowed" : "denied"); fflush(stdout); }

// Whether a call reaches the kernel's own code: any error but those of a filter or of a missing capability. In a child, which may be killed.
static bool reaches(long number, long a, long b, long c, long d, long e)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        alarm(3);
        errno = 0;
        long result = syscall(number, a, b, c, d, e);
        _exit(result >= 0 || (errno != EPERM && errno != ENOSYS && errno != EAFNOSUPPORT && errno != EACCES) ? 1 : 0);
    }
    waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 1;
}

static void call(const char *name, long number, long a = -1, long b = -1, long c = -1, long d = -1, long e = -1) { say("call", name, reaches(number, a, b, c, d, e)); }

static void capabilities()
{
    static const char *names[] = { "chown", "dac_override", "dac_read_search", "fowner", "fsetid", "kill", "setgid", "setuid", "setpcap", "linux_immutable",
        "net_bind_service", "net_broadcast", "net_admin", "net_raw", "ipc_lock", "ipc_owner", "sys_module", "sys_rawio", "sys_chroot", "sys_ptrace", "sys_pacct",
        "sys_admin", "sys_boot", "sys_nice", "sys_resource", "sys_time", "sys_tty_config", "mknod", "lease", "audit_write", "audit_control", "setfcap",
        "mac_override", "mac_admin", "syslog", "wake_alarm", "block_suspend", "audit_read", "perfmon", "bpf", "checkpoint_restore" };
    char line[256];
    unsigned long long effective = 0, bounding = 0, ambient = 0;
    int seccomp = 0;
    FILE *status = fopen("/proc/self/status", "r");
    while (status && fgets(line, sizeof line, status)) {
        sscanf(line, "CapEff: %llx", &effective);
        sscanf(line, "CapBnd: %llx", &bounding);
        sscanf(line, "CapAmb: %llx", &ambient);
        sscanf(line, "Seccomp: %d", &seccomp);
    }
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
        say("capability", names[i], (effective | bounding) >> i & 1);
    }
    say("ambient", "capabilities", ambient != 0);
    say("without", "filter", seccomp != 2);
}

static void device(const char *name, mode_t mode, unsigned major, unsigned minor)
{
    char byte;
    unlink("/probe-node");
    bool opened = false;
    if (mknod("/probe-node", mode | 0600, makedev(major, minor)) == 0) {
        int file = open("/probe-node", O_RDONLY);
        opened = file >= 0 && read(file, &byte, 1) == 1;
        close(file);
    }
    unlink("/probe-node");
    say("device", name, opened);
}

static void seen(const char *path)
{
    struct stat info;
    char byte;
    bool visible = false;
    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode)) {
        DIR *folder = opendir(path);
        struct dirent *entry;
        while (folder && (entry = readdir(folder)))
            visible |= strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    } else {
        int file = open(path, O_RDONLY | O_NONBLOCK);
        visible = file >= 0 && read(file, &byte, 1) == 1;
        close(file);
    }
    say("read", path, visible);
}

static void written(const char *path) { int file = open(path, O_WRONLY); say("write", path, file >= 0); close(file); }

static void network(int port, const char *abstract)
{
    struct sockaddr_in loopback = {};
    loopback.sin_family = AF_INET;
    loopback.sin_port = htons(port);
    loopback.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int stream = socket(AF_INET, SOCK_STREAM, 0);
    say("network", "host-loopback", stream >= 0 && connect(stream, (struct sockaddr *)&loopback, sizeof loopback) == 0);
    struct sockaddr_un name = {};
    name.sun_family = AF_UNIX;
    strncpy(name.sun_path + 1, abstract, sizeof name.sun_path - 2);
    int local = socket(AF_UNIX, SOCK_STREAM, 0);
    say("network", "host-abstract-socket", local >= 0 && connect(local, (struct sockaddr *)&name, offsetof(struct sockaddr_un, sun_path) + 1 + strlen(abstract)) == 0);
    say("network", "packet-socket", socket(AF_PACKET, SOCK_RAW, 0) >= 0);
    say("network", "raw-socket", socket(AF_INET, SOCK_RAW, 1) >= 0);
    say("network", "vsock-socket", socket(AF_VSOCK, SOCK_STREAM, 0) >= 0);
    say("network", "audit-socket", socket(AF_NETLINK, SOCK_RAW, 9) >= 0);
}

int main(int count, char **words)
{
    capabilities();
    device("block", S_IFBLK, 7, atoi(words[1]));
    device("zero", S_IFCHR, 1, 5);
    static const char *kernels[] = { "/proc/acpi", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/sched_debug", "/proc/scsi",
        "/proc/timer_list", "/proc/timer_stats", "/proc/asound", "/sys/firmware", "/sys/dev/block", "/sys/devices/virtual/powercap", "/sys/fs/selinux",
        "/sys/devices/system/cpu/cpu0/thermal_throttle" };
    for (const char *path : kernels)
        seen(path);
    static const char *settings[] = { "/proc/sys/kernel/domainname", "/proc/sys/vm/drop_caches", "/proc/sysrq-trigger", "/proc/irq/default_smp_affinity",
        "/sys/kernel/mm/ksm/run", "/sys/kernel/uevent_helper", "/sys/power/state" };
    for (const char *path : settings)
        written(path);
    static const char *kinds[] = { "mnt", "pid", "ipc", "uts", "net" };
    for (int i = 0; i < 5 && i + 4 < count; i++) {
        char path[64], target[64] = "";
        snprintf(path, sizeof path, "/proc/self/ns/%s", kinds[i]);
        if (readlink(path, target, sizeof target - 1) < 0)
            perror(path);
        say("host-namespace", kinds[i], strcmp(target, words[i + 4]) == 0);
    }
    say("session", "of-the-host", getsid(0) <= 0);
    network(atoi(words[2]), words[3]);
    call("acct", SYS_acct);
    call("add_key", SYS_add_key);
    call("bpf", SYS_bpf, 0, 0, 0);
    call("clock_settime", SYS_clock_settime, 0, 0);
    call("clone3", SYS_clone3, 0, 0);
    call("delete_module", SYS_delete_module, 0, 0);
    call("fanotify_init", SYS_fanotify_init, 0, 0);
    call("finit_module", SYS_finit_module);
    call("fsconfig", 431);
    call("fsmount", 432);
    call("fsopen", 430, 0, 0);
    call("fspick", 433);
    call("get_mempolicy", SYS_get_mempolicy);
    call("init_module", SYS_init_module, 0, 0, 0);
    call("io_pgetevents", SYS_io_pgetevents);
    call("io_uring_setup", 425, 0, 0);
    call("ioperm", SYS_ioperm);
    call("iopl", SYS_iopl, 3);
    call("kcmp", SYS_kcmp, getpid(), getpid(), 0, 0, 0);
    call("kexec_load", SYS_kexec_load, 0, 0, 0, 0);
    call("keyctl", SYS_keyctl, 0, -3, 0);
    call("listmount", 458);
    call("lookup_dcookie", SYS_lookup_dcookie, 0, 0, 0);
    call("mbind", SYS_mbind);
    call("migrate_pages", SYS_migrate_pages, 0, 0, 0, 0);
    call("mount", SYS_mount, 0, 0, 0, 0, 0);
    call("mount_setattr", 442);
    call("move_mount", 429);
    call("move_pages", SYS_move_pages, 0, 0, 0, 0, 0);
    call("open_by_handle_at", SYS_open_by_handle_at);
    call("open_tree", 428);
    call("perf_event_open", SYS_perf_event_open, 0, 0, -1, -1, 0);
    call("personality-no-randomize", SYS_personality, 0x40000);
    call("pidfd_getfd", 438);
    call("pivot_root", SYS_pivot_root, 0, 0);
    call("process_madvise", 440);
    call("process_vm_readv", SYS_process_vm_readv, getpid(), 0, 0, 0, 0);
    call("process_vm_writev", SYS_process_vm_writev, getpid(), 0, 0, 0, 0);
    call("quotactl", SYS_quotactl, 0, 0, 0, 0);
    call("request_key", SYS_request_key);
    call("set_mempolicy", SYS_set_mempolicy, 0, 0, 0);
    call("setdomainname", SYS_setdomainname, 0, 0);
    call("sethostname", SYS_sethostname, 0, 0);
    call("setns", SYS_setns);
    call("settimeofday", SYS_settimeofday, 0, 0);
    call("statmount", 457);
    call("swapoff", SYS_swapoff, 0);
    call("swapon", SYS_swapon, 0, 0);
    call("syslog", SYS_syslog, 10, 0, 0);
    call("umount2", SYS_umount2, 0, 0);
    call("unshare-mount", SYS_unshare, CLONE_NEWNS);
    call("unshare-user", SYS_unshare, CLONE_NEWUSER);
    call("userfaultfd", SYS_userfaultfd, 0);
    call("vhangup", SYS_vhangup);
    call("vmsplice", SYS_vmsplice, -1, 0, 0, 0);
#ifdef __x86_64__
    call("sysfs", SYS_sysfs, 3, 0, 0);
    call("uselib", SYS_uselib, 0);
    call("ustat", SYS_ustat, -1, 0);
#endif
    return 0;
}
