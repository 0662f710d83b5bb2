using System.Collections.Immutable;
using Containerize.Core.Tests.Stores;
using Containerize.Images;
using Containerize.Layers.Caching;
using Containerize.Publishing.Outputs;
using Containerize.Reporting;
using Containerize.Stores;
using ImageLayer = Containerize.Images.Layer;

namespace Containerize.Core.Tests.Reporting;

/// <summary>The words at the end of a run, to the letter.</summary>
public sealed class ClosingMessageTests
{
    private static readonly Image Web = Image
        .Scratch(TestImage.Amd64)
        .With(LayerOf("below", 70_000_000, ImageLayer.BaseName), DateTimeOffset.UnixEpoch, "COPY")
        .With(LayerOf("deps", 1_258_291, "dependencies"), DateTimeOffset.UnixEpoch, "COPY")
        .With(LayerOf("app", 900, "app"), DateTimeOffset.UnixEpoch, "COPY")
        is var image
        ? image.With(image.Config.WithExposedPort("8080/tcp"))
        : null!;

    [Fact]
    public void It_is_aligned_and_ends_with_the_command_that_runs_the_pushed_image() =>
        Assert.Equal(
            $"""
            Container image registry.example/acme/app:1.0
              {Web.Digest}
              base           66.8 MiB  already there
              dependencies    1.2 MiB  reused, sent
              app               900 B  built, sent
              -> registry.example/acme/app:1.0
              docker run --rm -p 8080:8080 registry.example/acme/app@{Web.Digest}
            """,
            ClosingMessage.Of(
                To() with
                {
                    Registries = ["registry.example"],
                },
                Web,
                [Report("registry.example/acme/app:1.0", Web)],
                [Made("dependencies", LayerOrigin.Cache), Made("app", LayerOrigin.Built)]
            )
        );

    [Fact]
    public void Several_platforms_have_a_line_each()
    {
        var set = ImageSet.Of(Web, TestImage.Of(TestImage.Arm64, "one"));
        Assert.Equal(
            $"""
            Container image registry.example/acme/app:1.0
              {set.Digest}
              linux/amd64      68.0 MiB  sent, already there
              linux/arm64/v8        3 B  sent
              -> registry.example/acme/app:1.0
              docker run --rm -p 8080:8080 registry.example/acme/app@{set.Digest}
            """,
            ClosingMessage.Of(
                To() with
                {
                    Registries = ["registry.example"],
                },
                set,
                [Report("registry.example/acme/app:1.0", [.. set.Images])],
                []
            )
        );
    }

    [Fact]
    public void In_a_solution_it_is_one_line() =>
        Assert.Equal(
            $"Container image registry.example/acme/app@{Web.Digest} 68.0 MiB, 1.2 MiB new -> "
                + "registry.example/acme/app:1.0",
            ClosingMessage.Line(
                To() with
                {
                    Registries = ["registry.example"],
                },
                Web,
                [Report("registry.example/acme/app:1.0", Web)]
            )
        );

    [Fact]
    public void A_tarball_is_loaded_and_run() =>
        Assert.Equal(
            "docker load -i /out/acme-app.tar && docker run --rm -p 8080:8080 acme/app:1.0",
            DockerRunHint.Of(To(), Web)
        );

    [Theory]
    [InlineData("Docker", "docker run --rm -p 8080:8080 acme/app:1.0")]
    [InlineData("podman", "podman run --rm -p 8080:8080 docker.io/acme/app:1.0")]
    public void An_engine_runs_what_it_has(string engine, string command) =>
        Assert.Equal(command, DockerRunHint.Of(To() with { Engine = engine }, Web));

    [Fact]
    public void A_layout_is_run_by_podman_and_a_path_with_a_space_is_quoted() =>
        Assert.Equal(
            "podman run --rm -p 8080:8080 \"oci:/my out/layout:1.0\"",
            DockerRunHint.Of(To() with { Layout = "/my out/layout" }, Web)
        );

    [Fact]
    public void A_manifest_of_Docker_s_format_is_not_found_in_a_layout_by_its_tag_and_goes_to_an_engine() =>
        Assert.Equal(
            "containerize copy oci:/out/layout:1.0 daemon:acme/app:1.0 && docker run --rm -p 8080:8080 acme/app:1.0",
            DockerRunHint.Of(To() with { Layout = "/out/layout" }, Web.In(ImageFormat.Docker))
        );

    [Theory]
    [InlineData("53/udp", "-p 53:53/udp ")]
    [InlineData("80/tcp 53/udp", "-p 80:80 -p 53:53/udp ")]
    [InlineData("1/tcp 2/tcp 3/tcp 4/tcp 5/tcp", "-P ")]
    public void Ports_are_published_under_their_own_numbers_unless_they_are_many(string ports, string options)
    {
        var config = ports
            .Split(' ')
            .Aggregate(ImageConfig.Scratch(TestImage.Amd64), (soFar, port) => soFar.WithExposedPort(port));
        Assert.Equal(
            $"docker run --rm {options}acme/app:1.0",
            DockerRunHint.Of(To() with { Engine = "Docker" }, Web.With(config))
        );
    }

    private static Destinations To() =>
        new()
        {
            Repository = "acme/app",
            Tags = ["1.0"],
            DefaultFolder = "/out",
            PublishPath = "/publish",
            Machine = TestImage.Amd64,
        };

    private static ImageLayer LayerOf(string text, long size, string name) =>
        TestImage.Layer(text) is var layer
            ? layer with
            {
                Name = name,
                Blob = layer.Blob with { Descriptor = layer.Blob.Descriptor with { Size = size } },
            }
            : null!;

    private static CachedLayer Made(string name, LayerOrigin origin) =>
        new(Web.Layers.Single(layer => layer.Name == name), origin);

    private static PushReport Report(string destination, params Image[] images) =>
        new(
            destination,
            images
                .SelectMany(each => each.Layers)
                .ToImmutableDictionary(
                    layer => layer.Blob.Descriptor.Digest,
                    layer => layer.Name == ImageLayer.BaseName ? BlobFate.AlreadyThere : BlobFate.Sent
                )
        );
}
