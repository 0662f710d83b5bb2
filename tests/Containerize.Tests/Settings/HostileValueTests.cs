using System.Globalization;
using System.Text.Json.Nodes;
using Containerize.TestKit.Images;
using Containerize.TestKit.Tools;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Settings;

/// <summary>
/// Fifty labels, fifty variables, twenty ports and ten volumes, with everything in their values that something on the
/// way gives a meaning to. Programs that are not ours read them back.
/// </summary>
public sealed class HostileValueTests(Machine machine, HostileValueTests.Published published)
    : IClassFixture<HostileValueTests.Published>
{
    private static readonly string[] Values =
    [
        "a:b:c",
        "x;y;z",
        "k=v=w",
        "one, two,three",
        "100%",
        "%20 and %3B",
        "\"double\" 'single'",
        "back\\slash\\",
        "$HOME ${HOME} $(HOME) @(Compile)",
        "line\nbreak",
        " leading and trailing ",
        "# no comment",
        "https://example.test:8443/a?b=c&d=e#f",
        "<xml attribute=\"1\" />",
        "Grüße 日本 🐳",
        "*.cs ?",
        "`command` $(command)",
        "tab\there",
        "{\"json\": [1, 2]}",
        "--flag=value",
    ];

    private static Dictionary<string, string> Labels => Named("org.example.label-", 50);

    private static Dictionary<string, string> Variables => Named("VARIABLE_", 50);

    private static string[] Ports =>
        [
            .. Enumerable
                .Range(0, 20)
                .Select(i => string.Create(CultureInfo.InvariantCulture, $"{7000 + i}/{(i % 3 == 0 ? "udp" : "tcp")}")),
        ];

    private static string[] Volumes =>
        [.. Enumerable.Range(0, 10).Select(i => string.Create(CultureInfo.InvariantCulture, $"/data/volume {i}"))];

    [Fact]
    public async Task Skopeo_reads_back_what_was_set()
    {
        var config = JsonNode.Parse(
            (await Shell.RunAsync("skopeo", "inspect", "--config", $"oci:{published.Layout.Folder}:latest")).Output
        )!["config"]!;
        AssertSet(config);
    }

    [Fact]
    public async Task Docker_reads_back_what_was_set()
    {
        var docker = await machine.Docker;
        await docker.LoadAsync(published.Tarball);
        AssertSet(JsonNode.Parse((await docker.DockerAsync("inspect", "acme/hostile:latest")).Output)![0]!["Config"]!);
    }

    [Fact]
    public async Task The_Dockerfile_makes_the_same_of_all_that_a_Dockerfile_can_say_and_says_what_it_cannot()
    {
        var layout = new OciLayout(Path.Combine(machine.Folder.Create("buildah"), "layout"));
        await machine.Buildah.BuildAsync(published.Context, layout.Folder);
        var (built, text) = (
            layout.Config()["config"]!,
            await File.ReadAllLinesAsync(
                Path.Combine(published.Context, "Dockerfile"),
                TestContext.Current.CancellationToken
            )
        );
        var set = published.Layout.Config()["config"]!;
        foreach (var (name, value) in Labels)
        {
            if (value.Contains('\n', StringComparison.Ordinal))
                Assert.Contains(
                    text,
                    line => line.StartsWith($"# LABEL {name}: its value has line breaks", StringComparison.Ordinal)
                );
            else
                Assert.Equal(value, (string?)built["Labels"]![name]);
        }

        foreach (var (name, value) in Variables)
        {
            if (value.Contains('\n', StringComparison.Ordinal))
                Assert.Contains(
                    text,
                    line => line.StartsWith($"# ENV {name}: its value has line breaks", StringComparison.Ordinal)
                );
            else
                Assert.Contains($"{name}={value}", built["Env"]!.AsArray().Select(variable => (string?)variable));
        }

        Assert.Equal(
            set["ExposedPorts"]!.AsObject().Select(port => port.Key).Order(StringComparer.Ordinal),
            built["ExposedPorts"]!.AsObject().Select(port => port.Key).Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            set["Volumes"]!.AsObject().Select(volume => volume.Key).Order(StringComparer.Ordinal),
            built["Volumes"]!.AsObject().Select(volume => volume.Key).Order(StringComparer.Ordinal)
        );
    }

    private static void AssertSet(JsonNode config)
    {
        foreach (var (name, value) in Labels)
            Assert.Equal(value, (string?)config["Labels"]![name]);
        var variables = config["Env"]!.AsArray().Select(variable => (string)variable!).ToList();
        Assert.All(Variables, pair => Assert.Contains($"{pair.Key}={pair.Value}", variables));
        Assert.Equal(
            Ports.Order(StringComparer.Ordinal),
            config["ExposedPorts"]!.AsObject().Select(port => port.Key).Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            Volumes.Order(StringComparer.Ordinal),
            config["Volumes"]!.AsObject().Select(volume => volume.Key).Order(StringComparer.Ordinal)
        );
    }

    private static Dictionary<string, string> Named(string name, int count) =>
        Enumerable
            .Range(0, count)
            .ToDictionary(
                i => name + i.ToString(CultureInfo.InvariantCulture),
                i =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{Values[i % Values.Length]}{(i < Values.Length ? "" : i)}"
                    ),
                StringComparer.Ordinal
            );

    /// <summary>The project, published once into a layout, a tarball and a Dockerfile with its context.</summary>
    public sealed class Published(Machine machine) : IAsyncLifetime
    {
        public OciLayout Layout { get; private set; } = null!;

        public string Tarball { get; private set; } = null!;

        public string Context { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            var feed = await machine.Feed;
            var folder = machine.Folder.Create("hostile");
            Layout = new OciLayout(Path.Combine(folder, "layout"));
            (Tarball, Context) = (Path.Combine(folder, "image.tar"), Path.Combine(folder, "context"));
            var project = TestProject
                .Console("Hostile")
                .Containerized(feed)
                .WithProperty("ContainerRepository", "acme/hostile");
            project = Labels.Aggregate(
                project,
                (soFar, pair) => soFar.WithItem("ContainerLabel", pair.Key, ("Value", MSBuildText.Escape(pair.Value)))
            );
            project = Variables.Aggregate(
                project,
                (soFar, pair) =>
                    soFar.WithItem("ContainerEnvironmentVariable", pair.Key, ("Value", MSBuildText.Escape(pair.Value)))
            );
            project = Ports
                .Select(port => port.Split('/'))
                .Aggregate(project, (soFar, port) => soFar.WithItem("ContainerPort", port[0], ("Type", port[1])));
            project = Volumes.Aggregate(project, (soFar, path) => soFar.WithItem("ContainerVolume", path));
            // From a registry: buildah takes a layout's path for a name, and that for lower case.
            var baseImage = $"{(await machine.Registry).Address}/bases/hostile:1";
            await Skopeo.CopyAsync((await machine.Bases).SmallReference, $"docker://{baseImage}");
            (
                await project
                    .WriteTo(folder, feed)
                    .With("ContainerBaseImage", baseImage)
                    .With("ContainerOciLayoutPath", Layout.Folder)
                    .With("ContainerArchiveOutputPath", Tarball)
                    .With("ContainerDockerfilePath", Context)
                    .ContainerizeAsync()
            ).Succeeded();
            ImageValidator.AssertValid(Layout.Folder);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
