using System.Text.Json.Nodes;
using Containerize.Tests.Images;
using Containerize.Tests.Tools;

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

    [Fact]
    public async Task What_cannot_be_published_is_said_with_a_code()
    {
        var folder = machine.Folder.Create("publish-bad");
        ShopSolution.WriteTo(folder);
        Assert.Contains(
            "error CTZ0005",
            (await machine.RunAsync("publish", $"{folder}/Greetings")).Expect(1).Error,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "error CTZ0153",
            (await machine.RunAsync("publish", $"{folder}/Shop", "-t", "a:1", "-t", "b:1")).Expect(1).Error,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "error CTZ0151",
            (await machine.RunAsync("publish", $"{folder}/Shop", "-o", "oci:a", "-o", "oci:b")).Expect(1).Error,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "error CTZ0020",
            (await machine.RunAsync("publish", $"{folder}/Shop", "--base", "oci:/nowhere")).Expect(1).Error,
            StringComparison.Ordinal
        );
        await AssertSaysAsync($"error CTZ0208: '{folder}/Nothing.csproj' does not exist.", $"{folder}/Nothing.csproj");
        await AssertSaysAsync($"error CTZ0208: The folder '{folder}' holds no project and no solution.", folder);
        await AssertSaysAsync(
            "error CTZ0209: '-p:Containerize=false' switches images off",
            $"{folder}/Shop",
            "--",
            "-p:Containerize=false"
        );
        await AssertSaysAsync(
            "error CTZ0150: 'linux/amd65' is no platform: 'amd65' is no processor. Did you mean 'amd64'?",
            $"{folder}/Shop",
            "--platform",
            "linux/amd65"
        );
        await File.WriteAllTextAsync(
            $"{folder}/Shop/Shop.csproj",
            (await File.ReadAllTextAsync($"{folder}/Shop/Shop.csproj", TestContext.Current.CancellationToken)).Replace(
                "<TargetFramework>net10.0</TargetFramework>",
                "<TargetFrameworks>net10.0;net9.0</TargetFrameworks>",
                StringComparison.Ordinal
            ),
            TestContext.Current.CancellationToken
        );
        Assert.Contains(
            "error CTZ0044",
            (await machine.RunAsync("publish", $"{folder}/Shop", "--", "--no-restore")).Expect(1).Error,
            StringComparison.Ordinal
        );
    }

    private async Task AssertSaysAsync(string said, params IEnumerable<string> arguments) =>
        Assert.Contains(
            said,
            (await machine.RunAsync(["publish", .. arguments])).Expect(1).Error,
            StringComparison.Ordinal
        );

    [Fact]
    public async Task Without_an_SDK_it_says_what_is_missing()
    {
        var tool = await machine.Tool;
        var folder = machine.Folder.Create("publish-without-sdk");
        ShopSolution.WriteTo(folder);
        var command = tool.Command("publish", $"{folder}/Shop");
        var result = (
            await (
                command with
                {
                    Environment = new Dictionary<string, string?>(command.Environment)
                    {
                        ["DOTNET_HOST_PATH"] = "/nowhere/dotnet",
                    },
                }
            ).RunAsync()
        ).Expect(1);
        Assert.Contains("error CTZ0155", result.Error, StringComparison.Ordinal);
    }
}
