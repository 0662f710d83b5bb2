using System.Collections.Immutable;
using System.Text;
using Containerize.Diagnostics;
using Containerize.Dockerfiles;
using Containerize.Dockerfiles.Execution.Requests;
using Containerize.Dockerfiles.Stages;
using Containerize.Entries;

namespace Containerize.Core.Tests.Dockerfiles;

/// <summary>What a runner is asked to do, and when it is not asked; that it does it is shown elsewhere.</summary>
public class RunTests : RunTest
{
    [Fact]
    public async Task A_command_sees_the_state_above_it()
    {
        using var build = new TestBuild().WithSystem();
        var request = Assert.Single(
            await RunAsync(
                build,
                """
                FROM system
                ARG A=1
                ARG PATH=/mine
                ENV E=2
                WORKDIR /srv
                USER app
                SHELL ["/bin/bash", "-ec"]
                RUN --network=none make "$A" \
                    all
                """
            )
        );
        Assert.Equal(["/bin/bash", "-ec", "make \"$A\"     all"], request.Command);
        Assert.Equal(
            ["PATH=/mine", "E=2", "A=1", "HTTP_PROXY=p", "http_proxy=p"],
            request.Environment.Select(pair => $"{pair.Key}={pair.Value}")
        );
        Assert.Equal(("/srv", "app", NetworkMode.None), (request.WorkingDirectory, request.User, request.Network));
        Assert.StartsWith("Dockerfile:8:1: RUN ", request.Where, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Heredocs_are_scripts_or_lines_for_the_shell()
    {
        using var build = new TestBuild();
        var requests = await RunAsync(
            build,
            "FROM scratch\nRUN <<EOF\na\nb\nEOF\nRUN <<-X cat > /x\n\tone\n\tX\nRUN <<PY\n"
                + "#!/usr/bin/python3\nprint(1)\nPY\nRUN [\"/a\", \"<<EOF\"]\n"
        );
        Assert.Equal(["/bin/sh", "-c", "a\nb\n"], requests[0].Command);
        Assert.Equal(["/bin/sh", "-c", "<<-X cat > /x\n\tone\nX"], requests[1].Command);
        Assert.Equal(["/dev/pipes/PY"], requests[2].Command);
        var script = Assert.IsType<FileMount>(Assert.Single(requests[2].Mounts));
        Assert.Equal(
            ("#!/usr/bin/python3\nprint(1)\n", 0b111_101_101),
            (Encoding.UTF8.GetString(script.Content.Span), script.Mode)
        );
        Assert.Equal(["/a", "<<EOF"], requests[3].Command);
    }

    [Fact]
    public async Task Mounts_are_told_with_all_that_they_say()
    {
        using var build = new TestBuild()
            .With("src/f", "x")
            .With("hidden", "h")
            .With(".dockerignore", "hidden\n")
            .WithSystem();
        var request = (
            await RunAsync(
                build,
                """
                FROM system AS one
                FROM system
                WORKDIR /w
                RUN --mount=type=bind,target=/ctx,source=src,rw \
                    --mount=type=cache,id=c,target=cache,sharing=locked,mode=0700,uid=5 \
                    --mount=type=tmpfs,target=/t,size=64m --mount=type=secret,id=key \
                    --mount=type=secret,id=key,env=KEY --mount=target=/one,from=one,source=/etc \
                    --mount=type=secret,id=missing --mount=type=cache,target=/c2,from=one,source=/usr x
                """
            )
        )[0];
        Assert.Collection(
            request.Mounts,
            mount =>
                Assert.Equal(
                    ("/ctx", "/src", true),
                    Assert.IsType<BindMount>(mount) is var bind ? (bind.Target, bind.Source, bind.IsWritable) : default
                ),
            mount =>
                Assert.Equal(
                    ("/w/cache", "c", CacheSharing.Locked, 0b111_000_000, 5),
                    Assert.IsType<CacheMount>(mount) is var cache
                        ? (cache.Target, cache.Id, cache.Sharing, cache.Mode, cache.Uid)
                        : default
                ),
            mount => Assert.Equal(new TmpfsMount("/t", 64 << 20), mount),
            mount =>
                Assert.Equal(
                    ("/run/secrets/key", null),
                    Assert.IsType<SecretMount>(mount) is var secret ? (secret.Target, secret.Variable) : default
                ),
            mount =>
                Assert.Equal(
                    ("", "KEY"),
                    Assert.IsType<SecretMount>(mount) is var secret ? (secret.Target, secret.Variable) : default
                ),
            mount =>
                Assert.Equal(
                    ("/one", "/etc", false),
                    Assert.IsType<BindMount>(mount) is { Image: not null } bind
                        ? (bind.Target, bind.Source, bind.IsWritable)
                        : default
                ),
            mount =>
                Assert.Equal(
                    ("/c2", "/c2", "/usr"),
                    Assert.IsType<CacheMount>(mount) is { From: not null } cache
                        ? (cache.Target, cache.Id, cache.Source)
                        : default
                )
        );
    }

    [Fact]
    public async Task Only_what_a_command_sees_makes_it_run_again()
    {
        using var build = new TestBuild().With("a", "1").With("b", "1");
        Assert.Equal(1, await CountAsync(build, "FROM scratch\nCOPY a /\nRUN x\nCOPY b /\nRUN y\n", "RUN x"));
        Assert.Equal(
            0,
            await CountAsync(build, "FROM scratch\nLABEL l=1\nEXPOSE 80\nCOPY a /\nRUN x\nCOPY b /\nRUN y\n", "RUN x")
        );
        build.With("b", "2");
        Assert.Equal(0, await CountAsync(build, "FROM scratch\nCOPY a /\nRUN x\nCOPY b /\nRUN y\n", "RUN x"));
        Assert.Equal(1, await CountAsync(build, "FROM scratch\nCOPY a /\nENV E=1\nRUN x\n", "RUN x"));
        build.With("a", "2");
        Assert.Equal(1, await CountAsync(build, "FROM scratch\nCOPY a /\nRUN x\n", "RUN x"));
        Assert.Equal(1, await CountAsync(build, "FROM scratch\nRUN --mount=type=bind,target=/m x\n", "RUN --mount"));
        Assert.Equal(0, await CountAsync(build, "FROM scratch\nRUN --mount=type=bind,target=/m x\n", "RUN --mount"));
        build.With("new", "n");
        Assert.Equal(1, await CountAsync(build, "FROM scratch\nRUN --mount=type=bind,target=/m x\n", "RUN --mount"));
    }

    // A .dockerignore makes a copy of the context, and who opens a pipe to read it waits for a writer.
    [Fact]
    public async Task A_pipe_in_a_context_that_is_shown_to_a_command_is_not_waited_for()
    {
        using var build = new TestBuild().With(".dockerignore", "hidden\n").With("f", "1").WithShell("mkfifo pipe");
        Assert.Equal(1, await CountAsync(build, "FROM scratch\nRUN --mount=type=bind,target=/m x\n", "RUN --mount"));
    }

    [Fact]
    public async Task A_secret_is_in_no_layer_no_history_and_no_cache()
    {
        using var build = new TestBuild();
        var runner = new TestRunner();
        var options = build.Options("FROM scratch\nRUN --mount=type=secret,id=key,env=KEY x\n") with
        {
            Runner = runner,
            Cache = build.Cache,
        };
        DockerfileBuild With(string secret) =>
            options with
            {
                Secrets = ImmutableDictionary<string, Func<ReadOnlyMemory<byte>>>.Empty.Add(
                    "key",
                    () => Encoding.UTF8.GetBytes(secret)
                ),
                WorkFolder = options.WorkFolder + secret[^1],
            };
        var image = (await With("hunter2-one").RunAsync(TestContext.Current.CancellationToken)).Images[0].Image;
        await With("hunter2-two").RunAsync(TestContext.Current.CancellationToken);
        Assert.Single(runner.Requests);
        Assert.DoesNotContain("hunter2", Encoding.UTF8.GetString(image.Config.Bytes.Span), StringComparison.Ordinal);
        Assert.DoesNotContain(
            Directory.EnumerateFiles(build.Cache.Path, "*", SearchOption.AllDirectories),
            file => File.ReadAllText(file).Contains("hunter2", StringComparison.Ordinal)
        );
        Assert.DoesNotContain("hunter2", runner.Requests[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Triggers_of_a_base_are_done_first()
    {
        using var build = new TestBuild().With("a", "1");
        var image = await build.BuildAsync("FROM scratch\nONBUILD COPY a /app/\nONBUILD ENV ORDER=first\n");
        build.WithImage("triggers", image);
        var built = await build.BuildAsync("FROM triggers\nLABEL order=$ORDER\n");
        Assert.Equal("first", built.Config.Labels["order"]);
        Assert.Empty(built.Config.OnBuild);
        Assert.Contains("f 644 0:0 /app/a 1", await TestBuild.ListAsync(built));
    }

    private static async Task<int> CountAsync(TestBuild build, string dockerfile, string step)
    {
        var options = build.Options(dockerfile) with { Runner = new TestRunner(), Cache = build.Cache };
        var result = await options.RunAsync(TestContext.Current.CancellationToken);
        return result
            .Images[0]
            .Steps.Count(done =>
                done.Step.Text.StartsWith(step, StringComparison.Ordinal) && done.Outcome == StepOutcome.Ran
            );
    }

    [Theory]
    [InlineData("/.wh.gone", "CTZ0009")]
    [InlineData("/a/../b", "CTZ0010")]
    public async Task A_file_that_no_layer_can_hold_is_an_error_at_its_command(string path, string code)
    {
        using var build = new TestBuild().WithSystem();
        var options = build.Options("FROM system\nENV A=1\nRUN make it\n") with { Runner = new NameRunner(path) };
        var exception = await Assert.ThrowsAsync<ContainerizeException>(() =>
            options.RunAsync(TestContext.Current.CancellationToken)
        );
        Assert.Equal(code, exception.Diagnostic.Code);
        Assert.StartsWith(
            "Dockerfile:3:1: the command made a file that no layer can hold: ",
            exception.Message,
            StringComparison.Ordinal
        );
    }

    private sealed class NameRunner(string path) : IRunExecutor
    {
        public Task<RunChanges> RunAsync(RunRequest request, CancellationToken cancellationToken) =>
            Task.FromResult(
                new RunChanges([new LayerEntry(ContainerPath.Parse(path), EntryKind.Directory, 0b111_101_101)])
            );
    }
}
