using System.Text;
using System.Text.Json.Nodes;
using Containerize.Images;
using Containerize.Publishing;
using Containerize.Publishing.Settings;
using Containerize.Recipes;

namespace Containerize.Core.Tests.Publishing;

/// <summary>What becomes of a base's config and manifest: what the project does not say stays as it is.</summary>
public sealed class KeptBaseTests
{
    private const string DiffId = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private const string Config = $$$"""
        {
          "architecture": "arm", "variant": "v6", "os": "linux", "os.version": "10.0.1", "os.features": ["x"], "author": "somebody",
          "vendor": {"a": [1, 2]},
          "config": {
            "Healthcheck": {"Test": ["CMD", "x"]}, "OnBuild": ["RUN x"], "Shell": ["/bin/x"], "ArgsEscaped": true, "Env": ["PATH=/bin", "LONE"],
            "Labels": {"of.the.base": "kept"}, "ExposedPorts": {"1/tcp": {}}, "Volumes": {"/data": {}}, "StopSignal": "SIGINT",
            "Entrypoint": ["/entry"], "Cmd": ["--of-the-base"], "Domainname": "x", "MacAddress": ""
          },
          "rootfs": {"type": "layers", "diff_ids": ["{{{DiffId}}}", "{{{DiffId}}}"]},
          "history": [
            {"created_by": "COPY a /"}, {"created": "2001-02-03T04:05:06Z", "created_by": "ENV A=1", "empty_layer": true, "vendor": 1}
          ]
        }
        """;

    private static readonly Layer App = new(
        Blob.FromBytes(MediaTypes.OciLayer, "app"u8.ToArray()),
        Digest.Of("app"u8),
        "app"
    );

    [Theory]
    [InlineData("architecture")]
    [InlineData("variant")]
    [InlineData("os")]
    [InlineData("os.version")]
    [InlineData("os.features")]
    [InlineData("author")]
    [InlineData("vendor")]
    public void Members_of_the_document_stay(string member) =>
        AssertKept(json => json[member], new ContainerSettings { Command = OfTheApp });

    [Theory]
    [InlineData("Healthcheck")]
    [InlineData("OnBuild")]
    [InlineData("Shell")]
    [InlineData("ArgsEscaped")]
    [InlineData("Env")]
    [InlineData("Labels")]
    [InlineData("ExposedPorts")]
    [InlineData("Volumes")]
    [InlineData("StopSignal")]
    [InlineData("Domainname")]
    [InlineData("MacAddress")]
    public void Members_of_the_config_stay(string member) =>
        AssertKept(json => json["config"]![member], new ContainerSettings { Command = OfTheApp });

    [Theory]
    [InlineData("Entrypoint")]
    [InlineData("Cmd")]
    public void What_starts_the_container_stays_where_the_project_leaves_it_to_the_base(string member) =>
        AssertKept(
            json => json["config"]![member],
            new ContainerSettings { Command = new CommandSettings { Instruction = AppCommandInstruction.None } }
        );

    [Fact]
    public void The_base_s_arguments_go_with_its_entrypoint()
    {
        var config = Make(new ContainerSettings { Command = OfTheApp }).Config;
        Assert.Equal(["dotnet"], config.Entrypoint);
        Assert.Empty(config.Cmd);
    }

    [Fact]
    public void Annotations_of_the_manifest_stay()
    {
        var annotations = Make(
            new ContainerSettings { Annotations = [new("of.the.project", "too")] }
        ).Manifest.Annotations;
        Assert.Equal(
            ["of.the.base=kept", "of.the.project=too"],
            annotations.Select(pair => $"{pair.Key}={pair.Value}")
        );
    }

    [Fact]
    public void Every_layer_has_one_entry_in_the_history_and_every_entry_a_time()
    {
        var history = Json(Make(new ContainerSettings { Environment = [new("A", "2")] }))["history"]!.AsArray();
        Assert.Equal(3, history.Count(entry => entry!["empty_layer"] is null));
        Assert.All(history, entry => Assert.NotNull((string?)entry!["created"]));
        Assert.Equal(
            [
                "1970-01-01T00:00:09Z COPY a /",
                "2001-02-03T04:05:06Z ENV A=1",
                "1970-01-01T00:00:09Z a layer of the base image",
                "1970-01-01T00:00:09Z ADD app.tar /",
            ],
            history.Take(4).Select(entry => $"{entry!["created"]} {entry["created_by"]}")
        );
        Assert.Equal(1, (int?)history[1]!["vendor"]);
    }

    [Theory]
    [InlineData(ImageFormat.Oci, "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip")]
    [InlineData(ImageFormat.Docker, "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip")]
    public void Layers_that_may_not_be_distributed_stay_so_in_either_family(ImageFormat format, string mediaType)
    {
        Assert.Equal(
            mediaType,
            MediaTypes.LayerIn(format, "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip")
        );
        Assert.Equal(
            mediaType,
            MediaTypes.LayerIn(format, "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip")
        );
    }

    private static CommandSettings OfTheApp => new() { AppCommand = ["dotnet"] };

    private static void AssertKept(Func<JsonNode, JsonNode?> member, ContainerSettings settings)
    {
        var (before, after) = (member(JsonNode.Parse(Config)!), member(Json(Make(settings))));
        Assert.NotNull(before);
        Assert.True(JsonNode.DeepEquals(before, after), $"{before.ToJsonString()} became {after?.ToJsonString()}");
    }

    private static JsonNode Json(Image image) => JsonNode.Parse(image.Config.Bytes.Span)!;

    private static Image Make(ContainerSettings settings)
    {
        var config = ImageConfig.Parse(Encoding.UTF8.GetBytes(Config), "The config");
        var layer = Blob.FromBytes(MediaTypes.OciLayer, Array.Empty<byte>());
        var manifest = Manifest.Create(
            ImageFormat.Oci,
            new Descriptor(MediaTypes.OciConfig, config.Digest, config.Bytes.Length),
            [layer.Descriptor, layer.Descriptor],
            Descriptor.NoAnnotations.Add("of.the.base", "kept")
        );
        var image = Image.Of(manifest, config, [layer, layer], "The base");
        return ContainerRecipe
            .Create(new RecipeBase("base", null, image.Digest, image), [App], settings)
            .ApplyTo(image, DateTimeOffset.FromUnixTimeSeconds(9));
    }
}
