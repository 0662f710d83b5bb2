using Containerize.Core.Tests.FileSystems;
using Containerize.Core.Tests.Stores;
using Containerize.Diagnostics;
using Containerize.Dockerfiles;
using Containerize.Dockerfiles.Execution.Requests;
using Containerize.Dockerfiles.Stages;

namespace Containerize.Core.Tests.Dockerfiles;

/// <summary>What <c>--build-context</c> names (docs.docker.com, "docker buildx build", "Additional build
/// contexts").</summary>
public sealed class NamedContextTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestBuild _build = new();

    public NamedContextTests()
    {
        Directory.CreateDirectory(_folder["src/sub"]);
        File.WriteAllText(_folder["src/f"], "of src");
        File.WriteAllText(_folder["src/sub/g"], "g");
        File.WriteAllText(_folder["src/left-out"], "no");
        File.WriteAllText(_folder["src/.dockerignore"], "left-out\n.dockerignore\n");
        _build.WithImage("docker.io/library/other:1", TestTar.Of([TestTar.File("f", "of other")]));
    }

    [Theory]
    [InlineData("src=src", "FROM src\n", "f 644 0:0 /f of src|d 755 0:0 /sub|f 644 0:0 /sub/g g")]
    [InlineData("src=src", "FROM scratch\nCOPY --from=src f /x\n", "f 644 0:0 /x of src")]
    [InlineData(
        "stage=src",
        "FROM nothing AS stage\nRUN x\nFROM scratch\nCOPY --from=stage f /x\n",
        "f 644 0:0 /x of src"
    )]
    [InlineData("alpine=docker-image://other:1", "FROM alpine\n", "f 644 0:0 /f of other")]
    [InlineData("alpine=docker-image://other:1", "FROM docker.io/library/alpine:latest\n", "f 644 0:0 /f of other")]
    [InlineData(
        "alpine:3=docker-image://other:1",
        "FROM scratch\nCOPY --from=alpine:3 f /x\n",
        "f 644 0:0 /x of other"
    )]
    public async Task A_name_stands_for_files(string context, string file, string expected) =>
        Assert.Equal(
            expected.Split('|'),
            await TestBuild.ListAsync(
                (await Options(file, context).RunAsync(TestContext.Current.CancellationToken)).Images[0].Image
            )
        );

    [Fact]
    public async Task A_mount_takes_files_of_it()
    {
        var runner = new TestRunner();
        await (
            Options("FROM scratch\nRUN --mount=from=src,source=sub,target=/m x\n", "src=src") with
            {
                Runner = runner,
            }
        ).RunAsync(TestContext.Current.CancellationToken);
        var mount = Assert.IsType<BindMount>(Assert.Single(runner.Requests[0].Mounts));
        Assert.Equal(("/m", "/sub"), (mount.Target, mount.Source));
        Assert.Contains("f 644 0:0 /sub/g g", await TestBuild.ListAsync(mount.Image!));
    }

    [Theory]
    [InlineData("COPY --from=src f /x")]
    [InlineData("RUN --mount=from=src,target=/m x")]
    public async Task Its_content_is_part_of_the_key(string step)
    {
        async Task<StepOutcome> OutcomeAsync() =>
            (
                await (
                    Options($"FROM scratch\n{step}\n", "src=src") with
                    {
                        Runner = new TestRunner(),
                        Cache = _build.Cache,
                    }
                ).RunAsync(TestContext.Current.CancellationToken)
            )
                .Images[0]
                .Steps[^1]
                .Outcome;
        Assert.Equal(StepOutcome.Ran, await OutcomeAsync());
        Assert.Equal(StepOutcome.Cached, await OutcomeAsync());
        File.WriteAllText(_folder["src/f"], "changed");
        Assert.Equal(StepOutcome.Ran, await OutcomeAsync());
    }

    [Fact]
    public void A_layout_is_a_source() =>
        Assert.Equal(
            $"oci:{_folder["out"]}:v1",
            NamedContexts.Read(["a=oci-layout://out:v1"], _folder.Root).Find("a")!.Source
        );

    [Theory]
    [InlineData("src")]
    [InlineData("=src")]
    [InlineData("src=")]
    [InlineData("a=missing")]
    [InlineData("a=https://example.org/x.git")]
    public void What_cannot_be_one_is_an_error(string text) =>
        Assert.Equal(
            DiagnosticTable.InvalidContext,
            Assert.Throws<ContainerizeException>(() => NamedContexts.Read([text], _folder.Root)).Diagnostic
        );

    public void Dispose()
    {
        _build.Dispose();
        _folder.Dispose();
    }

    private DockerfileBuild Options(string file, params string[] contexts) =>
        _build.Options(file) with
        {
            Contexts = NamedContexts.Read(contexts, _folder.Root),
        };
}
