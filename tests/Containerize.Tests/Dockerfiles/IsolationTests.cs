using System.Diagnostics;
using System.Globalization;
using Containerize.Dockerfiles.Execution;
using Containerize.Dockerfiles.Execution.Requests;

namespace Containerize.Tests.Dockerfiles;

/// <summary>A command of <c>RUN</c> reaches nothing outside of its root, and nothing of it stays behind.</summary>
public sealed class IsolationTests : IDisposable
{
    private readonly RunningBase _base = new();

    public static TheoryData<string> Ways => RunningTests.Ways;

    public void Dispose() => _base.Dispose();

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task It_cannot_write_outside_its_root(string way)
    {
        var outside = Directory.CreateDirectory(_base.Folder("outside")).FullName;
        Directory.CreateDirectory(_base.Folder("context"));
        File.SetUnixFileMode(outside, (UnixFileMode)0b111_111_111);
        var (lines, _) = await _base.RunAsync(
            way,
            _base.Request(
                $$"""
                exec 2>&1
                reach() { echo x > "$1{{outside}}/reached" 2>/dev/null && echo "reached by $1"; }
                reach ""; reach /..; reach /proc/1/root; reach /proc/self/root/../../..; reach /proc/self/cwd/../..
                # The way out of a chroot for a process that may chroot again.
                mkdir -p /jail /bin/x; cp=/bin/busybox; cd /
                chroot /jail true 2>/dev/null; for up in .. ../.. ../../../../../../../..; do reach "$up"; done
                mount -t tmpfs none /tmp 2>/dev/null && echo mounted
                mount --bind / /old 2>/dev/null && echo bound
                umount -l / 2>/dev/null && echo unmounted; umount -l /proc 2>/dev/null && echo unmounted proc
                unshare -m true 2>/dev/null && echo unshared
                unshare -r -m umount -l / 2>/dev/null && echo unmounted as root of a namespace
                for i in 0 1 2 3; do mknod /dev/disk$i b $((254 + i % 2)) $((i / 2)) 2>/dev/null && dd if=/dev/disk$i of=/dev/null count=1 2>/dev/null && echo disk $i; done
                mknod /kmsg c 1 11 2>/dev/null && cat /kmsg > /dev/null 2>&1 && echo kernel log
                mknod /c/zero c 1 5 2>/dev/null && dd if=/c/zero of=/dev/null count=1 2>/dev/null && echo device of a cache
                echo 1 > /proc/sys/kernel/panic_on_oops 2>/dev/null && echo kernel setting
                echo b > /proc/sysrq-trigger 2>/dev/null && echo sysrq
                find /sys -maxdepth 3 -name 'release_agent' 2>/dev/null
                touch /sys/x 2>/dev/null && echo sysfs
                date -s 2000-01-01 > /dev/null 2>&1; [ "$(date +%Y)" = 2000 ] && echo clock
                echo end
                """
            ) with
            {
                Mounts = [new CacheMount("/c", "isolation")],
            }
        );
        Assert.Equal("end", lines[^1]);
        Assert.DoesNotContain(
            lines,
            line =>
                line.Contains("reached by", StringComparison.Ordinal)
                || line is "mounted" or "bound"
                || line.StartsWith("unmounted", StringComparison.Ordinal)
                || line.StartsWith("disk", StringComparison.Ordinal)
                || line
                    is "kernel log"
                        or "device of a cache"
                        or "kernel setting"
                        or "sysrq"
                        or "sysfs"
                        or "clock"
                        or "unshared"
                || line.Contains("release_agent", StringComparison.Ordinal)
        );
        Assert.Empty(Directory.GetFileSystemEntries(outside));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task It_sees_no_process_of_the_machine_and_reaches_none(string way)
    {
        using var other = Process.Start(new ProcessStartInfo("sleep", ["600"]))!;
        try
        {
            var (lines, _) = await _base.RunAsync(
                way,
                _base.Request(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"ls /proc | grep -c '^[0-9]'; [ -e /proc/{other.Id} ] && [ {other.Id} -gt 100 ] && "
                            + $"echo seen; kill -0 {other.Id} 2>/dev/null && echo killed; kill -9 -1 2>/dev/null; "
                            + $"echo end; hostname other; cat /proc/self/mountinfo"
                    )
                )
            );
            Assert.True(int.Parse(lines[0], CultureInfo.InvariantCulture) <= 4, lines[0]);
            Assert.DoesNotContain("seen", lines);
            Assert.DoesNotContain("killed", lines);
            // Nothing of the machine's own mounts but the devices and what is below the folders of the build.
            Assert.DoesNotContain(
                lines,
                line =>
                    line.Contains(" /home", StringComparison.Ordinal)
                    || line.Contains(" /var ", StringComparison.Ordinal)
            );
            Assert.False(other.HasExited);
        }
        finally
        {
            other.Kill();
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Nothing_that_it_started_goes_on(string way)
    {
        var seconds = Random.Shared.Next(10_000, 99_999).ToString(CultureInfo.InvariantCulture);
        var mounts = await MountsAsync();
        var (lines, _) = await _base.RunAsync(
            way,
            _base.Request(
                $"setsid sleep {seconds} > /dev/null 2>&1 < /dev/null & (sleep {seconds} &) ; for i in 1 2 3 4 "
                    + $"5 6 7 8 9; do sleep 0.2; [ $(ps | grep -c 'sleep {seconds}$') -ge 2 ] && break; done; ps | "
                    + $"grep -c 'sleep {seconds}$'"
            )
        );
        Assert.True(int.Parse(lines[^1], CultureInfo.InvariantCulture) >= 2, string.Join('\n', lines));
        Assert.Empty(Processes(seconds));
        Assert.Equal(mounts, await MountsAsync());
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_build_that_is_killed_leaves_no_mount_and_no_process(string way)
    {
        var seconds = Random.Shared.Next(10_000, 99_999).ToString(CultureInfo.InvariantCulture);
        var mounts = await MountsAsync();
        var groups = ControlGroups();
        using var build = Process.Start(
            new ProcessStartInfo(
                Environment.ProcessPath!,
                ["-noLogo", "-explicit", "only", "-method", "*.IsolationTests.A_build_that_takes_long"]
            )
            {
                Environment =
                {
                    ["CTZ_TEST_WAY"] = way,
                    ["CTZ_TEST_SECONDS"] = seconds,
                    ["CTZ_TEST_LAYERS"] = _base.Folder("layers"),
                },
                RedirectStandardOutput = true,
            }
        )!;
        for (var patience = 600; Processes(seconds).Length < 2 && patience > 0; patience--)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.True(Processes(seconds).Length >= 2, "The command never ran.");
        build.Kill();
        await build.WaitForExitAsync(TestContext.Current.CancellationToken);
        for (var patience = 100; Processes(seconds).Length > 0 && patience > 0; patience--)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Empty(Processes(seconds));
        Assert.Equal(mounts, await MountsAsync());
        Assert.Equal(groups, ControlGroups());
        // What it had begun is there until the next build, which leaves alone what a living one has.
        var folder = Assert.Single(Directory.GetDirectories(_base.Folder("layers")));
        Assert.NotEmpty(Directory.GetDirectories(folder, "run-*"));
        using (
            new FileStream(
                Path.Combine(folder, "run-alive.lock"),
                FileMode.CreateNew,
                FileAccess.ReadWrite,
                FileShare.None
            )
        )
        {
            var alive = Directory.CreateDirectory(Path.Combine(folder, "run-alive")).FullName;
            await _base.RunAsync(way, _base.Request("true"));
            Assert.Equal([alive], Directory.GetDirectories(folder, "run-*"));
        }

        await _base.RunAsync(way, _base.Request("true"));
        Assert.Empty(Directory.GetFileSystemEntries(folder, "run-*"));
    }

    /// <summary>What the test above kills: no test by itself, and only run when it is asked for.</summary>
    [Fact(Explicit = true)]
    public async Task A_build_that_takes_long()
    {
        var seconds = Environment.GetEnvironmentVariable("CTZ_TEST_SECONDS");
        var runner = new RunExecutor(
            RunningBase.Machine(Environment.GetEnvironmentVariable("CTZ_TEST_WAY")!),
            Environment.GetEnvironmentVariable("CTZ_TEST_LAYERS")!
        );
        // The kernel forgets the wish to die with a parent when a process changes its user.
        await runner.RunAsync(
            _base.Request($"setsid sleep {seconds} & sleep {seconds}") with
            {
                User = "node",
            },
            TestContext.Current.CancellationToken
        );
    }

    private static string[] Processes(string seconds) =>
        [
            .. Directory
                .GetDirectories("/proc")
                .Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0]))
                .Select(folder =>
                {
                    try
                    {
                        return File.ReadAllText(Path.Combine(folder, "cmdline"));
                    }
                    catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                    {
                        return "";
                    }
                })
                .Where(line => line.Contains($"sleep\0{seconds}\0", StringComparison.Ordinal)),
        ];

    private static async Task<string[]> MountsAsync() =>
        [
            .. (await File.ReadAllLinesAsync("/proc/self/mountinfo", TestContext.Current.CancellationToken)).Where(
                line => line.Contains("ctz-running", StringComparison.Ordinal)
            ),
        ];

    private static string[] ControlGroups() =>
        [
            .. Directory.EnumerateDirectories(
                "/sys/fs/cgroup",
                "run-*",
                new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true }
            ),
        ];
}
