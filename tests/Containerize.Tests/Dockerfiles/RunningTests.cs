using Containerize.Diagnostics;
using Containerize.Dockerfiles.Execution.Requests;
using Containerize.Entries;
using Containerize.Images;

namespace Containerize.Tests.Dockerfiles;

/// <summary>What a command sees and what becomes of what it changes, in every way that a command is run in. As root
/// here; <see cref="RunningUserTests"/> runs these as somebody else.</summary>
public sealed class RunningTests : IDisposable
{
    private readonly RunningBase _base = new();

    public static TheoryData<string> Ways { get; } = ["crun", "runc", "unshare", "copies"];

    public void Dispose() => _base.Dispose();

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task What_a_command_changed_becomes_entries(string way)
    {
        var (_, entries) = await _base.RunAsync(
            way,
            _base.Request(
                """
                set -e
                echo new > /new; ln /new /also; ln -s new /soft; chmod 4711 /new; mkfifo /pipe
                mkdir -p /d/e; chown 5:6 /d; chmod 2775 /d/e
                rm /etc/gone; rm -r /old; mkdir /old; echo c > /old/c
                echo more >> /etc/group
                """
            )
        );
        Assert.Equal(
            [
                "File /also 4711 0:0 new",
                "Directory /d 755 5:6",
                "Directory /d/e 2775 0:0",
                "Directory /etc 755 0:0",
                "Whiteout /etc/gone 644 0:0",
                "File /etc/group 644 0:0 root:x:0:\naudio:x:29:node\nnode:x:1001:\nmore",
                "HardLink /new 4711 0:0 -> /also",
                "Directory /old 755 0:0",
                .. way == "copies"
                    ? new[] { "Whiteout /old/a 644 0:0", "Whiteout /old/b 644 0:0" }
                    : ["OpaqueWhiteout /old 644 0:0"],
                "File /old/c 644 0:0 c",
                "Fifo /pipe 644 0:0",
                "SymbolicLink /soft 777 0:0 -> new",
            ],
            entries
        );
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_command_that_changes_nothing_leaves_nothing(string way) =>
        Assert.Empty(
            (
                await _base.RunAsync(
                    way,
                    _base.Request("cat /etc/resolv.conf /etc/hosts > /dev/null && ls /proc /sys /dev > /dev/null")
                )
            ).Entries
        );

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Files_have_the_latest_time_that_is_allowed_and_older_ones_keep_theirs(string way)
    {
        var request = _base.Request(
            "echo a > /new; touch -d @1000000000 /old/a 2>/dev/null || touch -t 200109090146.40 /old/a; touch "
                + "-t 203001010000 /old/b"
        ) with
        {
            Time = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000),
        };
        var entries = (await _base.RunAsync(way, request)).Entries;
        Assert.Contains("File /new 644 0:0 a 2023-11-14 22:13:20Z", entries);
        Assert.Contains("File /old/a 644 0:0 a 2001-09-09 01:46:40Z", entries);
        Assert.Contains("File /old/b 644 0:0 b 2023-11-14 22:13:20Z", entries);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task The_next_command_stands_on_what_the_last_one_left(string way)
    {
        await using var changes = await _base
            .Runner(way)
            .RunAsync(
                _base.Request("echo one > /tmp/one; rm -r /old; chmod 750 /var"),
                TestContext.Current.CancellationToken
            );
        var state = _base.With(_base.Image, changes.Entries);
        // A layer that only puts something into a folder leaves the folder's mode as it is.
        state = _base.With(state, [RunningBase.Text("/var/note", "note"), RunningBase.Text("/tmp/note", "note")]);
        var (lines, _) = await _base.RunAsync(
            way,
            _base.Request(
                "exec 2>&1; cat /tmp/one; ls -d /old; stat -c '%a %n' /var /tmp /var/note; touch /old 2>&1 && "
                    + "stat -c %F /old"
            ) with
            {
                State = state,
            }
        );
        Assert.Equal(
            [
                "one",
                "ls: /old: No such file or directory",
                "750 /var",
                "1777 /tmp",
                "644 /var/note",
                "regular empty file",
            ],
            lines
        );
    }

    [Theory]
    [InlineData("crun", 0)]
    [InlineData("unshare", 0)]
    [InlineData("crun", 1_700_000_000)]
    public async Task The_next_command_sees_what_the_layer_holds_whether_it_was_unpacked_or_is_what_the_last_one_left(
        string way,
        int seconds
    )
    {
        var request = _base.Request(
            """
            set -e
            echo new > /new; ln /new /also; ln -s new /soft; ln -s /nowhere /dangling; chmod 4711 /new; mkfifo /pipe; chown 5:6 /pipe
            mkdir -p /d/e "/with space"; chown 5:6 /d; chmod 2775 /d/e; printf x > "/with space/quote'\nbreak"; touch -h /dangling
            rm /etc/gone; rm -r /old; mkdir /old; echo c > /old/c; chmod 700 /root; touch -t 200109090146.40 /d/e
            echo more >> /etc/group
            """
        ) with
        {
            Time = DateTimeOffset.FromUnixTimeSeconds(seconds),
            Mounts = [new TmpfsMount("/mounted/in/memory", null)],
            WorkingDirectory = "/made/for/it",
        };
        var image = _base.Image;
        await using (var changes = await _base.Runner(way).RunAsync(request, TestContext.Current.CancellationToken))
        {
            image = _base.With(image, changes.Entries);
            await changes.Keeping(image.Layers[^1], TestContext.Current.CancellationToken);
        }

        Assert.Equal(
            2,
            Directory.GetDirectories(Assert.Single(Directory.GetDirectories(_base.Folder("layers")))).Length
        );
        var look = _base.Request(
            "find / -xdev -mindepth 1 -exec stat -c '%N %F %a %u:%g %s %y %t:%T' {} + | grep -vE "
                + "'^/(dev|proc|sys|etc|etc/hosts|etc/resolv.conf) '; find / -xdev -type f -links +1; cat /also "
                + "/old/c /etc/group"
        ) with
        {
            State = image,
        };
        var (left, _) = await _base.RunAsync(way, look);
        var (unpacked, _) = await _base.RunAsync(way, look, "other-layers");
        Assert.Contains(left, line => line.Contains("/new", StringComparison.Ordinal));
        Assert.Equal(unpacked.Order(StringComparer.Ordinal), left.Order(StringComparer.Ordinal));
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

    [Fact]
    public async Task Every_way_makes_the_same_layer()
    {
        var digests = new HashSet<Digest>();
        foreach (var way in Ways)
        {
            // Where nothing is there to mount things in, the folders for that are the same, too.
            await using var small = await _base
                .Runner(way.Data)
                .RunAsync(
                    _base.Request("echo x > /etc/made; echo x > /made/it; rm -r /old") with
                    {
                        State = _base.With(_base.Image, [RunningBase.Entry("/etc", EntryKind.Whiteout, 420)]),
                        Mounts = [new TmpfsMount("/made/in/memory", null)],
                    },
                    TestContext.Current.CancellationToken
                );
            digests.Add(_base.With(_base.Image, small.Entries).Layers[^1].DiffId);
            await using var changes = await _base
                .Runner(way.Data)
                .RunAsync(
                    _base.Request(
                        "mkdir -p /a/b && echo x > /a/b/c && ln /a/b/c /a/c && rm /etc/gone && chown 1000:29 /a"
                    ),
                    TestContext.Current.CancellationToken
                );
            digests.Add(_base.With(_base.Image, changes.Entries).Layers[^1].DiffId);
        }

        Assert.Equal(2, digests.Count);
    }
}
