using System.Text.Json.Nodes;
using Containerize.TestKit.Images;
using Containerize.TestKit.Tools;
using Containerize.Tests.Images;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Settings;

/// <summary>What the SDK 10.0.401 gets wrong of several platforms, shown right here and wrong there; as for one in
/// <see cref="SdkDefectTests"/>.</summary>
public sealed class SdkPlatformTests(SdkPlatformTests.Project project) : IClassFixture<SdkPlatformTests.Project>
{
    private const string Value = "https://example.test:8443/a";

    [Fact]
    public void Values_are_not_cut_at_their_first_colon()
    {
        foreach (var (layout, expected) in new[] { (project.Ours, Value), (project.Theirs, "https") })
        {
            Assert.Contains($"SERVICE={expected}", ImageDocument.Of(layout).Environment.Split('\n'));
            Assert.Contains($"org.example.url={expected}", ImageDocument.Of(layout).Labels.Split('\n'));
        }
    }

    [Fact]
    public void A_value_may_have_a_semicolon()
    {
        Assert.Contains(
            "CONNECTION=Server=db;Port=1",
            ImageDocument.Of(project.OursWithSemicolon).Environment.Split('\n')
        );
        Assert.StartsWith("error MSB", Assert.Single(project.TheirsWithSemicolon.Codes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task There_are_no_tags_but_those_that_were_asked_for()
    {
        Assert.Equal("ours", await TagsAsync("acme/ours"));
        Assert.Equal("theirs theirs-linux-arm64 theirs-linux-x64", await TagsAsync("acme/theirs"));
    }

    [Fact]
    public async Task The_index_says_which_variant_of_the_processor()
    {
        Assert.Equal("amd64/ arm64/v8", await PlatformsAsync("acme/ours:ours"));
        Assert.Equal("amd64/ arm64/", await PlatformsAsync("acme/theirs:theirs"));
    }

    private async Task<string> TagsAsync(string repository)
    {
        using var client = new HttpClient();
        var answer = await client.GetStringAsync(
            new Uri($"http://{project.Registry}/v2/{repository}/tags/list"),
            TestContext.Current.CancellationToken
        );
        return string.Join(
            ' ',
            JsonNode.Parse(answer)!["tags"]!.AsArray().Select(tag => (string?)tag).Order(StringComparer.Ordinal)
        );
    }

    private async Task<string> PlatformsAsync(string name)
    {
        var raw = (
            await Shell.RunAsync(
                "skopeo",
                "inspect",
                "--raw",
                "--tls-verify=false",
                $"docker://{project.Registry}/{name}"
            )
        ).Output;
        return string.Join(
            ' ',
            JsonNode.Parse(raw)!["manifests"]!
                .AsArray()
                .Select(manifest => $"{manifest!["platform"]!["architecture"]}/{manifest["platform"]!["variant"]}")
                .Order(StringComparer.Ordinal)
        );
    }

    /// <summary>The project, published for two platforms by us and by the SDK, and once more with a semicolon in a
    /// value.</summary>
    public sealed class Project(Machine machine) : IAsyncLifetime
    {
        public string Registry { get; private set; } = null!;

        public OciLayout Ours { get; private set; } = null!;

        public OciLayout Theirs { get; private set; } = null!;

        public OciLayout OursWithSemicolon { get; private set; } = null!;

        public PublishResult TheirsWithSemicolon { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            var (feed, registry) = (await machine.Feed, await machine.Registry);
            var folder = machine.Folder.Create("sdk-platforms");
            Registry = registry.Address;
            var written = TestProject
                .Console("Both")
                .Containerized(feed)
                .WithProperty("RuntimeIdentifiers", "linux-x64;linux-arm64")
                .WithProperty("UseAppHost", "false")
                .WithItem("ContainerEnvironmentVariable", "SERVICE", ("Value", Value))
                .WithItem("ContainerLabel", "org.example.url", ("Value", Value))
                .WithFile(
                    "Directory.Build.targets",
                    """
                    <Project>
                      <ItemGroup Condition="'$(WithSemicolon)' == 'true'">
                        <ContainerEnvironmentVariable Include="CONNECTION" Value="Server=db%3BPort=1" />
                      </ItemGroup>
                    </Project>
                    """
                )
                .WriteTo(folder, feed)
                .With("ContainerBaseImage", await PlatformImage.PushBaseAsync(machine, folder, "bases/sdk-platforms"))
                .With("ContainerRegistry", Registry);
            (
                await written
                    .With("ContainerRepository", "acme/ours")
                    .With("ContainerImageTag", "ours")
                    .ContainerizeAsync()
            ).Succeeded();
            (
                await written
                    .With("ContainerRepository", "acme/semicolon")
                    .With("ContainerImageTag", "ours")
                    .With("WithSemicolon", "true")
                    .ContainerizeAsync()
            ).Succeeded();
            var sdk = written with
            {
                Cache = machine.Folder.Create("sdk-cache"),
                Settings = written.Settings with
                {
                    Environment = written.Settings.Environment.Add("DOTNET_CONTAINER_INSECURE_REGISTRIES", Registry),
                },
            };
            sdk = sdk.With("ContainerRepository", "acme/theirs").With("ContainerImageTag", "theirs");
            (await sdk.PublishAsync("-t:PublishContainer")).Succeeded();
            TheirsWithSemicolon = await sdk.With("WithSemicolon", "true").PublishAsync("-t:PublishContainer");
            (Ours, Theirs, OursWithSemicolon) = (
                await OnlyAsync(folder, "acme/ours:ours"),
                await OnlyAsync(folder, "acme/theirs:theirs"),
                await OnlyAsync(folder, "acme/semicolon:ours")
            );
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private async Task<OciLayout> OnlyAsync(string folder, string name)
        {
            var layout = new OciLayout(Path.Combine(folder, name.Replace('/', '-').Replace(':', '-')));
            await Shell.RunAsync(
                "skopeo",
                "copy",
                "--quiet",
                "--src-tls-verify=false",
                "--override-arch",
                "arm64",
                $"docker://{Registry}/{name}",
                $"oci:{layout.Folder}:1"
            );
            return layout;
        }
    }
}
