using System.Text.Json.Nodes;
using Containerize.TestKit.Images;
using Containerize.TestKit.Tools;
using Containerize.Tests.Images;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Settings;

/// <summary>One publish for two platforms, and what real programs find of it.</summary>
public sealed class PlatformTests(Machine machine, PlatformImage platforms) : IClassFixture<PlatformImage>
{
    [Fact]
    public async Task Skopeo_copies_the_whole_index_from_the_registry_and_each_platform_is_valid()
    {
        var layout = Path.Combine(machine.Folder.Create("all"), "layout");
        await Shell.RunAsync(
            "skopeo",
            "copy",
            "--quiet",
            "--all",
            "--src-tls-verify=false",
            $"docker://{platforms.Reference}",
            $"oci:{layout}:1.0"
        );
        ImageValidator.AssertValid(layout);
        var index = JsonNode.Parse(
            await File.ReadAllTextAsync(
                new OciLayout(layout).BlobPath(new OciLayout(layout).Digest()),
                TestContext.Current.CancellationToken
            )
        )!;
        Assert.Equal(
            ["linux/amd64/", "linux/arm64/v8"],
            index["manifests"]!
                .AsArray()
                .Select(manifest => manifest!["platform"]!)
                .Select(platform => $"{platform["os"]}/{platform["architecture"]}/{platform["variant"]}")
        );
        Assert.Equal(platforms.Layout.Digest(), new OciLayout(layout).Digest());
    }

    [Fact]
    public void The_layout_and_the_tarball_hold_the_same_index()
    {
        ImageValidator.AssertValid(platforms.Layout.Folder);
        var tarball = OciLayout.FromTarball(
            platforms.Tarball,
            Path.Combine(machine.Folder.Create("tarball"), "layout")
        );
        ImageValidator.AssertValid(tarball.Folder);
        Assert.Equal(platforms.Layout.Digest(), tarball.Digest());
    }

    [Theory]
    [InlineData("amd64", 62)]
    [InlineData("arm64", 183)]
    public async Task The_programs_of_each_platform_are_for_its_processor(string architecture, int machineOfElf)
    {
        var layout = await platforms.OnlyAsync(architecture);
        ImageValidator.AssertValid(layout.Folder);
        LayerFormat.AssertKept(layout);
        Assert.Equal($"linux/{architecture}", ImageDocument.Of(layout).Platform);
        Assert.Equal(machineOfElf, PlatformImage.MachineOf(layout, "host"));
    }

    [Theory]
    [InlineData("amd64", false)]
    [InlineData("arm64", true)]
    public async Task Each_platform_stands_on_the_base_of_its_own(string architecture, bool handmade) =>
        Assert.Equal(
            handmade,
            ImageDocument
                .Of(await platforms.OnlyAsync(architecture))
                .Environment.Contains("FROM_BASE=yes", StringComparison.Ordinal)
        );

    [Theory]
    [InlineData("amd64")]
    [InlineData("arm64")]
    public async Task Values_keep_what_stands_behind_a_colon_or_a_semicolon(string architecture)
    {
        var layout = await platforms.OnlyAsync(architecture);
        var image = ImageDocument.Of(layout);
        Assert.Contains($"CONNECTION={PlatformImage.Hostile}", image.Environment.Split('\n'));
        Assert.Contains($"org.example.connection={PlatformImage.Hostile}", image.Labels.Split('\n'));
        Assert.Equal(PlatformImage.Hostile, (string?)layout.Manifest()["annotations"]!["org.example.connection"]);
    }

    [Fact]
    public async Task The_repository_has_the_tags_that_were_asked_for_and_no_others()
    {
        using var client = new HttpClient();
        var tags = await client.GetStringAsync(
            new Uri($"http://{(await machine.Registry).Address}/v2/{PlatformImage.Repository}/tags/list"),
            TestContext.Current.CancellationToken
        );
        Assert.Equal(["1.0"], JsonNode.Parse(tags)!["tags"]!.AsArray().Select(tag => (string?)tag));
    }

    [Fact]
    public async Task Classic_Docker_and_Podman_load_the_tarball_s_image_of_this_machine()
    {
        Assert.Equal("Hello from a container", await (await machine.Docker).RunTarballAsync(platforms.Tarball));
        Assert.Equal(platforms.Reference, await machine.Podman.LoadAsync(platforms.Tarball));
    }

