using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Containerize.TestKit.Tools;

namespace Containerize.Tool.Tests;

/// <summary>
/// The snippets of docs/callers.md that call the command: each is read by a reader of its language, and what it runs
/// makes the image, with the registry and the engine of the tests. Those of MSBuild's lines are <c>CallerTests</c>.
/// </summary>
public sealed partial class CallersPageTests(ToolMachine machine)
{
    private static readonly string Page = File.ReadAllText(Path.Combine(TestFolder.Repository, "docs/callers.md"));

    private string _folder = "";
    private string _registry = "";

    [Fact]
    public async Task Every_snippet_can_be_read_and_its_commands_make_the_image()
    {
        (_folder, _registry) = (machine.Folder.Create("callers"), (await machine.Registry).Address);
        await using var engine = await DockerEngine.StartAsync(Directory.CreateDirectory($"{_folder}/d").FullName);
        ShopSolution.WriteProgram(Path.Combine(_folder, "src"), "Shop", "");
        Assert.All(Snippets("xml"), text => XDocument.Parse($"<Page>{text}</Page>"));
        var documents = await ReadAsync(Snippets("yaml"));

        // Skaffold gives the name, and says whether the image is pushed or stays in the engine.
        var skaffold = documents.Single(text => (string?)text["kind"] == "Config")["build"]!["artifacts"]![0]!;
        var command = (string)skaffold["custom"]!["buildCommand"]!;
        var project = Path.Combine(_folder, (string)skaffold["context"]!);
        await RunAsync(project, command, ("IMAGE", $"{_registry}/callers/skaffold:v1"), ("PUSH_IMAGE", "true"));
        await Skopeo.DigestAsync($"docker://{_registry}/callers/skaffold:v1");
        await RunAsync(
            project,
            command,
            ("IMAGE", "callers/skaffold:v2"),
            ("PUSH_IMAGE", "false"),
            ("DOCKER_HOST", engine.Host)
        );
        await engine.DockerAsync("image", "inspect", "callers/skaffold:v2");

        await RunAsync(
            _folder,
            TiltCommand().Match(Assert.Single(Snippets("python"))).Groups[1].Value,
            ("EXPECTED_REF", $"{_registry}/callers/tilt:tilt-1")
        );
        await Skopeo.DigestAsync($"docker://{_registry}/callers/tilt:tilt-1");

        // kubectl gets the file that the page shows, with the digest of what was pushed.
        var pod = Snippets("yaml").Single(text => text.Contains("containerize://", StringComparison.Ordinal));
        Directory.CreateDirectory(Path.Combine(_folder, "deploy"));
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "deploy/shop.yaml"),
            pod,
            TestContext.Current.CancellationToken
        );
        var resolve = Snippets("sh").Single(text => text.Contains("containerize resolve", StringComparison.Ordinal));
        var applied = await RunAsync(
            _folder,
            "kubectl() { test \"$*\" = 'apply -f -' && cat; }\n" + resolve,
            ("ContainerRepository", "callers/kubernetes")
        );
        var digest = await Skopeo.DigestAsync($"docker://{_registry}/callers/kubernetes:latest");
        Assert.Equal(
            pod.Replace(
                "containerize://src/Shop",
                $"{_registry}/callers/kubernetes@{digest}",
                StringComparison.Ordinal
            ),
            applied
        );

        // Compose takes the image that is there, under the name that PublishContainer loads.
        var service = documents.Single(text => text["services"]?["shop"]?["pull_policy"] is not null)["services"]![
            "shop"
        ]!;
        Assert.Equal(("shop:dev", "never"), ((string)service["image"]!, (string)service["pull_policy"]!));
    }

    private async Task<IReadOnlyList<JsonNode>> ReadAsync(IReadOnlyList<string> texts)
    {
        var files = new List<string>();
        foreach (var text in texts)
        {
            files.Add(Path.Combine(_folder, $"snippet-{files.Count}.yaml"));
            await File.WriteAllTextAsync(files[^1], text, TestContext.Current.CancellationToken);
        }

        var outside = await machine.Outside;
        var said = await outside.RunAsync("snippets.js", [.. files]);
        Assert.All(said, line => Assert.StartsWith("{", line, StringComparison.Ordinal));
        Assert.Equal(texts.Count, said.Length);
        return [.. said.Select(line => JsonNode.Parse(line)!)];
    }

    private async Task<string> RunAsync(
        string folder,
        string command,
        params IEnumerable<(string Name, string Value)> variables
    )
    {
        var tool = await machine.Tool;
        return (
            await new ShellCommand(
                "bash",
                ["-e", "-o", "pipefail", "-c", command.Replace("registry.example", _registry, StringComparison.Ordinal)]
            )
            {
                WorkingFolder = folder,
                Timeout = TimeSpan.FromMinutes(9),
                Environment = new Dictionary<string, string?>(tool.Command().Environment)
                {
                    ["PATH"] = $"{Path.GetDirectoryName(tool.Program)}:{Environment.GetEnvironmentVariable("PATH")}",
                    ["ContainerBaseImage"] = $"oci:{machine.Small.Folder}:1.0",
                }
                    .Concat(variables.Select(pair => KeyValuePair.Create(pair.Name, (string?)pair.Value)))
                    .ToDictionary(),
            }.RunAsync()
        ).Expect(0).Output;
    }

    private static IReadOnlyList<string> Snippets(string language) =>
        [
            .. Fence()
                .Matches(Page)
                .Where(match => match.Groups[1].Value == language)
                .Select(match => match.Groups[2].Value),
        ];

    [GeneratedRegex(@"^```([a-z]+)\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"'(containerize publish [^']*)'")]
    private static partial Regex TiltCommand();
}
