using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Containerize.Contexts;
using Containerize.Core.Tests.Stores;
using Containerize.Diagnostics;

namespace Containerize.Core.Tests.Dockerfiles;

/// <summary>What a context may be beside a folder (docs.docker.com, "docker build", "Build context").</summary>
public sealed class ContextSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _http = new(new ContextAnswers());

    [Fact]
    public async Task A_folder_is_itself()
    {
        Directory.CreateDirectory(_folder["c"]);
        Assert.Equal(new OpenedContext(_folder["c"]), await OpenAsync("c"));
    }

    [Fact]
    public async Task Standard_input_is_a_Dockerfile()
    {
        var opened = await OpenAsync("-", "FROM scratch\n"u8.ToArray());
        Assert.Equal("FROM scratch\n", opened.DockerfileText);
        Assert.Empty(Directory.GetFileSystemEntries(opened.Folder));
    }

    [Theory]
    [InlineData(false, "-")]
    [InlineData(true, "-")]
    [InlineData(true, "file.tar")]
    public async Task A_tar_is_unpacked(bool isCompressed, string text)
    {
        var tar = Tar(isCompressed);
        await File.WriteAllBytesAsync(_folder["file.tar"], tar, TestContext.Current.CancellationToken);
        var opened = await OpenAsync(text, tar);
        Assert.Null(opened.DockerfileText);
        Assert.Equal(
            "FROM scratch\n",
            await File.ReadAllTextAsync(
                Path.Combine(opened.Folder, "Dockerfile"),
                TestContext.Current.CancellationToken
            )
        );
        Assert.Equal(
            "x",
            await File.ReadAllTextAsync(Path.Combine(opened.Folder, "d", "run"), TestContext.Current.CancellationToken)
        );
        Assert.True(File.GetUnixFileMode(Path.Combine(opened.Folder, "d", "run")).HasFlag(UnixFileMode.UserExecute));
    }

    [Theory]
    [InlineData("main", "", "new")]
    [InlineData("v1", "sub", "sub")]
    [InlineData("", "", "new")]
    public async Task A_repository_is_fetched_at_a_reference(string reference, string path, string expected)
    {
        var url = await RepositoryAsync();
        var fragment =
            path.Length > 0 ? $"#{reference}:{path}"
            : reference.Length > 0 ? "#" + reference
            : "";
        var opened = await OpenAsync(url + fragment);
        Assert.Equal(
            expected,
            await File.ReadAllTextAsync(Path.Combine(opened.Folder, "f"), TestContext.Current.CancellationToken)
        );
        Assert.False(Path.Exists(Path.Combine(opened.Folder, ".git")));
    }

    [Theory]
    [InlineData("#none", "'git fetch' ended with")]
    [InlineData("#main:missing", "there is no folder 'missing' in it")]
    [InlineData("#main:../..", "there is no folder '../..' in it")]
    [InlineData("#main:out", "there is no folder 'out' in it")]
    [InlineData("#--upload-pack=x", "is no name of a branch")]
    public async Task What_is_not_in_a_repository_is_an_error(string fragment, string message)
    {
        var url = await RepositoryAsync();
        var exception = await Assert.ThrowsAsync<ContainerizeException>(() => OpenAsync(url + fragment));
        Assert.Equal(DiagnosticTable.ContextUnavailable, exception.Diagnostic);
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_fetched_offline() =>
        Assert.Equal(
            DiagnosticTable.ContextUnavailable,
            (
                await Assert.ThrowsAsync<ContainerizeException>(() =>
                    OpenAsync("https://example.org/a.git", isOffline: true)
                )
            ).Diagnostic
        );

    [Theory]
    [InlineData("-")]
    [InlineData("f")]
    public async Task Empty_input_and_a_file_that_is_no_tar_are_errors(string text)
    {
        await File.WriteAllTextAsync(_folder["f"], "text", TestContext.Current.CancellationToken);
        Assert.Equal(
            DiagnosticTable.ContextUnavailable,
            (await Assert.ThrowsAsync<ContainerizeException>(() => OpenAsync(text))).Diagnostic
        );
    }

    [Fact]
    public async Task A_tar_leads_nowhere_else()
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, leaveOpen: true))
            tar.WriteEntry(
                new PaxTarEntry(TarEntryType.RegularFile, "../evil") { DataStream = new MemoryStream("x"u8.ToArray()) }
            );
        Assert.Equal(
            DiagnosticTable.ContextUnavailable,
            (await Assert.ThrowsAsync<ContainerizeException>(() => OpenAsync("-", bytes.ToArray()))).Diagnostic
        );
    }

    [Theory]
    [InlineData("https://example.test/c.tar.gz", "FROM scratch\n")]
    [InlineData("http://example.test/Dockerfile", "FROM x\n")]
    public async Task A_url_is_a_tar_or_a_Dockerfile(string url, string dockerfile)
    {
        var opened = await OpenAsync(url);
        Assert.Equal(
            dockerfile,
            opened.DockerfileText
                ?? await File.ReadAllTextAsync(
                    Path.Combine(opened.Folder, "Dockerfile"),
                    TestContext.Current.CancellationToken
                )
        );
    }

    [Theory]
    [InlineData("https://example.test/missing", false, "404")]
    [InlineData("https://example.test/c.tar.gz", true, "--offline forbids it")]
    public async Task A_url_that_gives_nothing_is_an_error(string url, bool isOffline, string words)
    {
        var exception = await Assert.ThrowsAsync<ContainerizeException>(() => OpenAsync(url, isOffline: isOffline));
        Assert.Equal(DiagnosticTable.ContextUnavailable, exception.Diagnostic);
        Assert.Contains(words, exception.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }

    private Task<OpenedContext> OpenAsync(string text, byte[]? input = null, bool isOffline = false) =>
        ContextSource.OpenAsync(
            text,
            _folder.Root,
            Directory.CreateDirectory(_folder["work"]).FullName,
            () => new MemoryStream(input ?? []),
            _http,
            isOffline,
            TestContext.Current.CancellationToken
        );

    internal static byte[] Tar(bool isCompressed)
    {
        using var bytes = new MemoryStream();
        using (
            var packed = isCompressed
                ? new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true)
                : (Stream)new BufferedStream(bytes)
        )
        using (var tar = new TarWriter(packed, leaveOpen: true))
        {
            tar.WriteEntry(
                new PaxTarEntry(TarEntryType.RegularFile, "Dockerfile")
                {
                    DataStream = new MemoryStream(Encoding.UTF8.GetBytes("FROM scratch\n")),
                }
            );
            tar.WriteEntry(
                new PaxTarEntry(TarEntryType.RegularFile, "./d/run")
                {
                    DataStream = new MemoryStream("x"u8.ToArray()),
                    Mode = UnixFileMode.UserRead | UnixFileMode.UserExecute,
                }
            );
            tar.Dispose();
            packed.Flush();
            return isCompressed ? Finish(packed, bytes) : bytes.ToArray();
        }

        static byte[] Finish(Stream packed, MemoryStream bytes)
        {
            packed.Dispose();
            return bytes.ToArray();
        }
    }

    private async Task<string> RepositoryAsync()
    {
        var folder = Directory.CreateDirectory(_folder["repository"]).FullName;
        Directory.CreateDirectory(Path.Combine(folder, "sub"));
        await GitAsync(folder, "init", "--quiet", "--initial-branch=main");
        await File.WriteAllTextAsync(Path.Combine(folder, "f"), "old");
        await File.WriteAllTextAsync(Path.Combine(folder, "sub", "f"), "sub");
        File.CreateSymbolicLink(Path.Combine(folder, "out"), "/etc");
        await GitAsync(folder, "add", ".");
        await GitAsync(folder, "commit", "--quiet", "-m", "one");
        await GitAsync(folder, "tag", "v1");
        await File.WriteAllTextAsync(Path.Combine(folder, "f"), "new");
        await GitAsync(folder, "commit", "--quiet", "-a", "-m", "two");
        return $"file://{folder}/.git";
    }

    private static async Task GitAsync(string folder, params string[] arguments)
    {
        using var git = Process.Start(
            new ProcessStartInfo(
                "git",
                [
                    "-C",
                    folder,
                    "-c",
                    "user.name=t",
                    "-c",
                    "user.email=t@example.org",
                    "-c",
                    "commit.gpgsign=false",
                    .. arguments,
                ]
            )
        )!;
        await git.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, git.ExitCode);
    }
}
