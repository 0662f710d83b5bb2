namespace Containerize.Tool.Tests;

/// <summary>What cannot be published, and what is missing on a machine.</summary>
public sealed class PublishRefusalTests(ToolMachine machine)
{
    [Fact]
    public async Task What_cannot_be_published_is_said_with_a_code()
    {
        var folder = machine.Folder.Create("publish-bad");
        ShopSolution.WriteTo(folder);
        Assert.Contains(
            "error CTZ0005",
            (await machine.RunAsync("publish", $"{folder}/Greetings")).Expect(1).Error,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "error CTZ0153",
            (await machine.RunAsync("publish", $"{folder}/Shop", "-t", "a:1", "-t", "b:1")).Expect(1).Error,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "error CTZ0151",
            (await machine.RunAsync("publish", $"{folder}/Shop", "-o", "oci:a", "-o", "oci:b")).Expect(1).Error,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "error CTZ0020",
            (await machine.RunAsync("publish", $"{folder}/Shop", "--base", "oci:/nowhere")).Expect(1).Error,
            StringComparison.Ordinal
        );
        await AssertSaysAsync($"error CTZ0208: '{folder}/Nothing.csproj' does not exist.", $"{folder}/Nothing.csproj");
        await AssertSaysAsync($"error CTZ0208: The folder '{folder}' holds no project and no solution.", folder);
        await AssertSaysAsync(
            "error CTZ0209: '-p:Containerize=false' switches images off",
            $"{folder}/Shop",
            "--",
            "-p:Containerize=false"
        );
        await AssertSaysAsync(
            "error CTZ0150: 'linux/amd65' is no platform: 'amd65' is no processor. Did you mean 'amd64'?",
            $"{folder}/Shop",
            "--platform",
            "linux/amd65"
        );
        await AssertSaysAsync(
            "was made and not pushed: no registry is named. Write its name with '--tag'",
            $"{folder}/Shop",
            "--push",
            "--base",
            $"oci:{machine.Small.Folder}:1.0"
        );
        await File.WriteAllTextAsync(
            $"{folder}/Shop/Shop.csproj",
            (await File.ReadAllTextAsync($"{folder}/Shop/Shop.csproj", TestContext.Current.CancellationToken)).Replace(
                "<TargetFramework>net10.0</TargetFramework>",
                "<TargetFrameworks>net10.0;net9.0</TargetFrameworks>",
                StringComparison.Ordinal
            ),
            TestContext.Current.CancellationToken
        );
        Assert.Contains(
            "error CTZ0044",
            (await machine.RunAsync("publish", $"{folder}/Shop", "--", "--no-restore")).Expect(1).Error,
            StringComparison.Ordinal
        );
    }

    private async Task AssertSaysAsync(string said, params IEnumerable<string> arguments) =>
        Assert.Contains(
            said,
            (await machine.RunAsync(["publish", .. arguments])).Expect(1).Error,
            StringComparison.Ordinal
        );

    [Fact]
    public async Task Without_an_SDK_it_says_what_is_missing()
    {
        var tool = await machine.Tool;
        var folder = machine.Folder.Create("publish-without-sdk");
        ShopSolution.WriteTo(folder);
        var command = tool.Command("publish", $"{folder}/Shop");
        var result = (
            await (
                command with
                {
                    Environment = new Dictionary<string, string?>(command.Environment)
                    {
                        ["DOTNET_HOST_PATH"] = "/nowhere/dotnet",
                    },
                }
            ).RunAsync()
        ).Expect(1);
        Assert.Contains("error CTZ0155", result.Error, StringComparison.Ordinal);
    }
}
