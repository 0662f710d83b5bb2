using System.Text;
using Containerize.Diagnostics;
using Containerize.Dockerfiles.Execution.Requests;
using Containerize.Entries;
using Containerize.Tests.Tools;

namespace Containerize.Tests.Dockerfiles;

/// <summary>
/// What a hostile base image or Dockerfile tries, in every way that a command is run in: nothing of it reaches a
/// program, a device or a file of the machine. As root here; <see cref="RunningUserTests"/> runs these as somebody
/// else.
/// </summary>
public sealed class SandboxAttackTests : IDisposable
{
    private const string Canary = "CANARY-OF-THE-MACHINE";

    private readonly RunningBase _base = new();
    private readonly string _outside;

    public SandboxAttackTests()
    {
        _outside = Directory.CreateDirectory(_base.Folder("outside")).FullName;
        File.SetUnixFileMode(_outside, (UnixFileMode)0b111_111_111);
    }

    public static TheoryData<string> Ways => RunningTests.Ways;

    public void Dispose() => _base.Dispose();

    /// <summary>As with buildah, which leaves out CAP_MKNOD: not even the node is made. Docker makes it, and its
    /// devices cgroup keeps it shut.</summary>
    [Theory]
    [MemberData(nameof(Ways))]
    public async Task No_device_of_the_machine_is_made_or_opened(string way)
    {
        var image = _base.Folder("disk");
        await File.WriteAllTextAsync(
            image,
            Canary + new string(' ', 4096 - Canary.Length),
            TestContext.Current.CancellationToken
        );
        // An ordinary user has no loop device, and no other disk of his own.
        var loop = Environment.IsPrivilegedProcess
            ? (await Shell.RunAsync("losetup", "--find", "--show", image)).Text
            : null;
        try
        {
            var minor = loop?["/dev/loop".Length..] ?? "0";
            var (lines, entries) = await _base.RunAsync(
                way,
                _base.Request(
                    $$"""
                    for folder in /tmp /root /m /c; do
                      mknod $folder/disk b 7 {{minor}} && cat $folder/disk && echo OVERWRITTEN > $folder/disk
                      mknod $folder/zero c 1 5 && dd if=$folder/zero of=/dev/null count=1 && echo zero opened
                    done
                    mkfifo /tmp/pipe && echo pipe
                    """
                ) with
                {
                    Mounts = [new TmpfsMount("/m", null), new CacheMount("/c", "devices")],
                }
            );
            Assert.DoesNotContain(
                lines,
                line => line.Contains(Canary, StringComparison.Ordinal) || line == "zero opened"
            );
            Assert.Equal(
                8,
                lines.Count(line =>
                    line.StartsWith("mknod: ", StringComparison.Ordinal)
                    && line.EndsWith("Operation not permitted", StringComparison.Ordinal)
                )
            );
            Assert.Equal("pipe", lines[^1]);
            Assert.Equal(
                ["Fifo /tmp/pipe 644 0:0"],
                entries.Where(entry => !entry.StartsWith("Directory", StringComparison.Ordinal))
            );
            Assert.StartsWith(
                Canary,
                await File.ReadAllTextAsync(image, TestContext.Current.CancellationToken),
                StringComparison.Ordinal
            );
        }
        finally
        {
            if (loop is not null)
                await Shell.RunAsync("losetup", "--detach", loop);
        }
    }

