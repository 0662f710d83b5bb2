using Containerize.Core.Tests.FileSystems;
using Containerize.Images;

namespace Containerize.Core.Tests.Dockerfiles.Stages;

/// <summary>What a stage takes over from its base, and what BuildKit's dispatchStages and finalizeResultImage
/// (convert.go) write into the config of what is built upon it.</summary>
public sealed class StageBaseTests
{
    private const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private static readonly Platform Arm64 = new("linux", "arm64", "v8");

    [Theory]
    [InlineData("FROM base\nLABEL a=b", "PATH=" + DefaultPath)]
    [InlineData("FROM base\nENV A=$PATH", "PATH=" + DefaultPath + " A=" + DefaultPath)]
    [InlineData("FROM base AS a\nFROM a\nENV PATH=/x:$PATH", "PATH=/x:" + DefaultPath)]
    [InlineData("FROM has\nLABEL a=b", "A=1 PATH=/own")]
    [InlineData("FROM windows\nLABEL a=b", "")]
    public async Task A_base_without_a_path_gets_the_default_one(string dockerfile, string environment)
    {
        using var build = new TestBuild()
            .WithImage("base", TestTar.Of([TestTar.Folder("s/")]))
            .WithImage(
                "has",
                Base(TestBuild.Amd64, config => config.WithVariable("A", "1").WithVariable("PATH", "/own"))
            )
            .WithImage("windows", Base(new Platform("windows", "amd64"), config => config));
        var config = (await build.BuildAsync(dockerfile)).Config;
        Assert.Equal(environment, string.Join(' ', config.Environment.Select(pair => $"{pair.Key}={pair.Value}")));
    }

    [Theory]
    [InlineData("/etc/../srv/", "/srv")]
    [InlineData("srv", "/srv")]
    [InlineData("/srv", "/srv")]
    [InlineData("", "")]
    public async Task The_working_directory_of_a_base_is_cleaned(string folder, string expected)
    {
        using var build = new TestBuild().WithImage(
            "base",
            Base(TestBuild.Amd64, config => config.WithWorkingDirectory(folder))
        );
        Assert.Equal(expected, (await build.BuildAsync("FROM base\nLABEL a=b")).Config.WorkingDirectory);
    }

    // What is asked for counts where it is asked for; a variant of the same processor is the base's.
    [Theory]
    [InlineData("FROM --platform=linux/arm64 arm\nLABEL a=b", true, "linux/amd64")]
    [InlineData("FROM --platform=linux/arm64 arm\nLABEL a=b", false, "linux/arm64/v8")]
    [InlineData("FROM --platform=linux/arm64 arm AS a\nFROM a\nLABEL a=b", true, "linux/amd64")]
    [InlineData("FROM --platform=linux/arm64 scratch\nLABEL a=b", true, "linux/amd64")]
    [InlineData("FROM --platform=linux/arm64 scratch\nLABEL a=b", false, "linux/amd64")]
    public async Task A_constant_platform_of_the_last_stage_is_no_platform_of_the_image(
        string dockerfile,
        bool isGiven,
        string expected
    )
    {
        using var build = new TestBuild().WithImage("arm", Base(Arm64, config => config));
        var options = build.Options(dockerfile) with { IsPlatformGiven = isGiven };
        var made = (await options.RunAsync(TestContext.Current.CancellationToken)).Images[0].Image;
        Assert.Equal(expected, made.Config.Platform.ToString());
    }

    [Fact]
    public async Task Two_platforms_upon_a_constant_one_are_two_images()
    {
        using var build = new TestBuild().WithImage("arm", Base(Arm64, config => config));
        var options = build.Options("FROM --platform=linux/arm64 arm\nLABEL a=b") with
        {
            IsPlatformGiven = true,
            Platforms = [TestBuild.Amd64, new Platform("linux", "arm64")],
        };
        var set = (await options.RunAsync(TestContext.Current.CancellationToken)).Set;
        Assert.Equal(
            ["linux/amd64", "linux/arm64/v8"],
            set.Images.Select(image => image.Config.Platform.ToString()).Order()
        );
    }

    private static Image Base(Platform platform, Func<ImageConfig, ImageConfig> change)
    {
        var image = Image.Scratch(platform);
        return image.With(change(image.Config));
    }
}
