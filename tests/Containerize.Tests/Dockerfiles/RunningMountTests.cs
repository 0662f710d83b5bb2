using System.Text;
using Containerize.Diagnostics;
using Containerize.Dockerfiles.Execution.Requests;

namespace Containerize.Tests.Dockerfiles;

/// <summary>What <c>RUN --mount</c> shows to a command, none of which is in the layer.</summary>
public sealed class RunningMountTests : IDisposable
{
    private const string Secret = "a secret of 27 characters!!";

    private readonly RunningBase _base = new();

    public static TheoryData<string> Ways => RunningTests.Ways;

    public void Dispose() => _base.Dispose();

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Files_of_the_context_are_seen_and_stay_as_they_are(string way)
    {
        var context = Directory.CreateDirectory(_base.Folder("context, of: commas")).FullName;
        await File.WriteAllTextAsync(
            Path.Combine(context, "file"),
            "from the context",
            TestContext.Current.CancellationToken
        );
        Directory.CreateDirectory(Path.Combine(context, "sub"));
        File.CreateSymbolicLink(Path.Combine(context, "link"), "sub/../file");
        var (lines, entries) = await _base.RunAsync(
            way,
            _base.Request(
                "cat /c/file /one; (echo x > /c/new) 2>&1; (echo x > /one) 2>&1; echo y > /w/file && echo y > "
                    + "/w/sub/new && cat /w/file; echo z > /wone; cat /wone"
            ) with
            {
                Mounts =
                [
                    new BindMount("/c", "/") { HostFolder = context },
                    new BindMount("/one", "link") { HostFolder = context },
                    new BindMount("/w", ".") { HostFolder = context, IsWritable = true },
                    new BindMount("/wone", "file") { HostFolder = context, IsWritable = true },
                ],
            }
        );
        Assert.Equal(
            [
                "from the contextfrom the context/bin/sh: can't create /c/new: Read-only file system",
                "/bin/sh: can't create /one: Read-only file system",
                "y",
                "z",
            ],
            lines
        );
        Assert.Empty(entries);
        Assert.Equal(
            "from the context",
            await File.ReadAllTextAsync(Path.Combine(context, "file"), TestContext.Current.CancellationToken)
        );
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(context, "sub")));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_link_of_the_context_leads_nowhere_outside(string way)
    {
        var context = Directory.CreateDirectory(_base.Folder("context")).FullName;
        File.CreateSymbolicLink(Path.Combine(context, "out"), "/etc");
        File.CreateSymbolicLink(Path.Combine(context, "up"), "../../../../../../etc/passwd");
        foreach (var source in new[] { "out", "up", "../../../etc", "nothing" })
        {
            var exception = await Assert.ThrowsAsync<ContainerizeException>(() =>
                _base.RunAsync(
                    way,
                    _base.Request("true") with
                    {
                        Mounts = [new BindMount("/c", source) { HostFolder = context }],
                    }
                )
            );
            Assert.Equal(DiagnosticTable.RunMountInvalid, exception.Diagnostic);
        }

        // A mount below a mount: the link in the first would lead to a folder of the machine.
        var inside = await Record.ExceptionAsync(() =>
            _base.RunAsync(
                way,
                _base.Request("ls /c/out") with
                {
                    Mounts =
                    [
                        new BindMount("/c", "/") { HostFolder = context, IsWritable = true },
                        new TmpfsMount("/c/out/ctz-never", null),
                    ],
                }
            )
        );
        Assert.False(Directory.Exists("/etc/ctz-never"));
        Assert.True(
            way is "crun" or "runc"
                || inside is ContainerizeException { Diagnostic: var diagnostic }
                    && diagnostic == DiagnosticTable.RunnerFailed
        );
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Another_image_can_be_looked_into(string way)
    {
        var other = _base.With(_base.Image, [RunningBase.Text("/var/run/note", "of the other")]);
        var (lines, entries) = await _base.RunAsync(
            way,
            _base.Request("cat /o/note /note; (echo x > /o/new) 2>&1; echo x > /w/note; cat /w/note") with
            {
                Mounts =
                [
                    new BindMount("/o", "/run") { Image = other },
                    new BindMount("/note", "run/note") { Image = other },
                    new BindMount("/w", "/run") { Image = other, IsWritable = true },
                ],
            }
        );
        Assert.Equal(["of the otherof the other/bin/sh: can't create /o/new: Read-only file system", "x"], lines);
        Assert.Empty(entries);
        var exception = await Assert.ThrowsAsync<ContainerizeException>(() =>
            _base.RunAsync(
                way,
                _base.Request("true") with
                {
                    Mounts = [new BindMount("/o", "/nothing") { Image = other }],
                }
            )
        );
        Assert.Equal(DiagnosticTable.RunMountInvalid, exception.Diagnostic);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_cache_stays_and_is_in_no_layer(string way)
    {
        var cache = new CacheMount("/root/.cache/tool", "tool")
        {
            Uid = 1000,
            Gid = 29,
            Mode = 0b111_000_000,
        };
        var (first, entries) = await _base.RunAsync(
            way,
            _base.Request("stat -c '%a %u:%g' /root/.cache/tool; echo kept > /root/.cache/tool/a") with
            {
                Mounts = [cache],
            }
        );
        var (second, _) = await _base.RunAsync(
            way,
            _base.Request("cat /x/a; (echo no > /x/b) 2>&1 || :") with
            {
                Mounts = [new CacheMount("/x", "tool") { IsReadOnly = true }],
            }
        );
        var (other, _) = await _base.RunAsync(
            way,
            _base.Request("ls -A /x; ls /y") with
            {
                Mounts =
                [
                    new CacheMount("/x", "other"),
                    new CacheMount("/y", "filled") { From = _base.Image, Source = "/old" },
                ],
            }
        );
        Assert.Equal(["700 1000:29"], first);
        Assert.Empty(entries);
        Assert.Equal(["kept", "/bin/sh: can't create /x/b: Read-only file system"], second);
        Assert.Equal(["a", "b"], other);
    }

    [Fact]
    public async Task Locked_caches_wait_and_private_ones_do_not()
    {
        async Task<string[]> RunAsync(CacheSharing sharing) =>
            (
                await _base.RunAsync(
                    "unshare",
                    _base.Request("ls -A /c; touch /c/begun; sleep 1; rm /c/begun; touch /c/done") with
                    {
                        Mounts = [new CacheMount("/c", sharing.ToString()) { Sharing = sharing }],
                    }
                )
            ).Lines;
        var locked = await Task.WhenAll(RunAsync(CacheSharing.Locked), RunAsync(CacheSharing.Locked));
        var apart = await Task.WhenAll(RunAsync(CacheSharing.Private), RunAsync(CacheSharing.Private));
        Assert.Equal(["", "done"], locked.Select(lines => string.Join(' ', lines)).Order(StringComparer.Ordinal));
        Assert.All(apart, Assert.Empty);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Memory_files_and_sockets_are_mounted(string way)
    {
        var path = _base.Folder("s");
        using var socket = new System.Net.Sockets.Socket(
            System.Net.Sockets.AddressFamily.Unix,
            System.Net.Sockets.SocketType.Stream,
            System.Net.Sockets.ProtocolType.Unspecified
        );
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(path));
        var (lines, entries) = await _base.RunAsync(
            way,
            _base.Request(
                "cat /proc/mounts | grep -c ' /m tmpfs .*size=1024k'; dd if=/dev/zero of=/m/x bs=1M count=2 "
                    + "2>/dev/null || echo full; /script; [ -S /run/agent ] && stat -c '%a %u:%g' /run/agent"
            ) with
            {
                Mounts =
                [
                    new TmpfsMount("/m", 1 << 20),
                    new FileMount(
                        "/script",
                        Encoding.UTF8.GetBytes("#!/bin/sh\necho from the script\n"),
                        0b111_101_101
                    ),
                    new SshMount("/run/agent", path)
                    {
                        Mode = 0b110_110_000,
                        Uid = 33,
                        Gid = 4,
                    },
                ],
            }
        );
        Assert.Equal(["1", "full", "from the script", "660 33:4"], lines);
        Assert.Empty(entries);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_secret_is_seen_by_its_command_and_by_nobody_else(string way)
    {
        var found = new List<string>();
        var lines = new List<string>();
        var request = _base.Request(
            "stat -c '%a %u:%g' /run/secrets/token; [ \"$(cat /run/secrets/token)\" = \"$TOKEN\" ] && echo "
                + "same; cat /run/secrets/token; echo; echo now; sleep 1; echo done > /done"
        ) with
        {
            Mounts =
            [
                new SecretMount("/run/secrets/token", "token", Encoding.UTF8.GetBytes(Secret))
                {
                    Variable = "TOKEN",
                    Uid = 1000,
                    Gid = 29,
                    Mode = 0b100_100_000,
                },
            ],
            Output = line =>
            {
                lines.Add(line);
                if (line == "now")
                    found.AddRange(FoundIn(_base.Folder("")).Concat(CommandLinesWithSecret()));
            },
        };
        await using var changes = await _base.Runner(way).RunAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(["440 1000:29", "same", "***", "now"], lines);
        Assert.Empty(found);
        var image = _base.With(_base.Image, changes.Entries);
        Assert.Equal(["/done"], changes.Entries.Select(entry => entry.Path.Text));
        Assert.DoesNotContain(Secret, Encoding.UTF8.GetString(image.Config.Bytes.Span), StringComparison.Ordinal);
        Assert.Empty(FoundIn(_base.Folder("")));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_secret_is_in_no_message(string way)
    {
        var exception = await Assert.ThrowsAsync<ContainerizeException>(() =>
            _base.RunAsync(
                way,
                _base.Request("echo it is $(cat /s); false") with
                {
                    Mounts = [new SecretMount("/s", "token", Encoding.UTF8.GetBytes(Secret + "\n"))],
                }
            )
        );
        Assert.EndsWith("Its last lines:\nit is ***", exception.Message, StringComparison.Ordinal);
    }

    // Every byte of every file, and of every name.
    private static IEnumerable<string> FoundIn(string folder) =>
        Directory
            .EnumerateFiles(
                folder,
                "*",
                new EnumerationOptions
                {
                    RecurseSubdirectories = true,
                    IgnoreInaccessible = true,
                    AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Device,
                }
            )
            .Where(file =>
                new FileInfo(file).UnixFileMode != UnixFileMode.None
                && Bytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(Secret)) >= 0
            );

    private static IEnumerable<string> CommandLinesWithSecret() =>
        Directory
            .GetDirectories("/proc")
            .Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0]))
            .Where(folder =>
                Bytes(Path.Combine(folder, "cmdline")).AsSpan().IndexOf(Encoding.UTF8.GetBytes(Secret)) >= 0
            );

    private static byte[] Bytes(string file)
    {
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