    /// <summary>As with runc and crun below Docker and buildah, which hand variables to nothing but the
    /// command.</summary>
    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_variable_of_an_image_is_no_option_of_a_program_of_the_machine(string way)
    {
        foreach (
            var name in new[]
            {
                "--split-string",
                "-S",
                "-i",
                "--chdir",
                "-",
                "--",
                "BASH_ENV",
                "ENV",
                "LD_PRELOAD",
                "a b;c",
            }
        )
        {
            var value = name is "--split-string" or "-S"
                ? $"/bin/sh -c \"touch {_outside}/PWNED\" x"
                : $"{_outside}/none";
            var (lines, _) = await _base.RunAsync(
                way,
                _base.Request("") with
                {
                    Command = ["/bin/busybox", "env"],
                    Environment = [new(name, value), new("PATH", "/bin")],
                }
            );
            Assert.Equal(
                new[] { $"{name}={value}", "HOME=/root", "PATH=/bin" }.Order(StringComparer.Ordinal),
                lines.Order(StringComparer.Ordinal)
            );
        }

        Assert.Empty(Directory.GetFileSystemEntries(_outside));
    }

    /// <summary>The runner's own guard, below the one in <c>--mount</c>: as with runc, a name is data.</summary>
    [Theory]
    [MemberData(nameof(Ways))]
    public async Task The_name_of_a_secret_is_no_code(string way)
    {
        var name = $"X;touch {_outside}/PWNED;Y";
        var (lines, _) = await _base.RunAsync(
            way,
            _base.Request("") with
            {
                Command = ["/bin/busybox", "env"],
                Mounts =
                [
                    new SecretMount("", "token", Encoding.UTF8.GetBytes("secret $(touch x)\n'")) { Variable = name },
                ],
            }
        );
        Assert.Equal(
            new[] { $"{name}=***", "'", "HOME=/root", "PATH=/bin" }.Order(StringComparer.Ordinal),
            lines.Order(StringComparer.Ordinal)
        );
        Assert.Empty(Directory.GetFileSystemEntries(_outside));
    }

    /// <summary>As with Docker, where all of these are names of files and nothing else.</summary>
    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Paths_are_no_options_and_no_code(string way)
    {
        var names = new[]
        {
            "-rf",
            "--bind",
            "-o suid",
            "--help",
            "$(touch PWNED)",
            $";touch {_outside}/PWNED;",
            "a'b\"c",
            "line\nbreak",
            "*",
            "a:b,c=d\\e",
            "~",
        };
        var context = Directory.CreateDirectory(_base.Folder("context")).FullName;
        foreach (var name in names)
        {
            var file = name.Replace('/', '_');
            await File.WriteAllTextAsync(Path.Combine(context, file), "content", TestContext.Current.CancellationToken);
            var request = _base.Request(
                "pwd | wc -l; cat \"$BOUND\"; echo; ls -d \"$MEMORY\" | wc -l; echo x > \"$CACHE/x\""
            ) with
            {
                WorkingDirectory = $"/w/{name}",
                Environment =
                [
                    new("PATH", "/bin"),
                    new("BOUND", $"/b/{name}"),
                    new("MEMORY", $"/m/{name}"),
                    new("CACHE", $"/c/{name}"),
                ],
                Mounts =
                [
                    new BindMount($"/b/{name}", file) { HostFolder = context },
                    new BindMount($"/r/{name}", file) { HostFolder = context, IsWritable = true },
                    new BindMount($"/f/{name}", ".") { HostFolder = context, IsWritable = true },
                    new TmpfsMount($"/m/{name}", null),
                    new CacheMount($"/c/{name}", name),
                ],
            };
            await using var changes = await _base
                .Runner(way)
                .RunAsync(request with { Output = _ => { } }, TestContext.Current.CancellationToken);
            Assert.Contains(changes.Entries, entry => entry.Path == ContainerPath.Parse($"/w/{name}"));
            // The folder that the command left becomes an unpacked layer, without the mount points in it.
            await changes.Keeping(
                _base.With(_base.Image, changes.Entries).Layers[^1],
                TestContext.Current.CancellationToken
            );
        }

        Assert.Empty(Directory.GetFileSystemEntries(_outside));
        Assert.Equal(names.Length, Directory.GetFileSystemEntries(context).Length);
    }

