using Containerize.TestKit.Tools;

namespace Containerize.Tool.Tests;

/// <summary>
/// A context that is fetched from git, as from a hook of git, by a user whose hooks lie beside what they are for:
/// neither is the fetched repository's business.
/// </summary>
public sealed class FetchedRepositoryTests(ToolMachine machine)
{
    [Fact]
    public async Task A_repository_that_is_fetched_runs_no_program_and_changes_no_other_repository()
    {
        var (folder, other) = (machine.Folder.Create("hooked"), machine.Folder.Create("other"));
        await File.WriteAllTextAsync(
            Path.Combine(folder, "Dockerfile"),
            "FROM scratch\nCOPY . /\n",
            TestContext.Current.CancellationToken
        );
        foreach (var repository in new[] { folder, other })
            await Shell.RunAsync("git", "init", "--quiet", "--initial-branch=main", repository);
        Directory.CreateDirectory(Path.Combine(folder, "hooks"));
        foreach (var hook in new[] { "post-checkout", "reference-transaction" })
        {
            await File.WriteAllTextAsync(
                Path.Combine(folder, "hooks", hook),
                $"#!/bin/sh\n: > '{other}/PWNED'\n",
                TestContext.Current.CancellationToken
            );
            File.SetUnixFileMode(Path.Combine(folder, "hooks", hook), (UnixFileMode)0b111_101_101);
        }

        await Shell.RunAsync("git", "-C", folder, "add", ".");
        await Shell.RunAsync(
            "git",
            "-C",
            folder,
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@example.org",
            "commit",
            "--quiet",
            "-m",
            "x"
        );
        var before = Directory
            .GetFileSystemEntries(other, "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .ToList();
        var command = (await machine.Tool).Command(
            "build",
            $"file://{folder}/.git",
            "-t",
            "hooked",
            "--output",
            $"type=tar,dest={machine.Folder.Create("hooked-out")}/out.tar"
        );
        (
            await (
                command with
                {
                    Environment = new Dictionary<string, string?>(command.Environment)
                    {
                        ["GIT_DIR"] = Path.Combine(other, ".git"),
                        ["GIT_INDEX_FILE"] = Path.Combine(other, ".git/index"),
                        ["GIT_CONFIG_COUNT"] = "1",
                        ["GIT_CONFIG_KEY_0"] = "core.hooksPath",
                        ["GIT_CONFIG_VALUE_0"] = "hooks",
                    },
                }
            ).RunAsync()
        ).Expect(0);
        Assert.Equal(
            before,
            Directory.GetFileSystemEntries(other, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        );
    }
}
