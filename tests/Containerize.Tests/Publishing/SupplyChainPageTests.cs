using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Containerize.TestKit.Servers;
using Containerize.TestKit.Tools;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Publishing;

/// <summary>
/// The commands of docs/sbom.md, and the publishes in the pipelines of docs/signing.md, with a registry of this machine
/// in the place of each registry. The other commands of docs/signing.md are run by the tests of the tool.
/// </summary>
public sealed partial class SupplyChainPageTests(Machine machine)
{
    private const StringComparison Ordinal = StringComparison.Ordinal;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

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
        await File.WriteAllTextAsync(Path.Combine(folder, "key.pub"), key.ExportSubjectPublicKeyInfoPem(), Cancelled);
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

        var pipelines = await CommandsAsync("docs/signing.md", Publish());
        Assert.Equal(3, pipelines.Length);
        foreach (var command in pipelines)
        {
            await RunAsync(command);
            Assert.Contains(
                "signed by the key: sha256:",
                await RunAsync($"containerize verify {registry.Address}/shop --key key.pub"),
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

    private static async Task<string[]> CommandsAsync(string page, Regex commands) =>
        [
            .. commands
                .Matches(await File.ReadAllTextAsync(Path.Combine(TestFolder.Repository, page), Cancelled))
                .SelectMany(match => match.Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries)),
        ];

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("(dotnet publish src/Shop .*env://SIGNING_KEY)")]
    private static partial Regex Publish();

    [GeneratedRegex("registry\\.example|ghcr\\.io|acme\\.azurecr\\.io")]
    private static partial Regex Registries();
}
