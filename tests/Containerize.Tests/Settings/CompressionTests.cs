using Containerize.TestKit.Images;
using Containerize.TestKit.Tools;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Settings;

/// <summary>One publish folder in images of each compression and each format, upon bases of each, read by other
/// programs.</summary>
public sealed class CompressionTests(Machine machine, CompressionTests.Project project)
    : IClassFixture<CompressionTests.Project>
{
    private const string Oci = "application/vnd.oci.image.";
    private const string Docker = "application/vnd.docker.";

    [Theory]
    [InlineData("gzip", "tar+gzip")]
    [InlineData("zstd", "tar+zstd")]
    [InlineData("none", "tar")]
    public async Task Each_compression_holds_the_same_tars_and_podman_loads_it(string compression, string end)
    {
        var layout = project.Of(compression);
        ImageValidator.AssertValid(layout.Folder);
        Assert.All(Layers(layout), type => Assert.Equal($"{Oci}layer.v1.{end}", type));
        Assert.Equal(DiffIds(project.Of("gzip")), DiffIds(layout));
        Assert.Equal(
            $"localhost/acme/{compression}:latest",
            await LoadAsync(project.TarballOf(compression), compression)
        );
    }

    [Fact]
    public void A_tarball_with_zstd_that_classic_Docker_cannot_load_is_worth_a_warning()
    {
        Assert.Equal(["warning CTZ0059"], project.Results["zstd"].Codes);
        Assert.Empty(project.Results["gzip"].Codes);
        Assert.Empty(project.Results["none"].Codes);
        // What is only in a layout has no tarball to be warned of.
        Assert.Empty(project.Results["upon zstd"].Codes);
    }

    [Fact]
    public async Task Classic_Docker_loads_plain_layers() =>
        Assert.Equal(
            "Loaded image: acme/none:latest",
            await (await machine.Docker).LoadAsync(project.TarballOf("none"))
        );

    [Fact]
    public async Task Layers_of_a_base_in_zstd_are_carried_through_byte_for_byte()
    {
        var (below, layout) = (project.Of("zstd"), project.Of("upon zstd"));
        ImageValidator.AssertValid(layout.Folder);
        Assert.Equal(below.LayerDigests(), layout.LayerDigests().SkipLast(1));
        Assert.Equal([$"{Oci}layer.v1.tar+zstd", $"{Oci}layer.v1.tar+gzip"], Layers(layout));
        var copy = new OciLayout(Path.Combine(machine.Folder.Create("copied"), "layout"));
        var name = $"{(await machine.Registry).Address}/acme/zstd:1";
        await Skopeo.CopyAsync($"oci:{layout.Folder}:latest", $"docker://{name}");
        await Skopeo.CopyAsync($"docker://{name}", $"oci:{copy.Folder}:latest");
        Assert.Equal(layout.Digest(), copy.Digest());
    }

    [Theory]
    [InlineData("docker format", Docker)]
    [InlineData("upon docker", Docker)]
    [InlineData("zstd upon docker", Oci)]
    [InlineData("upon zstd", Oci)]
    [InlineData("oci upon docker", Oci)]
    public void An_image_is_of_one_family_of_media_types(string name, string family)
    {
        var layout = project.Of(name);
        ImageValidator.AssertValid(layout.Folder);
        var manifest = layout.Manifest();
        Assert.All(
            [(string)manifest["mediaType"]!, (string)manifest["config"]!["mediaType"]!, .. Layers(layout)],
            type => Assert.StartsWith(family, type, StringComparison.Ordinal)
        );
    }

    private static IEnumerable<string> Layers(OciLayout layout) =>
        layout.Manifest()["layers"]!.AsArray().Select(layer => (string)layer!["mediaType"]!);

    private static IEnumerable<string> DiffIds(OciLayout layout) =>
        layout.Config()["rootfs"]!["diff_ids"]!.AsArray().Select(id => (string)id!);

    // Podman calls what comes from Docker's hub so; the name of the tarball is its own.
    private async Task<string> LoadAsync(string tarball, string compression) =>
        (await machine.Podman.LoadAsync(tarball)).Replace(
            $"docker.io/acme/{compression}",
            $"localhost/acme/{compression}",
            StringComparison.Ordinal
        );

    /// <summary>The project, published once, and an image of it for each of the cases.</summary>
    public sealed class Project(Machine machine) : IAsyncLifetime
    {
        private string _folder = "";

        public Dictionary<string, PublishResult> Results { get; } = new(StringComparer.Ordinal);

        public OciLayout Of(string name) => new(Path.Combine(_folder, name.Replace(' ', '-')));

        public string TarballOf(string name) => Of(name).Folder + ".tar";

        public async ValueTask InitializeAsync()
        {
            var feed = await machine.Feed;
            _folder = machine.Folder.Create("compression");
            var project = TestProject
                .Console("Small")
                .Containerized(feed)
                .WithProperty("UseAppHost", "false")
                // Images of this project are bases of others, and their entrypoint is replaced on purpose.
                .WithProperty("ContainerAppCommandInstruction", "Entrypoint")
                // Above scratch there is no dotnet, which the app's own command would need.
                .WithItem("ContainerAppCommand", "/app/start")
                .WriteTo(_folder, feed);
            (await project.PublishAsync()).Succeeded();
            foreach (var compression in new[] { "gzip", "zstd", "none" })
                await MakeAsync(
                    project
                        .With("ContainerRepository", $"acme/{compression}")
                        .With("ContainerArchiveOutputPath", TarballOf(compression)),
                    compression,
                    "scratch",
                    ("ContainerCompression", compression)
                );
            // In another folder: skopeo takes one of two equal tars for both.
            await MakeAsync(
                project,
                "upon zstd",
                $"oci:{Of("zstd").Folder}:latest",
                ("ContainerWorkingDirectory", "/upon")
            );
            await MakeAsync(project, "docker format", "scratch", ("ContainerImageFormat", "Docker"));
            var docker = $"oci:{Of("docker format").Folder}:latest";
            await MakeAsync(project, "upon docker", docker);
            await MakeAsync(project, "zstd upon docker", docker, ("ContainerCompression", "zstd"));
            await MakeAsync(project, "oci upon docker", docker, ("ContainerImageFormat", "OCI"));
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private async Task MakeAsync(
            WrittenProject project,
            string name,
            string baseImage,
            params (string Name, string Value)[] properties
        )
        {
            project = properties.Aggregate(project, (soFar, property) => soFar.With(property.Name, property.Value));
            Results[name] = (
                await project
                    .With("ContainerBaseImage", baseImage)
                    .With("ContainerOciLayoutPath", Of(name).Folder)
                    .ContainerizeAsync("--no-build")
            ).Succeeded();
        }
    }
}
