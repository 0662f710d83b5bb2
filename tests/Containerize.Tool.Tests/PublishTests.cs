using System.Text.Json.Nodes;
using Containerize.TestKit.Images;
using Containerize.TestKit.Tools;

namespace Containerize.Tool.Tests;

/// <summary><c>containerize publish</c> of projects that know nothing of Containerize.</summary>
public sealed class PublishTests(ToolMachine machine)
{
    [Fact]
    public async Task A_project_with_a_reference_has_one_digest_in_two_folders()
    {
        var (first, second) = (machine.Folder.Create("one"), machine.Folder.Create("another-and-longer"));
        foreach (var folder in new[] { first, second })
        {
            ShopSolution.WriteTo(folder);
            var output = await machine.OutputAsync(
                "publish",
                Path.Combine(folder, "Shop"),
                "-t",
                "acme/shop:v1",
                "-t",
                "acme/shop:latest",
                "--base",
                $"oci:{machine.Small.Folder}:1.0",
                "--output",
                $"oci:{folder}/out"
            );
            var digest = new OciLayout($"{folder}/out").Digest("v1");
            Assert.Equal(
                [$"docker.io/acme/shop:latest@{digest}", $"docker.io/acme/shop:v1@{digest}"],
                output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            );
            ImageValidator.AssertValid($"{folder}/out");
        }

        Assert.Equal(new OciLayout($"{first}/out").Digest("v1"), new OciLayout($"{second}/out").Digest("v1"));
        Assert.Contains(
            "/_/Greetings",
            System.Text.Encoding.Latin1.GetString(
                await File.ReadAllBytesAsync(
                    Path.Combine(first, "Shop/bin/Release/net10.0/publish/Greetings.dll"),
                    TestContext.Current.CancellationToken
                )
            ),
            StringComparison.Ordinal
        );
        Assert.Empty(await machine.OutputAsync("diff", $"oci:{first}/out:v1", $"oci:{second}/out:v1"));
    }

    [Fact]
    public async Task It_pushes_to_the_registry_in_the_name_and_answers_in_JSON()
    {
        var registry = await machine.Registry;
        var folder = machine.Folder.Create("publish-push");
        ShopSolution.WriteTo(folder);
        var result = await machine.RunAsync(
            "publish",
            Path.Combine(folder, "Shop"),
            "-t",
            $"{registry.Address}/acme/shop:v2",
            "--push",
            "--json",
            "--base",
            $"oci:{machine.Small.Folder}:1.0",
            "--",
            "-p:ContainerUser=app"
        );
        var image = Assert.Single(JsonNode.Parse(result.Expect(0).Output)!["images"]!.AsArray())!;
        Assert.Equal($"{registry.Address}/acme/shop:v2", (string?)image["names"]![0]);
        Assert.Equal((string?)image["digest"], await Skopeo.DigestAsync($"docker://{registry.Address}/acme/shop:v2"));
        Assert.Contains("Container image", result.Error, StringComparison.Ordinal);
        Assert.Contains(
            "\"User\": \"app\"",
            await machine.OutputAsync("inspect", "--json", $"{registry.Address}/acme/shop:v2"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task For_several_platforms_there_is_an_index_over_images_on_the_base_of_each()
    {
        var folder = machine.Folder.Create("publish-platforms");
        ShopSolution.WriteTo(folder);
        await File.WriteAllTextAsync(
            Path.Combine(folder, "Dockerfile"),
            "FROM scratch\nARG TARGETARCH\nLABEL base=$TARGETARCH\n",
            TestContext.Current.CancellationToken
        );
        await machine.OutputAsync(
            "build",
            folder,
            "--platform",
            "linux/amd64,linux/arm64",
            "--output",
            $"oci:{folder}/base"
        );
        var output = await machine.OutputAsync(
            "publish",
            Path.Combine(folder, "Shop"),
            "-t",
            "acme/shop:v4",
            "--platform",
            "linux/amd64,linux/arm64",
            "--base",
            $"oci:{folder}/base",
            "--output",
            $"oci:{folder}/out"
        );
        var inspected = JsonNode.Parse(await machine.OutputAsync("inspect", "--json", $"oci:{folder}/out"))!;
        Assert.Equal($"docker.io/acme/shop:v4@{inspected["digest"]}\n", output);
        Assert.Equal(
            ["linux/amd64 amd64", "linux/arm64 arm64"],
            inspected["images"]!
                .AsArray()
                .Select(image => $"{image!["platform"]} {image["config"]!["config"]!["Labels"]!["base"]}")
        );
        await machine.OutputAsync("verify", $"oci:{folder}/out");
        await machine.OutputAsync(
            "publish",
            Path.Combine(folder, "Shop"),
            "--platform",
            "linux/arm64",
            "--base",
            $"oci:{folder}/base",
            "--output",
            $"oci:{folder}/one"
        );
        Assert.Equal("arm64", (string?)new OciLayout($"{folder}/one").Config()["architecture"]);
    }

    [Fact]
    public async Task A_name_with_a_registry_is_in_the_tarball_without_a_push()
    {
        var folder = machine.Folder.Create("publish-name");
        ShopSolution.WriteTo(folder);
        await machine.OutputAsync(
            "publish",
            Path.Combine(folder, "Shop"),
            "-t",
            "registry.example/acme/shop:v3",
            "--base",
            $"oci:{machine.Small.Folder}:1.0",
            "--output",
            $"archive:{folder}/shop.tar"
        );
        Assert.Equal(
            "registry.example/acme/shop:v3",
            (string?)
                JsonNode.Parse((await Shell.RunAsync("tar", "-xOf", $"{folder}/shop.tar", "manifest.json")).Output)![
                    0
                ]!["RepoTags"]![0]
        );
    }

    [Fact]
    public async Task Of_a_solution_each_program_becomes_an_image()
    {
        var folder = machine.Folder.Create("publish-solution");
        ShopSolution.WriteTo(folder);
        ShopSolution.WriteProgram(folder, "Worker", "");
        await Shell.RunAsync("dotnet", "new", "sln", "--name", "All", "--output", folder, "--format", "sln");
        await Shell.RunAsync(
            "dotnet",
            "sln",
            $"{folder}/All.sln",
            "add",
            $"{folder}/Shop",
            $"{folder}/Worker",
            $"{folder}/Greetings"
        );
        var output = await machine.OutputAsync(
            "publish",
            $"{folder}/All.sln",
            "--base",
            $"oci:{machine.Small.Folder}:1.0",
            "--output",
            $"oci:{folder}/out",
            "--output",
            $"archive:{folder}/tarballs/"
        );
        Assert.Equal(
            ["docker.io/library/shop:latest", "docker.io/library/worker:latest"],
            output
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Split('@')[0])
                .Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            ["shop.tar", "worker.tar"],
            Directory
                .GetFiles(folder, "*.tar", SearchOption.AllDirectories)
                .Select(Path.GetFileName)
                .Order(StringComparer.Ordinal)
        );
        foreach (var name in new[] { "shop", "worker" })
            await machine.OutputAsync("verify", $"oci:{folder}/out/{name}:latest");
        Assert.Contains(
            "error CTZ0151",
            (await machine.RunAsync("publish", $"{folder}/All.sln", "-o", "archive:all.tar")).Expect(1).Error,
            StringComparison.Ordinal
        );
    }
}
