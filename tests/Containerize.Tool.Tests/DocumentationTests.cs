using System.Text.RegularExpressions;
using Containerize.TestKit.Tools;

namespace Containerize.Tool.Tests;

/// <summary>docs/tool.md from its first command to its last, as somebody would type them who reads it.</summary>
public sealed partial class DocumentationTests(ToolMachine machine)
{
    private static readonly string Page = File.ReadAllText(Path.Combine(TestFolder.Repository, "docs/tool.md"));

    [Fact]
    public async Task Every_command_of_the_page_does_what_it_says()
    {
        var (tool, registry) = (await machine.Tool, await machine.Registry);
        var folder = machine.Folder.Create("documentation");
        ShopSolution.WriteTo(Path.Combine(folder, "src"));
        await Shell.RunAsync("dotnet", "new", "sln", "--name", "Shop", "--output", folder, "--format", "sln");
        await Shell.RunAsync(
            "dotnet",
            "sln",
            $"{folder}/Shop.sln",
            "add",
            $"{folder}/src/Shop",
            $"{folder}/src/Greetings"
        );
        const string Dockerfile =
            "FROM scratch AS test\nARG VERSION\nCOPY src/Shop/Program.cs /\nLABEL version=$VERSION\n";
        await File.WriteAllTextAsync(
            Path.Combine(folder, "Dockerfile"),
            Dockerfile,
            TestContext.Current.CancellationToken
        );
        Directory.CreateDirectory(Path.Combine(folder, "deploy"));
        await File.WriteAllTextAsync(
            Path.Combine(folder, "deploy/shop.yaml"),
            "image: containerize://src/Shop\n",
            TestContext.Current.CancellationToken
        );
        await File.WriteAllTextAsync(
            Path.Combine(folder, "compose.yaml"),
            $"services:\n  web:\n    image: {registry.Address}/web:v1\n    build: .\n"
                + "  seed:\n    build: .\n    profiles: [seed]\n",
            TestContext.Current.CancellationToken
        );
        await File.WriteAllTextAsync(
            Path.Combine(folder, "compose.prod.yaml"),
            $"services:\n  web:\n    image: {registry.Address}/web:prod\n",
            TestContext.Current.CancellationToken
        );
        await File.WriteAllTextAsync(
            Path.Combine(folder, "deploy/Dockerfile"),
            Dockerfile + "FROM test\nLABEL last=yes\n",
            TestContext.Current.CancellationToken
        );
        var commands = Fence()
            .Matches(Page)
            .SelectMany(match => match.Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            .ToList();
        Assert.Equal(
            [
                "build",
                "cache",
                "completion",
                "copy",
                "diff",
                "explain",
                "inspect",
                "publish",
                "report",
                "resolve",
                "verify",
            ],
            commands.Select(command => Verb().Match(command).Groups[1].Value).Distinct().Order(StringComparer.Ordinal)
        );
        foreach (var command in commands)
        {
            var result = await new ShellCommand(
                "bash",
                ["-c", command.Replace("registry.example", registry.Address, StringComparison.Ordinal)]
            )
            {
                WorkingFolder = folder,
                Timeout = TimeSpan.FromMinutes(9),
                Environment = new Dictionary<string, string?>(tool.Command().Environment)
                {
                    ["PATH"] = $"{Path.GetDirectoryName(tool.Program)}:{Environment.GetEnvironmentVariable("PATH")}",
                    ["TOKEN"] = "a secret of tests",
                    ["ContainerBaseImage"] = $"oci:{machine.Small.Folder}:1.0",
                },
            }.RunAsync();
            // Two versions of the shop differ, and diff says so.
            result.Expect(command.StartsWith("containerize diff", StringComparison.Ordinal) ? 1 : 0);
        }
    }

    [Fact]
    public async Task Every_example_of_help_is_of_a_form_that_is_understood()
    {
        foreach (
            var command in new[]
            {
                "build",
                "publish",
                "resolve",
                "inspect",
                "diff",
                "report",
                "explain",
                "copy",
                "verify",
            }
        )
        {
            var help = await machine.OutputAsync(command, "--help");
            var options = Option()
                .Matches(help.Split("Examples:")[0])
                .Select(match => match.Value)
                .ToHashSet(StringComparer.Ordinal);
            foreach (Match option in Option().Matches(help.Split("Examples:")[1]))
                Assert.Contains(option.Value, options);
        }
    }

    [GeneratedRegex(@"^```sh\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"containerize ([a-z]+)")]
    private static partial Regex Verb();

    [GeneratedRegex(@"(?<=[\s,\[])--?[a-z][a-z-]*\b")]
    private static partial Regex Option();
}
