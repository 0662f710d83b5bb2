using Containerize.Diagnostics;
using Containerize.Dockerfiles.Execution;
using Containerize.Dockerfiles.Execution.Requests;
using Containerize.TestKit.Tools;

namespace Containerize.Tests.Dockerfiles;

/// <summary>A disk that is full when the changes of a command are kept.</summary>
public sealed class FullDiskRunTests(Machine machine)
{
    [Fact]
    public async Task A_disk_that_is_full_when_changes_are_kept_has_a_code()
    {
        Assert.True(
            Environment.IsPrivilegedProcess,
            "This test mounts a small file system, in a namespace of its own."
        );
        const string Script = """mount -t tmpfs -o size=8m tmpfs "$1" && shift && exec "$@" """;
        var layers = machine.Folder.Create("full");
        var result = await new ShellCommand(
            "unshare",
            [
                "--mount",
                "sh",
                "-c",
                Script,
                "sh",
                layers,
                Environment.ProcessPath!,
                "-noLogo",
                "-noColor",
                "-explicit",
                "only",
                "-method",
                $"*.{nameof(FullDiskRunTests)}.{nameof(A_command_that_leaves_more_than_there_is_room_for)}",
            ]
        )
        {
            Environment = new Dictionary<string, string?> { ["CTZ_TEST_LAYERS"] = layers },
        }.RunAsync();
        Assert.Contains(
            "Total: 1, Errors: 0, Failed: 0, Skipped: 0, Not Run: 0",
            result.Expect(0).Output,
            StringComparison.Ordinal
        );
    }

    /// <summary>What the test above starts: no test by itself, and only run when it is asked for.</summary>
    [Fact(Explicit = true)]
    public async Task A_command_that_leaves_more_than_there_is_room_for()
    {
        using var running = new RunningBase();
        var runner = new RunExecutor(
            RunningBase.Machine("unshare"),
            Environment.GetEnvironmentVariable("CTZ_TEST_LAYERS")!
        );
        var request = running.Request("dd if=/dev/zero of=/big bs=1024 count=3500 2>/dev/null") with
        {
            Network = NetworkMode.None,
        };
        // What is no coded error becomes one where the run ends.
        var exception = FullDisk.Of(
            await Assert.ThrowsAnyAsync<Exception>(() =>
                runner.RunAsync(request, TestContext.Current.CancellationToken)
            )
        )!;
        Assert.Equal(DiagnosticTable.DiskFull, exception.Diagnostic);
        Assert.Contains("No space left on device", exception.Message, StringComparison.Ordinal);
    }
}
