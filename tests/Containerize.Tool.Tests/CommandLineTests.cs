using Containerize.TestKit.Tools;

namespace Containerize.Tool.Tests;

/// <summary>What people type first, and what they mistype.</summary>
public sealed class CommandLineTests(ToolMachine machine)
{
    [Theory]
    [InlineData]
    [InlineData("help")]
    [InlineData("--help")]
    public async Task Without_a_command_there_is_help(params string[] words)
    {
        var help = await machine.OutputAsync(words);
        Assert.Contains("Usage:", help, StringComparison.Ordinal);
        Assert.Contains("  inspect ", help, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("help", "build")]
    [InlineData("help", "cache", "prune")]
    public async Task Help_names_a_command(params string[] words) =>
        Assert.Equal(await machine.OutputAsync([.. words[1..], "--help"]), await machine.OutputAsync(words));

    [Fact]
    public async Task A_command_that_only_has_commands_shows_them() =>
        Assert.Contains("prune", await machine.OutputAsync("cache"), StringComparison.Ordinal);

    [Theory]
    [InlineData("Did you mean 'build'?", "biuld", ".")]
    [InlineData("Did you mean 'inspect'?", "inspct", "x")]
    [InlineData("Did you mean '--platform'?", "build", ".", "--platfrom", "linux/arm64")]
    [InlineData("Did you mean '--output'?", "build", ".", "--ouptut=oci:x")]
    [InlineData("Did you mean 'prune'?", "cache", "prnue")]
    [InlineData("Did you mean '--json'?", "inspect", "--jsn", "x:1")]
    [InlineData("Did you mean '--key'?", "verify", "--kye", "cosign.pub", "x:1")]
    [InlineData("Did you mean '--no-cache'?", "build", "--no-cach", ".")]
    [InlineData("Did you mean 'publish'?", "help", "publsh")]
    public async Task A_misspelled_word_is_recognized(string suggestion, params string[] words)
    {
        var result = (await machine.RunAsync(words)).Expect(2);
        Assert.Empty(result.Output);
        Assert.Contains(
            suggestion,
            Assert.Single(result.Error.Split('\n'), line => line.StartsWith("error", StringComparison.Ordinal)),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("--key", "verify", "x.example/a:v1")]
    [InlineData("--certificate-identity", "verify", "x.example/a:v1")]
    [InlineData("--notation-policy", "verify", "x.example/a:v1")]
    [InlineData("--notation-store", "verify", "x.example/a:v1")]
    [InlineData("--type", "verify", "x.example/a:v1", "--key", "a.pub")]
    [InlineData("--certificate", "sign", "x.example/a:v1", "--key", "a.key")]
    [InlineData("--public-key", "sign", "x.example/a:v1", "--key", "exec:sign")]
    [InlineData("--fulcio-url", "sign", "x.example/a:v1", "--keyless")]
    [InlineData("--rekor-url", "attest", "x.example/a:v1", "--keyless")]
    [InlineData("--timestamp-url", "sign", "x.example/a:v1", "--keyless")]
    public async Task An_option_that_demands_something_is_not_empty(string option, params string[] words) =>
        Assert.Contains(
            $"{option} is empty",
            (await machine.RunAsync([.. words, option, ""])).Expect(2).Error,
            StringComparison.Ordinal
        );

    [Fact]
    public async Task What_is_no_file_is_written_into_and_a_link_stays()
    {
        var folder = machine.Folder.Create("special");
        await File.WriteAllTextAsync(
            Path.Combine(folder, "Dockerfile"),
            "FROM scratch\nLABEL a=b\n",
            TestContext.Current.CancellationToken
        );
        var tool = (await machine.Tool).Command(
            "build",
            ".",
            "--quiet",
            "--output",
            "oci:../special-out",
            "--iidfile",
            "pipe",
            "--metadata-file",
            "link"
        );
        File.CreateSymbolicLink(Path.Combine(folder, "link"), "made.json");
        await Shell.RunAsync("mkfifo", Path.Combine(folder, "pipe"));
        // Opening a pipe waits for its other end, so it must not be this thread that opens it.
        var reading = Task.Run(
            () => File.ReadAllText(Path.Combine(folder, "pipe")),
            TestContext.Current.CancellationToken
        );
        (await (tool with { WorkingFolder = folder }).RunAsync()).Expect(0);
        Assert.StartsWith(
            "sha256:",
            await reading.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
        Assert.Equal("made.json", new FileInfo(Path.Combine(folder, "link")).LinkTarget);
        Assert.Contains(
            "containerimage.digest",
            await File.ReadAllTextAsync(Path.Combine(folder, "made.json"), TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_word_that_is_like_no_other_gets_no_suggestion() =>
        Assert.DoesNotContain(
            "Did you mean",
            (await machine.RunAsync("frobnicate")).Expect(2).Error,
            StringComparison.Ordinal
        );

    [Fact]
    public async Task A_path_is_a_path_and_no_image_of_Docker_Hub()
    {
        var folder = machine.Folder.Create("paths");
        await machine.OutputAsync("copy", $"oci:{machine.Small.Folder}:1.0", $"archive:{folder}/shop.tar");
        var tool = await machine.Tool;
        var inspected = await (tool.Command("inspect", "shop.tar") with { WorkingFolder = folder }).RunAsync();
        Assert.Equal(
            await machine.OutputAsync("inspect", "--json", $"archive:{folder}/shop.tar"),
            (await (tool.Command("inspect", "--json", "./shop.tar") with { WorkingFolder = folder }).RunAsync())
                .Expect(0)
                .Output.Replace("./shop.tar", $"archive:{folder}/shop.tar", StringComparison.Ordinal)
        );
        inspected.Expect(0);
        (await machine.RunAsync("verify", machine.Small.Folder)).Expect(0);
        foreach (var command in new[] { "inspect", "verify" })
            Assert.Contains(
                "error CTZ0020: 'nowhere.tar' is the path",
                (await machine.RunAsync(command, "nowhere.tar")).Error,
                StringComparison.Ordinal
            );
        foreach (var place in new[] { "./lay", $"{folder}/lay", "out.tgz", "./out.tar.gz" })
            Assert.Contains(
                "error CTZ0151",
                (await machine.RunAsync("copy", $"{folder}/shop.tar", place)).Expect(1).Error,
                StringComparison.Ordinal
            );
        Directory.CreateDirectory(Path.Combine(folder, "Shop.Web"));
        File.Copy(Path.Combine(folder, "shop.tar"), Path.Combine(folder, "Shop.Web", "shop.tar"));
        (await (tool.Command("verify", "Shop.Web/shop.tar") with { WorkingFolder = folder }).RunAsync()).Expect(0);
        Assert.Contains(
            "archive:other.tar",
            (await machine.RunAsync("copy", $"{folder}/shop.tar", "other.tar")).Expect(1).Error,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "./out",
            (await machine.RunAsync("build", folder, "--output", "out")).Expect(1).Error,
            StringComparison.Ordinal
        );
    }
}