    [Fact]
    public async Task MSBuild_learns_of_the_index_and_of_each_platform()
    {
        var lines = await File.ReadAllLinesAsync(platforms.Outputs, TestContext.Current.CancellationToken);
        var index = platforms.Layout.IndexDocument();
        string Of(int at) => (string)index["manifests"]![at]!["digest"]!;
        Assert.Equal(
            [
                platforms.Layout.Digest(),
                "application/vnd.oci.image.index.v1+json",
                $"linux/amd64 {Of(0)}",
                $"linux/arm64/v8 {Of(1)}",
                platforms.Reference,
            ],
            lines
        );
        Assert.Contains(
            platforms.Published.Lines,
            line =>
                line.StartsWith("docker run --rm ", StringComparison.Ordinal)
                && line.EndsWith($" {platforms.Reference[..^4]}@{platforms.Layout.Digest()}", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Docker_is_given_the_image_of_this_machine()
    {
        (
            await PlatformImage
                .Alone(await LocalEngines.WithDockerAsync(platforms.Project, machine))
                .With("LocalRegistry", "Docker")
                .ContainerizeAsync("--no-build")
        ).Succeeded();
        Assert.Equal(
            "Hello from a container",
            (await (await machine.Docker).DockerAsync("run", "--rm", "--network", "none", "acme/loaded:1.0")).Text
        );
    }

    [Fact]
    public async Task Podman_is_given_the_image_of_this_machine()
    {
        var (project, podman) = await LocalEngines.WithPodmanAsync(platforms.Project, machine);
        (
            await PlatformImage.Alone(project).With("LocalRegistry", "Podman").ContainerizeAsync("--no-build")
        ).Succeeded();
        var inspected = JsonNode.Parse(
            (await podman.PodmanAsync("image", "inspect", "docker.io/acme/loaded:1.0")).Output
        )![0]!;
        Assert.Equal("amd64", (string?)inspected["Architecture"]);
        Assert.Contains(
            $"CONNECTION={PlatformImage.Hostile}",
            inspected["Config"]!["Env"]!.AsArray().Select(variable => (string?)variable)
        );
    }

    [Fact]
    public void What_waits_for_the_other_platforms_has_no_layers_of_its_base()
    {
        var waiting = Directory
            .GetFiles(Path.Combine(platforms.Project.Folder, "obj"), "*", SearchOption.AllDirectories)
            .Where(file => file.Contains("/containerize/image/blobs/", StringComparison.Ordinal))
            .Select(Path.GetFileName)
            .ToHashSet();
        foreach (
            var manifest in platforms.Layout.IndexDocument()["manifests"]!
                .AsArray()
                .Select(child => platforms.Layout.Json((string)child!["digest"]!))
        )
        {
            var layers = manifest["layers"]!.AsArray().Select(layer => ((string)layer!["digest"]!)[7..]).ToList();
            Assert.True(layers.Count > 2);
            Assert.Equal(layers[^2..], layers.Where(waiting.Contains));
        }
    }

    [Fact]
    public async Task One_after_the_other_gives_the_same_digest_and_sends_nothing()
    {
        var registry = await machine.Registry;
        var before = registry.Requests.Count;
        var digest = platforms.Layout.Digest();
        (await platforms.Project.With("ContainerPublishInParallel", "false").ContainerizeAsync()).Succeeded();
        Assert.Equal(digest, platforms.Layout.Digest());
        Assert.DoesNotContain(
            registry.Requests.Skip(before),
            request =>
                request.CompletesBlob && request.Path.Contains(PlatformImage.Repository, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task One_platform_that_the_machine_is_not_is_published_for()
    {
        // What a tool that knows the target passes, and nothing else; the project is published for this machine
        // otherwise.
        var layout = new OciLayout(Path.Combine(machine.Folder.Create("elsewhere"), "layout"));
        var project = PlatformImage
            .Alone(platforms.Project)
            .With("UseCurrentRuntimeIdentifier", "true")
            .With("SelfContained", "false")
            .With("ContainerOciLayoutPath", layout.Folder)
            .With("ContainerRuntimeIdentifier", "linux-arm64");
        (await project.ContainerizeAsync()).Succeeded();
        ImageValidator.AssertValid(layout.Folder);
        Assert.Equal(
            ("linux/arm64", "dotnet\n/app/Platforms.dll"),
            (ImageDocument.Of(layout).Platform, ImageDocument.Of(layout).Entrypoint)
        );
        Assert.Equal(183, PlatformImage.MachineOf(layout, "host"));
        Assert.Contains(
            "'linux-x64'",
            (await project.With("RuntimeIdentifier", "linux-x64").ContainerizeAsync("--no-build")).FailedWith(
                "CTZ0195"
            ),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Musl_and_glibc_have_no_base_in_common() =>
        Assert.Contains(
            "linux-musl-arm64",
            (
                await platforms
                    .Project.With("ContainerBaseImage", "")
                    .With("ContainerRuntimeIdentifiers", "linux-x64;linux-musl-arm64")
                    .ContainerizeAsync("--no-build")
            ).FailedWith("CTZ0041"),
            StringComparison.Ordinal
        );

    [Fact]
    public async Task One_platform_twice_is_an_error() =>
        Assert.Contains(
            "linux-musl-x64",
            (
                await platforms
                    .Project.With("ContainerRuntimeIdentifiers", "linux-x64;linux-musl-x64")
                    .ContainerizeAsync("--no-build")
            ).FailedWith("CTZ0043"),
            StringComparison.Ordinal
        );
}
