using System.Diagnostics;
using Containerize.Core.Tests.Stores;
using Containerize.Diagnostics;
using Containerize.Repositories;

namespace Containerize.Core.Tests.Dockerfiles.Copying;

/// <summary>
/// <c>ADD</c> of a repository (docs.docker.com, "ADD", "Adding files from a Git repository"). Git is made to find
/// <c>https://git.test/</c> in a folder of the test.
/// </summary>
public sealed class AddRepositoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Its_files_are_copied_as_those_of_the_context()
    {
        await RepositoryAsync();
        string[] expected =
        [
            "d 755 0:0 /x",
            "f 644 0:0 /x/.dockerignore f",
            "f 644 0:0 /x/f new",
            "l 777 0:0 /x/out -> /etc",
            "d 755 0:0 /x/sub",
            "f 755 0:0 /x/sub/run run",
        ];
        Assert.Equal(expected, await ListAsync("https://git.test/a.git /x"));
        Assert.Equal(
            expected.Select(line => line.Replace("new", "old", StringComparison.Ordinal)),
            await ListAsync("https://git.test/a.git#v1 /x/")
        );
        Assert.Equal(["d 755 0:0 /s", "f 755 0:0 /s/run run"], await ListAsync("https://git.test/a.git#main:sub /s"));
        Assert.Equal(
            ["d 750 5:6 /s", "f 750 5:6 /s/run run"],
            await ListAsync("--chown=5:6 --chmod=750 --exclude=*.txt https://git.test/a.git#main:sub /s")
        );
    }

    [Fact]
    public async Task Its_own_folder_stays_if_asked_and_is_the_same_each_time()
    {
        var commit = await RepositoryAsync();
        var one = await BuildAsync("--keep-git-dir https://git.test/a.git /x");
        var other = await BuildAsync("--keep-git-dir https://git.test/a.git /x");
        Assert.Equal(one.Digest, other.Digest);
        var files = one.Files;
        Assert.Contains($"f 644 0:0 /x/.git/HEAD {commit}", files);
        Assert.Contains(files, line => line.Contains("/x/.git/index", StringComparison.Ordinal));
        Assert.DoesNotContain(files, line => line.Contains("/hooks", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_checksum_is_the_commit()
    {
        var commit = await RepositoryAsync();
        Assert.NotEmpty(await ListAsync($"--checksum={commit} https://git.test/a.git /x"));
        Assert.NotEmpty(await ListAsync($"--checksum={commit[..8]} https://git.test/a.git#main /x"));
        Assert.Equal("CTZ0134", (await FailAsync($"--checksum={commit} https://git.test/a.git#v1 /x")).Diagnostic.Code);
        Assert.Equal("CTZ0122", (await FailAsync("--checksum=sha256:0 https://git.test/a.git /x")).Diagnostic.Code);
    }

    [Theory]
    [InlineData("https://git.test/a.git#none /x", "'git fetch' ended with")]
    [InlineData("https://git.test/a.git#--upload-pack=x /x", "is no name of a branch")]
    [InlineData("https://git.test/a.git#+main /x", "is no name of a branch")]
    [InlineData("https://git.test/a.git#main:../.. /x", "there is no folder '../..' in it")]
    [InlineData("https://git.test/a.git#main:out /x", "there is no folder 'out' in it")]
    [InlineData("git@git.test:a.git /x", "has no keys of yours for ssh")]
    [InlineData("ssh://git.test/a.git /x", "has no keys of yours for ssh")]
    [InlineData("https://other.test/a.git /x", "transport 'https' not allowed")]
    public async Task What_cannot_be_had_is_an_error_at_its_place(string arguments, string words)
    {
        await RepositoryAsync();
        var exception = await FailAsync(arguments);
        Assert.Equal(DiagnosticTable.RepositoryUnavailable, exception.Diagnostic);
        Assert.StartsWith("Dockerfile:2:", exception.Message, StringComparison.Ordinal);
        Assert.Contains(words, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_of_the_repository_or_of_the_user_is_run()
    {
        await RepositoryAsync();
        var mark = _folder["mark"];
        // A filter that the user's configuration knows, and a hook of the user's template.
        await File.WriteAllTextAsync(
            _folder["config"],
            $"[filter \"evil\"]\n\tsmudge = touch {mark} && cat\n[core]\n\thooksPath = {_folder["hooks"]}\n",
            TestContext.Current.CancellationToken
        );
        Directory.CreateDirectory(_folder["hooks"]);
        await File.WriteAllTextAsync(
            _folder["hooks/post-checkout"],
            $"#!/bin/sh\ntouch {mark}\n",
            TestContext.Current.CancellationToken
        );
        File.SetUnixFileMode(_folder["hooks/post-checkout"], (UnixFileMode)0b111_101_101);
        await File.WriteAllTextAsync(
            Path.Combine(_folder["a"], ".gitattributes"),
            "* filter=evil\n",
            TestContext.Current.CancellationToken
        );
        await GitAsync("add", ".");
        await GitAsync("commit", "--quiet", "-m", "three");
        var access = Access();
        // Even where the variable of the process names that configuration.
        var exposed = access with
        {
            Environment = access.Environment.SetItem("GIT_CONFIG_GLOBAL", _folder["config"]),
        };
        Assert.NotEmpty(await ListAsync("https://git.test/a.git /x", access));
        Assert.False(File.Exists(mark));
        await ListAsync("https://git.test/a.git /x", exposed);
        Assert.True(File.Exists(mark), "the configuration has no effect even where git has it");
    }

    [Fact]
    public async Task Nothing_is_fetched_offline_or_without_a_way()
    {
        using var build = new TestBuild();
        foreach (
            var options in new[]
            {
                build.Options("FROM scratch\nADD https://git.test/a.git /x\n"),
                build.Options("FROM scratch\nADD https://git.test/a.git /x\n") with
                {
                    Git = Access(),
                    IsOffline = true,
                },
            }
        )
            Assert.Equal(
                DiagnosticTable.RepositoryUnavailable,
                (
                    await Assert.ThrowsAsync<ContainerizeException>(() =>
                        options.RunAsync(TestContext.Current.CancellationToken)
                    )
                ).Diagnostic
            );
    }

    public void Dispose() => _folder.Dispose();

    private GitAccess Access()
    {
        var access = GitAccess.ForProtocols("file");
        return access with
        {
            Settings = access.Settings.Add(($"url.file://{_folder.Root}/.insteadOf", "https://git.test/")),
        };
    }

    private async Task<(string Digest, string[] Files)> BuildAsync(string arguments, GitAccess? access = null)
    {
        using var build = new TestBuild();
        var options = build.Options($"FROM scratch\nADD {arguments}\n") with { Git = access ?? Access() };
        var image = (await options.RunAsync(TestContext.Current.CancellationToken)).Images[0].Image;
        return (image.Digest.ToString(), await TestBuild.ListAsync(image));
    }

    private async Task<string[]> ListAsync(string arguments, GitAccess? access = null) =>
        (await BuildAsync(arguments, access)).Files;

    private Task<ContainerizeException> FailAsync(string arguments) =>
        Assert.ThrowsAsync<ContainerizeException>(() => ListAsync(arguments));

    private async Task<string> RepositoryAsync()
    {
        var folder = Directory.CreateDirectory(_folder["a"]).FullName;
        Directory.CreateDirectory(Path.Combine(folder, "sub"));
        await GitAsync("init", "--quiet", "--initial-branch=main");
        await File.WriteAllTextAsync(Path.Combine(folder, "f"), "old");
        await File.WriteAllTextAsync(Path.Combine(folder, ".dockerignore"), "f");
        await File.WriteAllTextAsync(Path.Combine(folder, "sub", "run"), "run");
        File.SetUnixFileMode(Path.Combine(folder, "sub", "run"), (UnixFileMode)0b111_101_101);
        File.CreateSymbolicLink(Path.Combine(folder, "out"), "/etc");
        await GitAsync("add", ".");
        await GitAsync("commit", "--quiet", "-m", "one");
        await GitAsync("tag", "v1");
        await File.WriteAllTextAsync(Path.Combine(folder, "f"), "new");
        await GitAsync("commit", "--quiet", "-a", "-m", "two");
        if (!Path.Exists(_folder["a.git"]))
            Directory.CreateSymbolicLink(_folder["a.git"], Path.Combine(folder, ".git"));
        return (await GitAsync("rev-parse", "HEAD")).Trim();
    }

    private async Task<string> GitAsync(params string[] arguments)
    {
        string[] own =
        [
            "-C",
            _folder["a"],
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@example.test",
            "-c",
            "core.hooksPath=/dev/null",
        ];
        using var git = Process.Start(
            new ProcessStartInfo("git", [.. own, .. arguments]) { RedirectStandardOutput = true }
        )!;
        var output = await git.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await git.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, git.ExitCode);
        return output;
    }
}