    /// <summary>As with Docker, whose init layer lies over such a link; here it is refused before anything is
    /// mounted.</summary>
    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_link_in_place_of_a_folder_of_the_kernel_leads_nowhere(string way)
    {
        foreach (var path in new[] { "/dev", "/proc", "/sys" })
        {
            foreach (var target in new[] { _outside, "../../../../../.." + _outside, "tmp" })
            {
                var image = _base.With(_base.Image, [Link(path, target)]);
                var exception = await Assert.ThrowsAsync<ContainerizeException>(() =>
                    _base.RunAsync(way, _base.Request("id") with { State = image })
                );
                Assert.Equal(DiagnosticTable.RunFolderRefused, exception.Diagnostic);
            }
        }

        Assert.Empty(Directory.GetFileSystemEntries(_outside));
    }

    /// <summary>As with Docker and runc, which look for the target of a mount inside of the image.</summary>
    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_link_where_something_is_mounted_leads_nowhere_outside(string way)
    {
        var file = Path.Combine(_outside, "file");
        await File.WriteAllTextAsync(file, Canary, TestContext.Current.CancellationToken);
        foreach (var target in new[] { "", "../../../../../../.." })
        {
            var image = _base.With(
                _base.Image,
                [
                    Link("/etc/resolv.conf", target + file),
                    Link("/etc/hosts", target + file + "2"),
                    Link("/out", target + _outside),
                ]
            );
            await _base.RunAsync(
                way,
                _base.Request("echo x > /out/x; mkdir /out/d; cat /etc/hosts /etc/resolv.conf > /dev/null") with
                {
                    State = image,
                    WorkingDirectory = "/out/work",
                    Mounts =
                    [
                        new TmpfsMount("/out/memory", null),
                        new CacheMount("/out/cache", "out"),
                        new FileMount("/out/script", "x"u8.ToArray(), 0b111_101_101),
                    ],
                }
            );
        }

        var whole = _base.With(
            _base.Image,
            [RunningBase.Entry("/etc", EntryKind.Whiteout, 420), Link("/etc", _outside)]
        );
        await _base.RunAsync(way, _base.Request("echo x > /etc/x") with { State = whole });
        Assert.Equal([file], Directory.GetFileSystemEntries(_outside));
        Assert.Equal(Canary, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    /// <summary>A runtime makes devices and links below <c>/dev</c> after the mounts, and would make them in what is
    /// mounted over it.</summary>
    [Theory]
    [InlineData("/dev")]
    [InlineData("/proc")]
    [InlineData("/proc/sys")]
    [InlineData("/sys/kernel")]
    [InlineData("/to-dev")]
    public async Task Nothing_is_mounted_over_what_belongs_to_the_kernel(string target)
    {
        var image = _base.With(_base.Image, [Link("/to-dev", "dev")]);
        var exception = await Assert.ThrowsAsync<ContainerizeException>(() =>
            _base.RunAsync(
                "crun",
                _base.Request("id") with
                {
                    State = image,
                    Mounts = [new CacheMount(target, "kernel")],
                }
            )
        );
        Assert.Equal(DiagnosticTable.RunMountInvalid, exception.Diagnostic);
    }

    /// <summary>As with Docker: a name that is empty, or a NUL, is no variable of any program.</summary>
    [Theory]
    [InlineData("", "x")]
    [InlineData("A=B", "x")]
    [InlineData("A\0B", "x")]
    [InlineData("A", "x\0--y")]
    public async Task A_variable_that_no_program_can_have_is_an_error(string name, string value)
    {
        foreach (var way in new[] { "crun", "unshare" })
        {
            var exception = await Assert.ThrowsAsync<ContainerizeException>(() =>
                _base.RunAsync(way, _base.Request("id") with { Environment = [new(name, value)] })
            );
            Assert.Equal(DiagnosticTable.RunValueRefused, exception.Diagnostic);
        }
    }

    private static LayerEntry Link(string path, string target) =>
        RunningBase.Entry(path, EntryKind.SymbolicLink, 0b111_111_111) with
        {
            LinkTarget = target,
        };
}
