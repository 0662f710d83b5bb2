using System.Text.Json.Nodes;
using Containerize.TestKit.Images;
using Containerize.TestKit.Tools;

namespace Containerize.Tool.Tests;

/// <summary>What a build writes, and what it prints for people and for programs.</summary>
public sealed class BuildOutputTests(ToolMachine machine) : BuildTest(machine)
{
    [Theory]
    [InlineData("--iidfile", "a.txt/id")]
    [InlineData("--metadata-file", ".")]
    public async Task A_file_about_the_image_that_cannot_be_written_is_an_error_before_the_build(
        string option,
        string path
    )
    {
        var registry = await Machine.Registry;
        var folder = Context("notwritten");
        var name = $"{registry.Address}/build/notwritten:v1";
        var result = await RunAsync(folder, "build", ".", "-t", name, "--push", option, path);
        Assert.Contains("CTZ0007", result.Expect(1).Error, StringComparison.Ordinal);
        (await Machine.RunAsync("inspect", name)).Expect(1);
    }

    [Theory]
    [InlineData("oci:out")]
    [InlineData("archive:out.tar")]
    public async Task A_place_is_no_name(string place) =>
        Assert.Contains(
            "after '--output'",
            (await RunAsync(Context("places"), "build", ".", "-t", place)).Expect(1).Error,
            StringComparison.Ordinal
        );

    [Fact]
    public async Task Names_go_into_tarballs_layouts_and_registries()
    {
        var registry = await Machine.Registry;
        var folder = Context("names");
        var made = await BuildAsync(
            folder,
            "-t",
            $"{registry.Address}/build/shop:v1",
            "-t",
            $"{registry.Address}/build/shop:latest",
            "-t",
            $"{registry.Address}/build/other:v1",
            "--push",
            "--output",
            "oci:out",
            "--output",
            $"type=docker,dest=shop.tar",
            "--build-arg",
            "VERSION=1.2",
            "--label",
            "a=b",
            "--format",
            "docker"
        );
        foreach (var name in new[] { "shop:v1", "shop:latest", "other:v1" })
            Assert.Equal(
                (string?)made["digest"],
                await Skopeo.DigestAsync($"docker://{registry.Address}/build/{name}")
            );
        var layout = new OciLayout(Path.Combine(folder, "out"));
        Assert.Equal(
            ((string?)made["digest"], "1.2", "b"),
            (
                layout.Digest("v1"),
                (string?)layout.Config("v1")["config"]!["Labels"]!["version"],
                (string?)layout.Config("v1")["config"]!["Labels"]!["a"]
            )
        );
        Assert.Equal(
            "application/vnd.docker.distribution.manifest.v2+json",
            (string?)layout.Descriptor("v1")["mediaType"]
        );
        Assert.Contains(
            $"{registry.Address}/build/other:v1",
            (await Shell.RunAsync("tar", "-xOf", Path.Combine(folder, "shop.tar"), "manifest.json")).Output,
            StringComparison.Ordinal
        );
        ImageValidator.AssertValid(layout.Folder);
        var files = FileTree.Of(layout, "v1").Entries;
        Assert.Equal((7, 8), (files["to/a.txt"].Uid, files["to/a.txt"].Gid));
        Assert.DoesNotContain("src/out", files.Keys);
    }

    [Fact]
    public async Task Progress_is_for_people_and_the_result_for_programs()
    {
        var folder = Context("progress");
        var result = (await RunAsync(folder, "build", ".", "-t", "acme/shop:v1", "--progress", "plain")).Expect(0);
        Assert.Matches("^docker.io/acme/shop:v1@sha256:[0-9a-f]{64}\n$", result.Output);
        Assert.Contains("] COPY . /src ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "COPY",
            (await RunAsync(folder, "build", ".", "-t", "acme/shop:v1", "--progress", "quiet")).Expect(0).Error,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("COPPY a b", "error CTZ0121: Dockerfile:2:1: ", "Did you mean COPY?", "  2 | COPPY a b")]
    [InlineData("COPY nowhere /", "Dockerfile:2:", "nowhere")]
    [InlineData("FROM REGISTRY/no/later", "error CTZ0020", "no/later")]
    public async Task Errors_name_the_place_and_show_the_line(string line, params string[] expected)
    {
        var folder = Context("errors");
        var registry = await Machine.Registry;
        await File.WriteAllTextAsync(
            Path.Combine(folder, "Dockerfile"),
            $"FROM scratch\n{line.Replace("REGISTRY", registry.Address, StringComparison.Ordinal)}\n",
            TestContext.Current.CancellationToken
        );
        var result = (await RunAsync(folder, "build", ".", "-t", "x")).Expect(1);
        Assert.Empty(result.Output);
        Assert.All(expected, text => Assert.Contains(text, result.Error, StringComparison.Ordinal));
        Assert.False(File.Exists(Path.Combine(folder, "x.tar")), "an image of a failed build");
    }

    [Fact]
    public async Task Identity_and_metadata_are_written_and_are_no_part_of_the_context()
    {
        var folder = Context("files");
        string[] options =
        [
            "-t",
            "acme/shop:1",
            "-t",
            "acme/shop:2",
            "--output",
            "oci:out",
            "--iidfile",
            "id.txt",
            "--metadata-file",
            "made.json",
        ];
        var made = await BuildAsync(folder, options);
        Assert.Equal(
            (string?)made["images"]![0]!["imageId"],
            await File.ReadAllTextAsync(Path.Combine(folder, "id.txt"), TestContext.Current.CancellationToken)
        );
        var metadata = JsonNode.Parse(
            await File.ReadAllTextAsync(Path.Combine(folder, "made.json"), TestContext.Current.CancellationToken)
        )!;
        Assert.Equal((string?)made["digest"], (string?)metadata["containerimage.digest"]);
        Assert.Equal((string?)made["digest"], (string?)metadata["containerimage.descriptor"]!["digest"]);
        Assert.Equal((string?)made["images"]![0]!["imageId"], (string?)metadata["containerimage.config.digest"]);
        Assert.Equal("docker.io/acme/shop:1,docker.io/acme/shop:2", (string?)metadata["image.name"]);
        Assert.Equal((string?)made["digest"], (string?)(await BuildAsync(folder, options))["digest"]);
    }

    [Fact]
    public async Task Files_alone_have_no_name_and_one_step_is_one_step()
    {
        var folder = Context("nameless");
        await File.WriteAllTextAsync(
            Path.Combine(folder, "Dockerfile"),
            "FROM scratch\nCOPY a.txt /\n",
            TestContext.Current.CancellationToken
        );
        var result = (
            await RunAsync(folder, "build", ".", "-t", "acme/shop:1", "--output", "../root", "--quiet")
        ).Expect(0);
        Assert.Empty(result.Output);
        Assert.StartsWith("1 step done, 0 from the cache; 1 layer, ", result.Error, StringComparison.Ordinal);
        Assert.Empty(
            (await BuildAsync(folder, "-t", "acme/shop:1", "--output", "type=tar,dest=../root.tar"))["names"]!.AsArray()
        );
    }
}
