using Containerize.Core.Tests.FileSystems;
using Containerize.Dockerfiles;
using Containerize.Dockerfiles.Stages;
using Containerize.Images;

namespace Containerize.Core.Tests.Dockerfiles.StepCaching;

/// <summary>What stands above a <c>RUN</c> and what the build is for are in the key of the step where the command sees
/// them, each alone, and are no part of it where it does not.</summary>
public sealed class SurroundingsTests
{
    [Theory]
    [InlineData("", "USER 5")]
    [InlineData("USER 5", "USER 5:6")]
    [InlineData("", "SHELL [\"/bin/bash\", \"-c\"]")]
    [InlineData("WORKDIR /s", "WORKDIR /t")]
    [InlineData("", "ARG A=1")]
    [InlineData("ARG A=1", "ARG A=2")]
    [InlineData("", "ENV A=1")]
    [InlineData("ENV A=1", "ENV A=2")]
    [InlineData("ENV A=1", "ENV B=1")]
    [InlineData("ARG A=1", "ENV A=1\nARG A=2")]
    public async Task What_a_command_sees_makes_it_run_again(string above, string changed)
    {
        using var build = NewBuild();
        Assert.Equal(StepOutcome.Ran, await OutcomeAsync(build, above));
        Assert.Equal(StepOutcome.Cached, await OutcomeAsync(build, above));
        Assert.Equal(StepOutcome.Ran, await OutcomeAsync(build, changed));
        Assert.Equal(StepOutcome.Cached, await OutcomeAsync(build, above));
    }

    [Theory]
    [InlineData("LABEL a=b")]
    [InlineData("EXPOSE 80")]
    [InlineData("CMD [\"x\"]")]
    [InlineData("ENTRYPOINT [\"x\"]")]
    [InlineData("STOPSIGNAL 9")]
    [InlineData("VOLUME /v")]
    [InlineData("HEALTHCHECK NONE")]
    [InlineData("ONBUILD RUN y")]
    [InlineData("MAINTAINER m")]
    public async Task What_a_command_does_not_see_runs_nothing_again(string above)
    {
        using var build = NewBuild();
        Assert.Equal(StepOutcome.Ran, await OutcomeAsync(build, ""));
        Assert.Equal(StepOutcome.Cached, await OutcomeAsync(build, above));
    }

    [Fact]
    public async Task Another_platform_and_another_time_make_it_run_again()
    {
        using var build = NewBuild();
        Assert.Equal(StepOutcome.Ran, await OutcomeAsync(build, "", OnArm));
        Assert.Equal(
            StepOutcome.Ran,
            await OutcomeAsync(build, "", options => OnArm(options) with { Platforms = [TestBuild.Amd64] })
        );
        Assert.Equal(StepOutcome.Ran, await OutcomeAsync(build, "", Later));
        Assert.Equal(StepOutcome.Cached, await OutcomeAsync(build, "", OnArm));

        static DockerfileBuild OnArm(DockerfileBuild options) =>
            options with
            {
                DockerfileText = "FROM scratch\nRUN x\n",
                Platforms = [new Platform("linux", "arm64")],
            };
        static DockerfileBuild Later(DockerfileBuild options) =>
            OnArm(options) with
            {
                Created = DateTimeOffset.UnixEpoch.AddDays(1),
            };
    }

    [Fact]
    public async Task The_order_of_words_that_overrule_each_other_makes_it_run_again()
    {
        using var build = NewBuild().With("f");
        Assert.Equal(StepOutcome.Ran, await OutcomeAsync(build, "", Mounting("rw,ro")));
        Assert.Equal(StepOutcome.Ran, await OutcomeAsync(build, "", Mounting("ro,rw")));
        Assert.Equal(StepOutcome.Cached, await OutcomeAsync(build, "", Mounting("rw,readonly=true")));

        static Func<DockerfileBuild, DockerfileBuild> Mounting(string words) =>
            options => options with { DockerfileText = $"FROM first\nRUN --mount=target=/s,{words} x\n" };
    }

    private static TestBuild NewBuild() =>
        new TestBuild().WithImage("first", TestTar.Of([TestTar.Folder("s/"), TestTar.Folder("t/")]));

    private static async Task<StepOutcome> OutcomeAsync(
        TestBuild build,
        string above,
        Func<DockerfileBuild, DockerfileBuild>? change = null
    )
    {
        var options = build.Options($"FROM first\n{above}\nRUN x\n") with
        {
            Runner = new TestRunner(),
            Cache = build.Cache,
        };
        return (await (change?.Invoke(options) ?? options).RunAsync(TestContext.Current.CancellationToken))
            .Images[0]
            .Steps[^1]
            .Outcome;
    }
}
