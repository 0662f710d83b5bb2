using Containerize.Diagnostics;
using Containerize.Dockerfiles.Execution.Requests;

namespace Containerize.Tests.Dockerfiles;

/// <summary>What a command has and may do while it runs, and the errors when it fails.</summary>
public sealed class RunningProcessTests : IDisposable
{
    private readonly RunningBase _base = new();

    public static TheoryData<string> Ways => RunningTests.Ways;

    public void Dispose() => _base.Dispose();

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_command_has_the_hosts_the_memory_and_the_limits_that_the_line_names(string way)
    {
        var request = _base.Request(
            "grep example /etc/hosts; ulimit -n; ulimit -H -n; stat -f -c %S-%b /dev/shm; dd if=/dev/zero "
                + "of=/dev/shm/f bs=64k count=64 2>&1 | grep -c 'No space'"
        ) with
        {
            Resources = RunResources.Read(
                ["db.example:10.0.0.5", "v6.example=[fe80::1]"],
                "1m",
                ["nofile=200:300"],
                ""
            ),
        };
        var (lines, entries) = await _base.RunAsync(way, request);
        Assert.Equal(["10.0.0.5 db.example", "fe80::1 v6.example"], lines[..2].Select(line => line.Replace('\t', ' ')));
        Assert.Equal(["200", "300"], lines[2..4]);
        Assert.Equal(1 << 20, lines[4].Split('-').Select(long.Parse).Aggregate((size, count) => size * count));
        Assert.Equal("1", lines[5]);
        Assert.Empty(entries);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_command_has_the_user_the_folder_and_the_variables_that_it_should(string way)
    {
        var request = _base.Request("id; pwd; env; hostname; grep Cap /proc/self/status") with
        {
            User = "node",
            WorkingDirectory = "/run/work",
            Environment =
            [
                new("PATH", "/bin"),
                new("QUOTED", "it's $HOME \"quoted\""),
                new("EMPTY", ""),
                new("UID", "7"),
                new("LD_LIBRARY_PATH", "/nowhere"),
            ],
        };
        var (lines, entries) = await _base.RunAsync(way, request);
        Assert.Equal(
            "uid=1000(node) gid=1001(node) groups=29(audio)",
            lines[0]
                .Replace(",1001(node)", "", StringComparison.Ordinal)
                .Replace("1001(node),", "", StringComparison.Ordinal)
        );
        Assert.Equal(
            "/var/run/work",
            lines[1]
                .Replace("/run/work", "/var/run/work", StringComparison.Ordinal)
                .Replace("/var/var", "/var", StringComparison.Ordinal)
        );
        Assert.Equal(
            [
                "EMPTY=",
                "HOME=/home/node",
                "LD_LIBRARY_PATH=/nowhere",
                "PATH=/bin",
                "QUOTED=it's $HOME \"quoted\"",
                "UID=7",
            ],
            lines
                .Where(line =>
                    line.Contains('=', StringComparison.Ordinal)
                    && !line.StartsWith("uid=", StringComparison.Ordinal)
                    && !line.StartsWith("PWD=", StringComparison.Ordinal)
                    && !line.StartsWith("SHLVL=", StringComparison.Ordinal)
                )
                .Order(StringComparer.Ordinal)
        );
        Assert.Contains("containerize", lines);
        Assert.Contains("CapEff:\t0000000000000000", lines);
        Assert.Contains("CapBnd:\t00000000800405fb", lines);
        Assert.Equal(
            ["Directory /var/run/work 755 0:0"],
            entries.Where(entry => entry.Contains("work", StringComparison.Ordinal))
        );
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Variables_need_not_have_names_that_a_shell_knows(string way) =>
        Assert.Equal(
            ["HOME=/root", "PATH=/bin", "a b.c=d\te"],
            (
                await _base.RunAsync(
                    way,
                    _base.Request("") with
                    {
                        Command = ["env"],
                        Environment = [new("PATH", "/bin"), new("a b.c", "d\te")],
                    }
                )
            ).Lines.Order(StringComparer.Ordinal)
        );

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Root_has_what_Docker_and_buildah_both_leave_it(string way)
    {
        var (lines, _) = await _base.RunAsync(
            way,
            _base.Request("id -u; echo $HOME; grep -E 'CapEff|CapBnd|NoNewPrivs' /proc/self/status; su node -c 'id -u'")
        );
        Assert.Equal(
            ["0", "/root", "CapEff:\t00000000800405fb", "CapBnd:\t00000000800405fb", "NoNewPrivs:\t0", "1000"],
            lines
        );
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_user_that_the_image_does_not_know_is_an_error(string way)
    {
        var exception = await Assert.ThrowsAsync<ContainerizeException>(() =>
            _base.RunAsync(way, _base.Request("true") with { User = "nobody" })
        );
        Assert.Equal(DiagnosticTable.RunUserUnknown, exception.Diagnostic);
        Assert.StartsWith(
            "Dockerfile:1:1: RUN: the image knows no user 'nobody'",
            exception.Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_command_that_fails_says_its_code_and_its_last_lines(string way)
    {
        var exception = await Assert.ThrowsAsync<ContainerizeException>(() =>
            _base.RunAsync(
                way,
                _base.Request("for i in 1 2 3; do echo line $i; done; sleep 0.2; echo bad >&2; exit 42")
            )
        );
        Assert.Equal(DiagnosticTable.RunFailed, exception.Diagnostic);
        Assert.Equal(
            "Dockerfile:1:1: RUN: the command ended with exit code 42. Its last lines:\nline 1\nline 2\nline 3\nbad",
            exception.Message
        );
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_network_is_there_unless_it_is_taken_away(string way)
    {
        var (with, _) = await _base.RunAsync(
            way,
            _base.Request("ls /sys/class/net | wc -l; cat /proc/net/dev | wc -l")
        );
        var (without, _) = await _base.RunAsync(
            way,
            _base.Request(
                "grep -c : /proc/net/dev; grep -o lo: /proc/net/dev; ip addr show lo | grep -o 'inet "
                    + "127.0.0.1'; wc -c < /etc/resolv.conf"
            ) with
            {
                Network = NetworkMode.None,
            }
        );
        Assert.True(int.Parse(with[1], System.Globalization.CultureInfo.InvariantCulture) > 3);
        Assert.Equal(["1", "lo:", "inet 127.0.0.1", "0"], without);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_command_is_stopped_when_the_build_is(string way)
    {
        using var stop = new CancellationTokenSource();
        var request = _base.Request("echo started; sleep 1000") with { Output = _ => stop.Cancel() };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _base.Runner(way).RunAsync(request, stop.Token));
    }
}
