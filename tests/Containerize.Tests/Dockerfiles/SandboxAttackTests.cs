using System.Text;
using Containerize.Diagnostics;
using Containerize.Dockerfiles.Execution.Requests;
using Containerize.TestKit.Tools;

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
}
