using System.Collections.Immutable;
using Containerize.FileSystems;

namespace Containerize.Core.Tests.Dockerfiles;

/// <summary>Stages that need each other in any order, and the arguments that every stage knows.</summary>
public sealed class StageOrderTests
{
    [Theory]
    [InlineData("FROM scratch AS a\nCOPY --from=b /f /g\nFROM scratch AS b\nCOPY f /f\nFROM a\n")]
    [InlineData("FROM scratch AS a\nCOPY --from=1 /f /g\nFROM scratch\nCOPY f /f\nFROM a\n")]
    public async Task A_stage_below_can_be_copied_from(string file)
    {
        using var build = new TestBuild().With("f", "x");
        Assert.Equal(["f 644 0:0 /g x"], await build.ListAsync(file));
    }

    [Theory]
    [InlineData(
        "FROM scratch AS a\nCOPY --from=b x y\nFROM scratch AS b\nCOPY --from=a x y\n",
        "Dockerfile:4:13: the stage 'b' needs 'a', which needs 'b' itself"
    )]
    [InlineData(
        "FROM scratch AS a\nRUN --mount=from=b,target=/b x\nFROM a AS b\n",
        "Dockerfile:3:6: the stage 'b' needs 'a', which needs 'b' itself"
    )]
    [InlineData(
        "FROM scratch AS a\nCOPY --from=c x y\nFROM scratch AS b\nCOPY --from=a x y\nFROM b AS c\nFROM scratch\n",
        "Dockerfile:5:6: the stage 'c' needs 'b', which needs 'c' itself"
    )]
    public async Task No_stage_waits_for_itself(string file, string message)
    {
        using var build = new TestBuild();
        var exception = await build.FailAsync(file);
        Assert.Equal("CTZ0128", exception.Diagnostic.Code);
        Assert.StartsWith(message, exception.Message, StringComparison.Ordinal);
    }

    // The trigger names a stage that waits for the one that it is done in: the file alone does not show it.
    [Fact]
    public async Task No_trigger_makes_a_stage_wait_for_itself()
    {
        using var build = new TestBuild().With("f", "x");
        build.WithImage("base", await build.BuildAsync("FROM scratch\nCOPY f /f\nONBUILD COPY --from=b /f /g\n"));
        var exception = await build.FailAsync("FROM base AS a\nFROM a AS b\n");
        Assert.Equal("CTZ0128", exception.Diagnostic.Code);
    }

    [Theory]
    [InlineData(null, "default")]
    [InlineData("last", "last")]
    [InlineData("1", "1")]
    public async Task The_target_is_an_argument(string? target, string expected)
    {
        using var build = new TestBuild();
        var image = (
            await (
                build.Options(
                    "FROM scratch AS first\nFROM scratch AS last\nARG TARGETSTAGE\nLABEL stage=$TARGETSTAGE\n"
                ) with
                {
                    Target = target,
                }
            ).RunAsync(TestContext.Current.CancellationToken)
        )
            .Images[0]
            .Image;
        Assert.Equal(expected, image.Config.Labels.Single().Value);
    }

    [Theory]
    [InlineData("linux/arm64/v8", "linux/arm64 arm64 ")]
    [InlineData("linux/arm", "linux/arm/v7 arm v7")]
    [InlineData("linux/armel", "linux/arm/v6 arm v6")]
    public async Task Platform_arguments_have_usual_names(string platform, string expected)
    {
        using var build = new TestBuild();
        var options = build.Options(
            "FROM scratch\nARG TARGETPLATFORM\nARG TARGETARCH\nARG TARGETVARIANT\nLABEL p=\"$TARGETPLATFORM "
                + "$TARGETARCH $TARGETVARIANT\"\n"
        );
        var result = await (options with { Platforms = [Containerize.Images.Platform.Parse(platform)] }).RunAsync(
            TestContext.Current.CancellationToken
        );
        Assert.Equal(expected, result.Images[0].Image.Config.Labels.Single().Value);
    }

    [Fact]
    public async Task A_given_platform_argument_comes_first()
    {
        using var build = new TestBuild().WithSystem();
        var options = build.Options("FROM --platform=$TARGETPLATFORM system\nARG TARGETARCH\nLABEL p=$TARGETARCH\n");
        var asked = "";
        var image = (
            await (
                options with
                {
                    Sources = (name, platform, token) =>
                    {
                        asked = platform.Architecture;
                        return options.Sources(name, platform, token);
                    },
                    BuildArguments = ImmutableDictionary<string, string>.Empty.Add("TARGETPLATFORM", "linux/s390x"),
                }
            ).RunAsync(TestContext.Current.CancellationToken)
        ).Images[0].Image;
        Assert.Equal(("s390x", "amd64"), (asked, image.Config.Labels.Single().Value));
    }

