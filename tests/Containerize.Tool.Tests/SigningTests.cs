using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Containerize.TestKit.Tools;

namespace Containerize.Tool.Tests;

/// <summary>docs/signing.md from its first command to its last, and what the commands refuse.</summary>
public sealed partial class SigningTests(ToolMachine machine)
{
    [Fact]
    public async Task Every_command_of_the_page_does_what_it_says()
    {
        var (tool, registry) = (await machine.Tool, await machine.Registry);
        var folder = machine.Folder.Create("signing");
        await File.WriteAllTextAsync(Path.Combine(folder, "scan.json"), """{"result":"clean"}""", Cancelled);
        await File.WriteAllTextAsync(
            Path.Combine(folder, "shop.spdx.json"),
            """{"spdxVersion":"SPDX-2.3"}""",
            Cancelled
        );
        // Of its own: tests of other pages push to the same registry, and move the tags of 'shop'.
        var place = registry.Address + "/signing/";
        var image = place + "shop:v1";
        await machine.OutputAsync("copy", $"oci:{machine.Small.Folder}", image);
        var page = await File.ReadAllTextAsync(Path.Combine(TestFolder.Repository, "docs/signing.md"), Cancelled);
        var commands = Fence()
            .Matches(page)
            .SelectMany(match => match.Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            .ToList();
        Assert.Equal(27, commands.Count);
        foreach (var command in commands)
        {
            var words = command.Replace("registry.example/", place, StringComparison.Ordinal);
            var result = (
                await new ShellCommand("bash", ["-c", words])
                {
                    WorkingFolder = folder,
                    Environment = new Dictionary<string, string?>(tool.Command().Environment)
                    {
                        ["PATH"] =
                            $"{Path.GetDirectoryName(tool.Program)}:{Environment.GetEnvironmentVariable("PATH")}",
                    },
                }.RunAsync()
            ).Expect(0);
            if (
                command.Contains("env://", StringComparison.Ordinal)
                || command.Contains("exec:", StringComparison.Ordinal)
            )
                Assert.Contains("was signed already", result.Output, StringComparison.Ordinal);
        }

        var key = Path.Combine(folder, "signing.pub");
        var answer = JsonNode.Parse(await machine.OutputAsync("verify", image, "--key", key, "--json"))!;
        Assert.True((bool)answer["signature"]!["signed"]!);
        await AssertRefusedAsync(folder, image, key);
    }

    [Fact]
    public async Task What_cannot_be_signed_or_asked_is_an_error_of_its_own()
    {
        var folder = machine.Folder.Create("notsigned");
        var keys = await SigningKeys.CreateAsync(folder, "k");
        var layout = $"oci:{machine.Small.Folder}";
        await AssertFailsAsync("CTZ0365", 1, "sign", layout, "--key", keys.Private);
        await AssertFailsAsync("CTZ0363", 2, "verify", layout, "--key", keys.Private);
        await AssertFailsAsync("CTZ0360", 1, "sign", layout, "--key", keys.Public);
        await AssertFailsAsync(
            "CTZ0366",
            1,
            "attest",
            layout,
            "--key",
            keys.Private,
            "--predicate",
            "none.json",
            "--type",
            "spdx"
        );
        Assert.Contains(
            "CTZ0470",
            (await machine.RunAsync("verify", layout, "--type", "spdx")).Expect(2).Error,
            StringComparison.Ordinal
        );
    }

    // Another key, another type, and an image without a signature.
    private async Task AssertRefusedAsync(string folder, string image, string key)
    {
        var other = (await SigningKeys.CreateAsync(folder, "other")).Public;
        var refused = (await machine.RunAsync("verify", image, "--key", other)).Expect(1);
        Assert.Contains("not signed by the key", refused.Output, StringComparison.Ordinal);
        (await machine.RunAsync("verify", image, "--key", key, "--type", "openvex")).Expect(1);
        var unsigned = image.Replace("/shop", "/unsigned-shop", StringComparison.Ordinal);
        await machine.OutputAsync("copy", $"oci:{machine.Small.Folder}", unsigned);
        refused = (await machine.RunAsync("verify", unsigned, "--key", key, "--json")).Expect(1);
        var answer = JsonNode.Parse(refused.Output)!;
        Assert.True((bool)answer["valid"]!);
        Assert.False((bool)answer["signature"]!["signed"]!);
        // What is attached goes along, signatures too.
        await machine.OutputAsync("copy", image, unsigned.Replace("notsigned", "copied", StringComparison.Ordinal));
        (
            await machine.RunAsync(
                "verify",
                unsigned.Replace("notsigned", "copied", StringComparison.Ordinal),
                "--key",
                key
            )
        ).Expect(0);
    }

    private async Task AssertFailsAsync(string code, int exitCode, params string[] arguments) =>
        Assert.Contains(code, (await machine.RunAsync(arguments)).Expect(exitCode).Error, StringComparison.Ordinal);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [GeneratedRegex(@"^```sh\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();
}
