using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Containerize.TestKit.Tools;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Settings;

/// <summary>
/// The workflows of docs/ci.md: valid, and their shell steps do what the page says, with the registry of the tests in
/// place of the systems' own.
/// </summary>
public sealed partial class CiPageTests(Machine machine)
{
    private static readonly string Page = File.ReadAllText(Path.Combine(TestFolder.Repository, "docs/ci.md"));

    private string _folder = "";
    private string _registry = "";
    private WrittenProject _project = null!;

    [Fact]
    public async Task Each_workflow_is_valid_and_pushes_a_version_and_hands_its_digest_on()
    {
        var feed = await machine.Feed;
        (_folder, _registry) = (machine.Folder.Create("ci"), (await machine.Registry).Address);
        _project = TestProject.Console("Shop").Containerized(feed).WriteTo(Path.Combine(_folder, "src"), feed);
        var workflows = await WorkflowsAsync();

        var github = workflows[0]["jobs"]!["image"]!["steps"]!.AsArray().Where(step => step!["run"] is not null);
        var push = Assert
            .Single(github.Select(step => (string)step!["run"]!))
            .Replace("ghcr.io", _registry, StringComparison.Ordinal);
        var digest = await GitHubAsync(push, "v1.2.0", "1.2.0", "1.2", "1", "latest");
        // A fix of an older line, as the page says it.
        var old = Tags().Match(Page).Groups[1].Value + "%3B-1";
        await GitHubAsync(push.Replace("=semver ", $"={old} ", StringComparison.Ordinal), "v1.1.9", "1.1.9", "1.1");
        Assert.Equal(digest, await DigestAsync("ci/github", "latest"));
        Assert.Equal(digest, await DigestAsync("ci/github", "1"));

        await AzureAsync([.. workflows[1]["steps"]!.AsArray().Select(step => step!["bash"]).OfType<JsonNode>()]);
        await GitLabAsync([.. workflows[2]["image"]!["script"]!.AsArray().Select(line => (string)line!)]);
        Assert.NotEmpty(Directory.GetFileSystemEntries(Path.Combine(_folder, ".cache")));
    }

    // A YAML reader and actionlint say nothing but what they read, a workflow in a line.
    private async Task<IReadOnlyList<JsonNode>> WorkflowsAsync()
    {
        var names = new[] { "github.yml", "azure-pipelines.yml", "gitlab.yml" };
        var texts = Workflow().Matches(Page).Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(names.Length, texts.Count);
        foreach (var (name, text) in names.Zip(texts))
            await File.WriteAllTextAsync(Path.Combine(_folder, name), text, TestContext.Current.CancellationToken);
        var outside = await machine.Outside;
        var said = await outside.RunAsync("snippets.js", [.. names.Select(name => Path.Combine(_folder, name))]);
        Assert.All(said, line => Assert.StartsWith("{", line, StringComparison.Ordinal));
        return [.. said.Select(line => JsonNode.Parse(line)!)];
    }

    private async Task<string> GitHubAsync(string step, string tag, params string[] tags)
    {
        var (outputs, artifacts) = (Path.Combine(_folder, tag + ".out"), Path.Combine(_folder, tag + ".artifacts"));
        await RunAsync(
            step,
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_OUTPUT", outputs),
            ("GITHUB_ARTIFACTS", artifacts),
            ("GITHUB_REF_NAME", tag),
            ("GITHUB_REPOSITORY", "CI/GitHub"),
            ("GITHUB_WORKSPACE", _folder)
        );
        var digest = await DigestAsync("ci/github", tags[0]);
        foreach (var other in tags)
            Assert.Equal(digest, await DigestAsync("ci/github", other));
        Assert.Contains(
            $"digest={digest}",
            await File.ReadAllLinesAsync(outputs, TestContext.Current.CancellationToken)
        );
        Assert.Equal(
            [$"oci://{_registry}/ci/github:{tags[0]}@{digest}"],
            await File.ReadAllLinesAsync(artifacts, TestContext.Current.CancellationToken)
        );
        return digest;
    }

    // What the second step has of the first is in the lines that the system reads from its output.
    private async Task AzureAsync(IReadOnlyList<JsonNode> steps)
    {
        var said = await RunAsync(
            ((string)steps[0]!).Replace("=shop ", "=ci/azure ", StringComparison.Ordinal),
            ("TF_BUILD", "True"),
            ("BUILD_SOURCEBRANCHNAME", "v1.2.0"),
            ("REGISTRY", _registry),
            ("PIPELINE_WORKSPACE", _folder)
        );
        var outputs = Variable()
            .Matches(said)
            .ToDictionary(match => $"$(publish.{match.Groups[1].Value})", match => match.Groups[2].Value.Trim());
        var digest = await DigestAsync("ci/azure", "1.2.0");
        Assert.Equal(
            $"{_registry}/ci/azure:1.2.0 {digest}",
            (
                await RunAsync(
                    outputs.Aggregate(
                        (string)steps[1]!,
                        (text, pair) => text.Replace(pair.Key, pair.Value, StringComparison.Ordinal)
                    )
                )
            ).Trim()
        );
    }

    private async Task GitLabAsync(IReadOnlyList<string> script)
    {
        await RunAsync(
            string.Join('\n', script),
            ("GITLAB_CI", "true"),
            ("CI_COMMIT_TAG", "v1.2.0"),
            ("CI_REGISTRY", _registry),
            ("CI_PROJECT_PATH", "ci/gitlab"),
            ("CI_PROJECT_DIR", _folder)
        );
        Assert.Equal(
            [$"DIGEST={await DigestAsync("ci/gitlab/shop", "latest")}"],
            await File.ReadAllLinesAsync(Path.Combine(_folder, "image.env"), TestContext.Current.CancellationToken)
        );
    }

    private async Task<string> RunAsync(string step, params (string Name, string Value)[] variables)
    {
        var command = new ShellCommand("bash", ["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step])
        {
            WorkingFolder = _folder,
            Timeout = TimeSpan.FromMinutes(9),
            Environment = new Dictionary<string, string?>(Sdk.Quiet)
            {
                ["NUGET_PACKAGES"] = _project.Feed.Packages,
                ["XDG_CACHE_HOME"] = _project.Feed.Packages + "-cache",
                ["ContainerBaseImage"] = (await machine.Bases).SmallReference,
            }
                .Concat(variables.Select(pair => KeyValuePair.Create(pair.Name, (string?)pair.Value)))
                .ToDictionary(),
        };
        return (await command.RunAsync()).Expect(0).Output;
    }

    private Task<string> DigestAsync(string repository, string tag) =>
        Skopeo.DigestAsync($"docker://{_registry}/{repository}:{tag}");

    [GeneratedRegex(@"^```yaml\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Workflow();

    [GeneratedRegex(@"`-p:ContainerImageTags=(semver%3B-latest)`")]
    private static partial Regex Tags();

    [GeneratedRegex(@"##vso\[task\.setvariable variable=(\w+);isOutput=true\](.*)")]
    private static partial Regex Variable();
}
