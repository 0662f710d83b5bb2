using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Containerize.TestKit.Servers;
using Containerize.TestKit.Tools;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Publishing;

/// <summary>
/// The commands of docs/sbom.md and docs/proofs.md, and the pipelines of docs/signing.md, as a reader of YAML reads
/// them, with a registry of this machine in the place of each registry. The other commands of docs/signing.md are run
/// by the tests of the tool.
/// </summary>
public sealed partial class SupplyChainPageTests(Machine machine)
{
    private const StringComparison Ordinal = StringComparison.Ordinal;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    // What cannot run here: commands of other people's programs that the package feeds do not have.
    [Theory]
    [InlineData("docs/sbom.md", "docker buildx imagetools inspect")]
    [InlineData("docs/proofs.md")]
    public async Task No_command_of_another_program_hides_in_a_sentence(string page, params string[] known)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(TestFolder.Repository, page), Cancelled);
        Assert.Equal(known, Inline().Matches(text).Select(match => match.Groups[1].Value));
        Assert.All(Language().Matches(text), match => Assert.Contains(match.Groups[1].Value, new[] { "sh", "xml" }));
    }

    [Fact]
    public async Task Every_command_of_the_pages_does_what_it_says()
    {
        var (feed, tool) = (await machine.Feed, await machine.Tool);
        await using var registry = await DockerRegistry.StartAsync(machine.Folder.Create("pages-registry"));
        var folder = machine.Folder.Create("pages");
        var project = TestProject
            .Console("Shop")
            .WithPackage("Serilog", "4.4.0")
            .WithProperty("ContainerBaseImage", (await machine.Bases).SmallReference)
            .WithProperty("ContainerSbom", "spdx;cyclonedx")
            .Containerized(feed)
            .WriteTo(Path.Combine(folder, "src"), feed);
        (
            await project
                .With("ContainerRegistry", registry.Address)
                .With("ContainerImageTag", "v1")
                .With("ContainerAttestations", "always")
                .ContainerizeAsync()
        ).Succeeded();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await File.WriteAllTextAsync(
            Path.Combine(folder, "signing.pub"),
            key.ExportSubjectPublicKeyInfoPem(),
            Cancelled
        );
        var environment = new Dictionary<string, string?>(Sdk.Quiet)
        {
            ["NUGET_PACKAGES"] = feed.Packages,
            ["XDG_CACHE_HOME"] = feed.Packages + "-cache",
            ["CI_REGISTRY"] = registry.Address,
            ["SIGNING_KEY"] = key.ExportPkcs8PrivateKeyPem(),
            ["PATH"] = $"{Path.GetDirectoryName(tool.Program)}:{Environment.GetEnvironmentVariable("PATH")}",
        };

        var printed = new List<string>();
        foreach (var command in await CommandsAsync("docs/sbom.md", Fence()))
            printed.Add(await RunAsync(command));
        Assert.Equal(4, printed.Count);
        Assert.Contains("SPDX-2.3", printed[0], Ordinal);
        Assert.Contains(
            "CycloneDX",
            await File.ReadAllTextAsync(Path.Combine(folder, "shop.cdx.json"), Cancelled),
            Ordinal
        );
        // The index has the document that the publish wrote beside it.
        Assert.Equal(
            await File.ReadAllTextAsync(Path.Combine(project.OutputFolder, "Shop.spdx.json"), Cancelled),
            printed[3]
        );

        File.Copy(
            Path.Combine(project.OutputFolder, "Shop.provenance.json"),
            Path.Combine(folder, "Shop.provenance.json")
        );
        var proofs = await CommandsAsync("docs/proofs.md", Fence());
        Assert.Equal(3, proofs.Length);
        foreach (var command in proofs)
            await RunAsync(command);

        var pipelines = await PipelinesAsync(folder);
        foreach (var command in pipelines)
        {
            await RunAsync(command);
            Assert.Contains(
                "signed by the key: sha256:",
                await RunAsync($"containerize verify {registry.Address}/shop --key signing.pub"),
                Ordinal
            );
            // The next pipeline has to sign by itself.
            await RunAsync($"rm -r '{registry.Storage}/docker/registry/v2/repositories/shop/_manifests'");
        }

        async Task<string> RunAsync(string command) => (
                await new ShellCommand("bash", ["-c", Registries().Replace(command, registry.Address)])
                {
                    WorkingFolder = folder,
                    Timeout = TimeSpan.FromMinutes(5),
                    Environment = environment,
                }.RunAsync()
            ).Expect(0).Output;
    }

    // A step of GitHub, a job of GitLab, a step of Azure; each hands the key on by its name.
    private async Task<IReadOnlyList<string>> PipelinesAsync(string folder)
    {
        var page = await File.ReadAllTextAsync(Path.Combine(TestFolder.Repository, "docs/signing.md"), Cancelled);
        var files = new List<string>();
        foreach (var match in Pipeline().Matches(page).Where(match => match.Value.Contains("SIGNING_KEY", Ordinal)))
        {
            files.Add(Path.Combine(folder, $"pipeline-{files.Count}.yaml"));
            await File.WriteAllTextAsync(files[^1], match.Groups[1].Value, Cancelled);
        }

        var outside = await machine.Outside;
        JsonNode[] read =
        [
            .. (await outside.RunAsync("snippets.js", [.. files])).Select(line => JsonNode.Parse(line)!),
        ];
        Assert.Equal(3, read.Length);
        var (github, gitlab, azure) = (read[0][0]!, read[1]["image"]!, read[2][0]!);
        Assert.Equal("${{ secrets.SIGNING_KEY }}", (string?)github["env"]!["SIGNING_KEY"]);
        Assert.Equal("$(SigningKey)", (string?)azure["env"]!["SIGNING_KEY"]);
        string[] commands =
        [
            (string)github["run"]!,
            .. gitlab["script"]!.AsArray().Select(line => (string)line!),
            (string)azure["script"]!,
        ];
        Assert.All(commands, command => Assert.Contains("-p:ContainerSigningKey=env://SIGNING_KEY", command, Ordinal));
        return commands;
    }

    private static async Task<string[]> CommandsAsync(string page, Regex commands) =>
        [
            .. commands
                .Matches(await File.ReadAllTextAsync(Path.Combine(TestFolder.Repository, page), Cancelled))
                .SelectMany(match => match.Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries)),
        ];

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("```yaml\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Pipeline();

    [GeneratedRegex("`((?:docker|cosign|openssl|aws|dotnet|trivy|oras) [^`]+)`")]
    private static partial Regex Inline();

    [GeneratedRegex("^```([a-z]+)$", RegexOptions.Multiline)]
    private static partial Regex Language();

    [GeneratedRegex("registry\\.example|ghcr\\.io|acme\\.azurecr\\.io")]
    private static partial Regex Registries();
}
