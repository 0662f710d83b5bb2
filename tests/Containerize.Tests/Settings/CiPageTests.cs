using System.Text.RegularExpressions;
using Containerize.Tests.Projects;
using Containerize.Tests.Tools;

namespace Containerize.Tests.Settings;

/// <summary>The shell steps of the workflows in docs/ci.md, with the variables that their systems set.</summary>
public sealed partial class CiPageTests(Machine machine)
{
    [Fact]
    public async Task Each_workflow_pushes_the_tags_of_the_version_and_hands_the_digest_on()
    {
        var (feed, registry) = (await machine.Feed, await machine.Registry);
        var folder = machine.Folder.Create("ci");
        TestProject.Console("Shop").Containerized(feed).WithProperty("UseAppHost", "false")
            .WithProperty("ContainerBaseImage", (await machine.Bases).SmallReference).WriteTo(Path.Combine(folder, "src"), feed);
        var page = await File.ReadAllTextAsync(Path.Combine(TestFolder.Repository, "docs/ci.md"), TestContext.Current.CancellationToken);
        var (output, artifacts) = (Path.Combine(folder, "output"), Path.Combine(folder, "artifacts"));

        await RunAsync("GitHub Actions", new()
        {
            ["GITHUB_ACTIONS"] = "true",
            ["GITHUB_OUTPUT"] = output,
            ["GITHUB_ARTIFACTS"] = artifacts,
            ["GITHUB_REF_NAME"] = "v1.2.3",
            ["GITHUB_REPOSITORY"] = "Acme/Ci-GitHub",
            ["GITHUB_WORKSPACE"] = folder,
        });
        var digest = await DigestAsync("acme/ci-github", "1.2.3 1.2 1 latest");
        Assert.Contains($"digest={digest}", await File.ReadAllLinesAsync(output, TestContext.Current.CancellationToken));
        Assert.Equal($"oci://{registry.Address}/acme/ci-github:1.2.3@{digest}\n", await File.ReadAllTextAsync(artifacts, TestContext.Current.CancellationToken));

        var azure = await RunAsync("Azure Pipelines", new()
        {
            ["TF_BUILD"] = "True",
            ["BUILD_SOURCEBRANCHNAME"] = "v2.0.0-rc.1",
            ["REGISTRY"] = registry.Address,
            ["PIPELINE_WORKSPACE"] = folder,
        });
        Assert.Contains($"##vso[task.setvariable variable=digest;isOutput=true]{await DigestAsync("shop", "2.0.0-rc.1")}", azure.Lines);

        await RunAsync("GitLab", new()
        {
            ["CI_COMMIT_TAG"] = "v0.1.0",
            ["CI_REGISTRY"] = registry.Address,
            ["CI_PROJECT_PATH"] = "acme/ci-gitlab",
            ["CI_PROJECT_DIR"] = folder,
        });
        Assert.Equal($"DIGEST={await DigestAsync("acme/ci-gitlab/shop", "0.1.0 0.1 0 latest")}\n", await File.ReadAllTextAsync(Path.Combine(folder, "image.env"), TestContext.Current.CancellationToken));
        Assert.True(Directory.Exists(Path.Combine(folder, ".cache")));

        async Task<CommandResult> RunAsync(string system, Dictionary<string, string?> variables)
        {
            var section = page.Split("\n## ").Single(part => part.StartsWith(system + "\n", StringComparison.Ordinal));
            var script = string.Join('\n', Steps().Matches(section).Select(match => match.Groups[1].Value.Trim()).Where(step => !step.Contains("$(publish", StringComparison.Ordinal)));
            Assert.Contains("dotnet publish", script, StringComparison.Ordinal);
            var result = await new ShellCommand("bash", ["-e", "-c", script.Replace("ghcr.io", registry.Address, StringComparison.Ordinal)])
            {
                WorkingFolder = folder,
                Timeout = TimeSpan.FromMinutes(5),
                Environment = new Dictionary<string, string?>(Sdk.Quiet.Concat(variables))
                {
                    ["NUGET_PACKAGES"] = feed.Packages,
                    ["MSBUILDDISABLENODEREUSE"] = "1",
                },
            }.RunAsync();
            return result.Expect(0);
        }

        async Task<string> DigestAsync(string repository, string tags)
        {
            var digests = await Task.WhenAll(tags.Split(' ').Select(tag => Skopeo.DigestAsync($"docker://{registry.Address}/{repository}:{tag}")));
            return Assert.Single(digests.Distinct());
        }
    }

    // "run: |" and "bash: |" with the lines below them, and the parts of GitLab's list "script:".
    [GeneratedRegex(@"(?:run: \||- bash: \||- \|)\n((?:[ ]{6,}[^\n]*\n)+)|(?<=\n    - )(?=sed )(?<1>[^\n]*)")]
    private static partial Regex Steps();
}
