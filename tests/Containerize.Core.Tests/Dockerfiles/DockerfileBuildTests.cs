using Containerize.Dockerfiles.Stages;

namespace Containerize.Core.Tests.Dockerfiles;

public class DockerfileBuildTests
{
    [Fact]
    public async Task The_config_says_what_the_instructions_say()
    {
        using var build = new TestBuild().With("app.txt", "hello");
        var image = await build.BuildAsync(
            """
            # syntax=docker/dockerfile:1
            ARG BASE=scratch
            FROM ${BASE} AS start
            ENV A=1 B="two words" C=$A
            ENV old form
            LABEL a=b "c d"='e $A f'
            EXPOSE 80 53/udp 8000-8002
            VOLUME ["/data"] 
            VOLUME /a /b
            USER app:staff
            STOPSIGNAL SIGINT
            SHELL ["/bin/bash", "-c"]
            HEALTHCHECK --interval=30s --retries=3 CMD curl -f http://localhost/
            WORKDIR /srv
            WORKDIR app/../www
            COPY app.txt .
            CMD echo $A
            ENTRYPOINT ["/entry", "x"]
            ONBUILD COPY . /app
            """
        );
        var config = image.Config;
        Assert.Equal(
            [
                "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                "A=1",
                "B=two words",
                "C=",
                "old=form",
            ],
            config.Environment.Select(pair => $"{pair.Key}={pair.Value}")
        );
        Assert.Equal([new("a", "b"), new("c d", "e $A f")], config.Labels);
        Assert.Equal(["53/udp", "80/tcp", "8000/tcp", "8001/tcp", "8002/tcp"], config.ExposedPorts.Order());
        Assert.Equal(["/a", "/b", "/data"], config.Volumes.Order());
        Assert.Equal(("app:staff", "SIGINT", "/srv/www"), (config.User, config.StopSignal, config.WorkingDirectory));
        Assert.Equal(["/bin/bash", "-c"], config.Shell);
        Assert.Equal(["/bin/bash", "-c", "echo $A"], config.Cmd);
        Assert.Equal(["/entry", "x"], config.Entrypoint);
        Assert.Equal(["COPY . /app"], config.OnBuild);
        Assert.Equal(
            ["d 755 0:0 /srv", "d 755 0:0 /srv/www", "f 644 0:0 /srv/www/app.txt hello"],
            await TestBuild.ListAsync(image)
        );
    }

    [Fact]
    public async Task A_stage_can_take_from_one_above()
    {
        using var build = new TestBuild().With("a", "1").With("b", "2").WithSystem();
        Assert.Equal(
            ["f 644 0:0 /a 1", "f 644 0:0 /b 2", "f 644 0:0 /c hello"],
            await build.ListAsync(
                """
                FROM scratch AS one
                COPY a /x/
                FROM one AS two
                COPY b /x/
                FROM broken AS unneeded
                RUN false
                FROM scratch
                COPY --from=two /x/ /
                COPY --from=system /etc/motd /c
                """
            )
        );
        Assert.Equal(["system"], build.Pulled);
    }

    [Fact]
    public async Task What_did_not_change_comes_from_the_cache()
    {
        using var build = new TestBuild().With("a", "1").With("b", "2");
        var options = build.Options(
            "FROM scratch AS x\nCOPY a /\nFROM scratch\nWORKDIR /w\nCOPY --from=x / /\nCOPY b /\nLABEL z=1\n"
        ) with
        {
            Cache = build.Cache,
        };
        var first = (await options.RunAsync(TestContext.Current.CancellationToken)).Images[0];
        var second = (
            await (options with { WorkFolder = options.WorkFolder + "2" }).RunAsync(
                TestContext.Current.CancellationToken
            )
        ).Images[0];
        build.With("b", "3");
        var third = (
            await (options with { WorkFolder = options.WorkFolder + "3" }).RunAsync(
                TestContext.Current.CancellationToken
            )
        ).Images[0];
        Assert.Equal(first.Image.Digest, second.Image.Digest);
        Assert.Equal("FROM:Config COPY:Ran FROM:Config WORKDIR:Ran COPY:Ran COPY:Ran LABEL:Config", Outcomes(first));
        Assert.Equal(
            "FROM:Config COPY:Cached FROM:Config WORKDIR:Cached COPY:Cached COPY:Cached LABEL:Config",
            Outcomes(second)
        );
        Assert.Equal(
            "FROM:Config COPY:Cached FROM:Config WORKDIR:Cached COPY:Cached COPY:Ran LABEL:Config",
            Outcomes(third)
        );
        Assert.Equal(["f 644 0:0 /a 1", "f 644 0:0 /b 2", "d 755 0:0 /w"], await TestBuild.ListAsync(second.Image));
        var anew = (
            await (options with { IgnoresCache = true, WorkFolder = options.WorkFolder + "4" }).RunAsync(
                TestContext.Current.CancellationToken
            )
        ).Images[0];
        Assert.Equal(third.Image.Digest, anew.Image.Digest);
        Assert.DoesNotContain(anew.Steps, step => step.Outcome == StepOutcome.Cached);
    }

    private static string Outcomes(DockerfileImage image) =>
        string.Join(' ', image.Steps.Select(step => $"{step.Step.Text.Split(' ')[0]}:{step.Outcome}"));
}
