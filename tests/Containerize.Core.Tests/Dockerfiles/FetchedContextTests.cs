using System.Diagnostics;
using Containerize.Contexts;
using Containerize.Core.Tests.Stores;
using Containerize.Diagnostics;
using Containerize.Dockerfiles;
using Containerize.Dockerfiles.Stages;
using Containerize.FileSystems;

namespace Containerize.Core.Tests.Dockerfiles;

/// <summary>
/// A context that was fetched or unpacked is somebody else's. As in BuildKit, which has it in a root of its own,
/// nothing of it leads to a file of this machine, and no program of it is run here.
/// </summary>
public sealed class FetchedContextTests : IDisposable
{
    private const string Canary = "CANARY-OF-THE-MACHINE";

    private readonly TestBuild _build = new();
    private readonly TemporaryFolder _outside = new();
    private readonly HttpClient _http = new();

    public FetchedContextTests() => File.WriteAllText(_outside["secret"], $"[{Canary}\n");

    private string Secret => _outside["secret"];

    public void Dispose()
    {
        _build.Dispose();
        _outside.Dispose();
        _http.Dispose();
    }

    [Theory]
    [InlineData("Dockerfile", "{0}")]
    [InlineData("Dockerfile", "../../../../../../..{0}")]
    [InlineData("d/Dockerfile", "{0}")]
    [InlineData(".dockerignore", "{0}")]
    [InlineData("Dockerfile.dockerignore", "../../../../../../..{0}")]
    public async Task A_link_of_it_leads_to_no_file_of_the_machine(string name, string target)
    {
        _build.WithLink(name, target.Replace("{0}", Secret, StringComparison.Ordinal));
        if (!File.Exists(Path.Combine(_build.Context, "Dockerfile")))
            _build.With("Dockerfile", "FROM scratch\nCOPY . /\n");
        var exception = await Assert.ThrowsAsync<ContainerizeException>(() =>
            RunAsync(Fetched(name.EndsWith("file", StringComparison.Ordinal) ? name : "Dockerfile"))
        );
        Assert.Equal(DiagnosticTable.DockerfileUnreadable, exception.Diagnostic);
        Assert.DoesNotContain(Canary, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_path_leads_out_of_it()
    {
        var exception = await Assert.ThrowsAsync<ContainerizeException>(() => RunAsync(Fetched(Secret)));
        Assert.Equal(DiagnosticTable.DockerfileUnreadable, exception.Diagnostic);
        Assert.Contains("leads out of the context", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("real/file")]
    [InlineData("/real/file")]
    [InlineData("./real/../real/file")]
    public async Task A_link_in_it_is_followed_with_the_context_as_the_root(string target)
    {
        _build.With("real/file", "FROM scratch\nCOPY real /\n").WithLink("Dockerfile", target);
        await RunAsync(Fetched("Dockerfile"));
    }

    // A path that is a folder of this machine is no file of patterns here, and may be one in the context.
    [Fact]
    public async Task Patterns_behind_a_link_in_it_count()
    {
        _build
            .With("Dockerfile", "FROM scratch\nCOPY . /\n")
            .With("etc", "secret\n")
            .With("secret", "x")
            .WithLink(".dockerignore", "/etc");
        var built = await RunAsync(Fetched("Dockerfile"));
        var files = await ImageFiles.ReadAsync(built.Images[0].Image, TestContext.Current.CancellationToken);
        Assert.Equal(["/.dockerignore", "/Dockerfile", "/etc"], files.All.Select(file => file.Path.ToString()));
    }

    [Fact]
    public async Task A_link_of_a_folder_of_the_users_leads_where_it_leads()
    {
        await File.WriteAllTextAsync(Secret, "FROM scratch\nLABEL a=b\n", TestContext.Current.CancellationToken);
        _build.WithLink("Dockerfile", Secret);
        await RunAsync(_build.Options("") with { DockerfileText = null });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_pipe_in_the_place_of_a_Dockerfile_is_an_error_at_once(bool isFetched)
    {
        _build.WithShell("mkfifo Dockerfile");
        var build = _build.Options("") with { DockerfileText = null, IsContextFetched = isFetched };
        var exception = await Assert.ThrowsAsync<ContainerizeException>(() => RunAsync(build));
        Assert.Equal(DiagnosticTable.DockerfileUnreadable, exception.Diagnostic);
        Assert.Contains("is a pipe and no file", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_in_an_address_is_in_no_message()
    {
        const string Url = "https://user:SECRET-123@127.0.0.1:1/x.git";
        var exception = await Assert.ThrowsAsync<ContainerizeException>(() => OpenAsync(Url + "#main"));
        Assert.Equal(DiagnosticTable.ContextUnavailable, exception.Diagnostic);
        Assert.DoesNotContain("SECRET-123", exception.Message, StringComparison.Ordinal);
        exception = Assert.Throws<ContainerizeException>(() => NamedContexts.Read(["name=" + Url], _outside.Root));
        Assert.Equal(DiagnosticTable.InvalidContext, exception.Diagnostic);
        Assert.DoesNotContain("SECRET-123", exception.Message, StringComparison.Ordinal);
    }

    // As git has it where nothing is configured. A user who allows file:// everywhere does not mean what others write
    // into .gitmodules.
    [Fact]
    public async Task A_submodule_is_no_repository_of_the_machine_and_no_command()
    {
        var (inner, outer) = (Repository("inner"), Repository("outer"));
        await GitAsync(outer, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner, "sub");
        await CommitAsync(outer);
        foreach (var url in new[] { inner, "file://" + inner, $"ext::sh -c 'touch {_outside["PWNED"]}'" })
        {
            await GitAsync(outer, "config", "--file", ".gitmodules", "submodule.sub.url", url);
            await CommitAsync(outer);
            var exception = await Assert.ThrowsAsync<ContainerizeException>(() => OpenAsync($"file://{outer}/.git"));
            Assert.Contains("'git submodule' ended with", exception.Message, StringComparison.Ordinal);
            Assert.Contains("not allowed", exception.Message, StringComparison.Ordinal);
            Directory.Delete(_outside["work"], recursive: true);
        }

        Assert.False(File.Exists(_outside["PWNED"]));
    }

    [Theory]
    [InlineData("ssh://-oProxyCommand=touch PWNED/x")]
    [InlineData("git@-oProxyCommand=touch PWNED:x")]
    [InlineData("git://-x/y")]
    public async Task An_address_is_no_option(string text)
    {
        var exception = await Assert.ThrowsAsync<ContainerizeException>(() => OpenAsync(text));
        Assert.Equal(DiagnosticTable.ContextUnavailable, exception.Diagnostic);
        Assert.Empty(Directory.GetFiles(_outside.Root, "PWNED", SearchOption.AllDirectories));
    }

    private DockerfileBuild Fetched(string file) =>
        _build.Options("") with
        {
            DockerfileText = null,
            DockerfilePath = Path.GetFullPath(file, _build.Context),
            IsContextFetched = true,
        };

    private static Task<DockerfileBuildResult> RunAsync(DockerfileBuild build) =>
        build.RunAsync(TestContext.Current.CancellationToken);

    private Task<OpenedContext> OpenAsync(string text) =>
        ContextSource.OpenAsync(
            text,
            _outside.Root,
            Directory.CreateDirectory(_outside["work"]).FullName,
            () => Stream.Null,
            _http,
            isOffline: false,
            TestContext.Current.CancellationToken
        );

    private string Repository(string name)
    {
        var folder = Directory.CreateDirectory(_outside[name]).FullName;
        GitAsync(folder, "init", "--quiet", "--initial-branch=main").GetAwaiter().GetResult();
        File.WriteAllText(Path.Combine(folder, "f"), name);
        CommitAsync(folder).GetAwaiter().GetResult();
        return folder;
    }

    private static async Task CommitAsync(string folder)
    {
        await GitAsync(folder, "add", ".");
        await GitAsync(folder, "commit", "--quiet", "--allow-empty", "-m", "x");
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