    [Theory]
    [InlineData(
        "FROM --platform=$BULIDPLATFORM scratch\n",
        "Dockerfile:1:17: the platform '$BULIDPLATFORM' is empty. Did you mean $BUILDPLATFORM?"
    )]
    [InlineData("ARG P\nFROM --platform=$P scratch\n", "Dockerfile:2:17: the platform '$P' is empty. No ARG")]
    [InlineData(
        "ARG P=\nFROM --platform=$P scratch\n",
        "Dockerfile:2:17: the platform '$P' is empty. Give its ARG a value"
    )]
    public async Task An_empty_platform_is_an_error(string file, string message)
    {
        using var build = new TestBuild();
        var exception = await build.FailAsync(file);
        Assert.Equal("CTZ0122", exception.Diagnostic.Code);
        Assert.StartsWith(message, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Dockerfile", "dockerfile")]
    [InlineData("dockerfile", "Containerfile")]
    [InlineData("Containerfile", "other")]
    [InlineData("Dockerfile.txt", null)]
    public async Task The_file_has_one_of_the_usual_names(string name, string? other)
    {
        using var build = new TestBuild().With(name, "FROM scratch\nLABEL l=right\n");
        if (other is not null)
            build.With(other, "FROM scratch\nLABEL l=wrong\n");
        var options = build.Options("") with { DockerfileText = null };
        if (name == "Dockerfile.txt")
            Assert.Equal(
                "CTZ0120",
                (
                    await Assert.ThrowsAsync<Containerize.Diagnostics.ContainerizeException>(() =>
                        options.RunAsync(TestContext.Current.CancellationToken)
                    )
                )
                    .Diagnostic
                    .Code
            );
        else
            Assert.Equal(
                "right",
                (await options.RunAsync(TestContext.Current.CancellationToken))
                    .Images[0]
                    .Image.Config.Labels.Single()
                    .Value
            );
    }

    [Theory]
    [InlineData("ARG SOURCE_DATE_EPOCH=1445412480\n", null, 1445412480)]
    [InlineData("ARG SOURCE_DATE_EPOCH=1445412480\n", "1700000002", 1700000002)]
    [InlineData("ARG SOURCE_DATE_EPOCH\n", "1700000002", 1700000002)]
    [InlineData("ARG SOURCE_DATE_EPOCH=context\n", null, 0)]
    [InlineData("", null, 0)]
    public async Task The_file_may_say_the_time(string argument, string? given, long expected)
    {
        using var build = new TestBuild().With("f", "x");
        var options = build.Options(argument + "FROM scratch\nCOPY f /f\n");
        if (given is not null)
            options = options with
            {
                BuildArguments = ImmutableDictionary<string, string>.Empty.Add("SOURCE_DATE_EPOCH", given),
            };
        var image = (await options.RunAsync(TestContext.Current.CancellationToken)).Images[0].Image;
        Assert.Equal(
            expected,
            DateTimeOffset
                .Parse(image.Config.Created!, System.Globalization.CultureInfo.InvariantCulture)
                .ToUnixTimeSeconds()
        );
    }

    [Fact]
    public async Task A_time_that_is_no_number_is_an_error()
    {
        using var build = new TestBuild();
        var exception = await build.FailAsync("ARG SOURCE_DATE_EPOCH=soon\nFROM scratch\n");
        Assert.Equal("CTZ0122", exception.Diagnostic.Code);
        Assert.StartsWith("Dockerfile:1:23: SOURCE_DATE_EPOCH is 'soon'", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 0, "0")]
    [InlineData("app", 1655, "1655 10")]
    [InlineData("1654", 1655, "1655 10")]
    [InlineData("77", 0, "0")]
    [InlineData("app:10", 10, "10")]
    [InlineData("1654:", 1655, "1655 10")]
    [InlineData("app:", 1655, "1655 10")]
    [InlineData(":10", 10, "10")]
    [InlineData(":wheel", 10, "10")]
    [InlineData(":", 0, "0")]
    public void The_group_of_a_user_is_among_its_groups(string text, int gid, string groups)
    {
        var accounts = Accounts.Parse(
            "root:x:0:0:root:/root:/bin/sh\napp:x:1654:1655:app:/home/app:/bin/sh\n",
            "wheel:x:10:app\napp:x:1655:app\n"
        );
        var user = Containerize.Dockerfiles.Execution.Requests.RunUser.Find(text, accounts, "here");
        Assert.Equal((gid, groups), (user.Gid, string.Join(' ', user.Groups)));
    }
}
