using System.Text.Json.Nodes;
using Containerize.TestKit.Images;
using Containerize.TestKit.Servers;
using Containerize.TestKit.Tools;

namespace Containerize.Tool.Tests;

/// <summary><c>containerize copy</c> between all places, with skopeo and umoci as readers.</summary>
public sealed class CopyTests(ToolMachine machine)
{
    [Fact]
    public async Task An_image_goes_through_every_place_and_keeps_its_digest()
    {
        var registry = await machine.Registry;
        var folder = machine.Folder.Create("copy");
        var (name, tarball, layout) = (
            $"{registry.Address}/copy/app:1.0",
            Path.Combine(folder, "app.tar"),
            Path.Combine(folder, "layout")
        );
        await machine.OutputAsync("copy", $"oci:{machine.Small.Folder}:1.0", name);
        await machine.OutputAsync("copy", name, $"archive:{tarball}");
        var output = await machine.OutputAsync(
            "copy",
            $"archive:{tarball}",
            $"oci:{layout}:back",
            $"{registry.Address}/copy/other:2"
        );
        Assert.StartsWith(machine.Small.Digest(), output, StringComparison.Ordinal);
        Assert.Equal(machine.Small.Digest(), new OciLayout(layout).Digest("back"));
        Assert.Equal(machine.Small.Digest(), await Skopeo.DigestAsync($"docker://{name}"));
        Assert.Equal(machine.Small.Digest(), await Skopeo.DigestAsync($"docker://{registry.Address}/copy/other:2"));
        Assert.Equal(machine.Small.Digest(), await Skopeo.DigestAsync($"oci-archive:{tarball}"));
        ImageValidator.AssertValid(layout);
        Assert.Equal(
            "hello\n",
            await File.ReadAllTextAsync(
                Path.Combine(await Umoci.UnpackAsync(layout, "back", Path.Combine(folder, "bundle")), "srv/motd"),
                TestContext.Current.CancellationToken
            )
        );
    }

    [Fact]
    public async Task All_platforms_are_copied_with_their_index_byte_for_byte()
    {
        var registry = await machine.Registry;
        var folder = machine.Folder.Create("copy-all");
        var (amd64, arm64) = (
            HandmadeImage.Small.WriteTo(Path.Combine(folder, "amd64")),
            (HandmadeImage.Small with { Architecture = "arm64" }).WriteTo(Path.Combine(folder, "arm64"))
        );
        var index = await PushIndexAsync(registry, "copy/index", amd64, arm64);
        foreach (
            var sink in new[]
            {
                $"oci:{Path.Combine(folder, "layout")}:all",
                $"archive:{Path.Combine(folder, "all.tar")}",
                $"{registry.Address}/copy/second:all",
            }
        )
        {
            await machine.OutputAsync("copy", "--all", $"{registry.Address}/copy/index:1", sink);
            var inspected = JsonNode.Parse(await machine.OutputAsync("inspect", "--json", sink))!;
            Assert.Equal(index, (string?)inspected["digest"]);
            Assert.Equal(
                ["linux/amd64", "linux/arm64"],
                inspected["images"]!.AsArray().Select(image => (string?)image!["platform"])
            );
            await machine.OutputAsync("verify", sink);
        }

        Assert.Equal(
            index,
            "sha256:"
                + Convert.ToHexStringLower(
                    System.Security.Cryptography.SHA256.HashData(
                        System.Text.Encoding.UTF8.GetBytes(
                            (
                                await Shell.RunAsync(
                                    "skopeo",
                                    "inspect",
                                    "--raw",
                                    "--tls-verify=false",
                                    $"docker://{registry.Address}/copy/second:all"
                                )
                            ).Output
                        )
                    )
                )
        );
        await machine.OutputAsync(
            "copy",
            "--platform",
            "linux/arm64",
            $"{registry.Address}/copy/index:1",
            $"oci:{Path.Combine(folder, "one")}"
        );
        Assert.Equal(arm64.Digest(), new OciLayout(Path.Combine(folder, "one")).Digest());
    }

    [Fact]
    public async Task Dockers_format_stays_Dockers()
    {
        var registry = await machine.Registry;
        var name = $"{registry.Address}/copy/docker:1";
        await Shell.RunAsync(
            "skopeo",
            "copy",
            "--quiet",
            "--format",
            "v2s2",
            "--dest-tls-verify=false",
            $"oci:{machine.Small.Folder}:1.0",
            $"docker://{name}"
        );
        var layout = Path.Combine(machine.Folder.Create("copy-docker"), "layout");
        await machine.OutputAsync("copy", name, $"oci:{layout}:1", $"{registry.Address}/copy/docker2:1");
        Assert.Equal(
            await Skopeo.DigestAsync($"docker://{name}"),
            await Skopeo.DigestAsync($"docker://{registry.Address}/copy/docker2:1")
        );
        Assert.Equal(
            "application/vnd.docker.distribution.manifest.v2+json",
            (string?)new OciLayout(layout).Descriptor()["mediaType"]
        );
    }

    [Fact]
    public async Task An_archive_of_Docker_is_read()
    {
        var folder = machine.Folder.Create("copy-archive");
        var tarball = Path.Combine(folder, "docker.tar");
        await Shell.RunAsync(
            "skopeo",
            "copy",
            "--quiet",
            $"oci:{machine.Small.Folder}:1.0",
            $"docker-archive:{tarball}:acme/app:1.0"
        );
        await machine.OutputAsync("copy", $"archive:{tarball}:acme/app:1.0", $"oci:{Path.Combine(folder, "layout")}");
        ImageValidator.AssertValid(Path.Combine(folder, "layout"));
        FileTree.Of(new OciLayout(Path.Combine(folder, "layout"))).AssertSame(FileTree.Of(machine.Small), times: true);
    }

    [Fact]
    public async Task A_second_copy_sends_nothing()
    {
        var registry = await machine.Registry;
        string[] copy = ["copy", "--json", $"oci:{machine.Small.Folder}", $"{registry.Address}/copy/twice:1"];
        Assert.Equal(["sent", "sent"], Fates(await machine.OutputAsync(copy)));
        Assert.Equal(["alreadyThere", "alreadyThere"], Fates(await machine.OutputAsync(copy)));

        static IEnumerable<string?> Fates(string json) =>
            JsonNode.Parse(json)!["destinations"]![0]!["layers"]!.AsArray().Select(layer => (string?)layer!["fate"]);
    }

    [Theory]
    [InlineData(1, "CTZ0020", "oci:/nowhere", "archive:x.tar")]
    [InlineData(1, "CTZ0152", "scratch", "archive:x.tar")]
    [InlineData(1, "CTZ0151", "oci:SMALL", "scratch")]
    [InlineData(1, "CTZ0001", "oci:SMALL", "NO/name:x:y")]
    [InlineData(1, "CTZ0150", "oci:SMALL", "archive:x.tar", "--platform", "amd65")]
    [InlineData(1, "CTZ0021", "oci:SMALL", "archive:x.tar", "--platform", "linux/s390x")]
    [InlineData(2, "Required argument 'sink'", "oci:SMALL")]
    [InlineData(2, "contradict", "oci:SMALL", "archive:x.tar", "--all", "--platform", "linux/amd64")]
    [InlineData(2, "--nonsense", "oci:SMALL", "archive:x.tar", "--nonsense")]
    public async Task What_cannot_be_done_is_said(int code, string expected, params string[] arguments)
    {
        var result = (
            await machine.RunAsync([
                "copy",
                .. arguments.Select(argument =>
                    argument.Replace("SMALL", machine.Small.Folder, StringComparison.Ordinal)
                ),
            ])
        ).Expect(code);
        Assert.Empty(result.Output);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        if (expected.StartsWith("CTZ", StringComparison.Ordinal))
        {
            Assert.Contains($"error {expected}: ", result.Error, StringComparison.Ordinal);
            Assert.True(
                File.Exists(result.Error.Split("help: ")[1].Trim()),
                "the page that the error names is not there"
            );
        }
    }

    private static async Task<string> PushIndexAsync(
        DockerRegistry registry,
        string repository,
        params OciLayout[] layouts
    )
    {
        using var client = new HttpClient();
        var manifests = new JsonArray();
        foreach (var layout in layouts)
        {
            var architecture = (string)layout.Config()["architecture"]!;
            await Skopeo.CopyAsync(
                $"oci:{layout.Folder}:1.0",
                $"docker://{registry.Address}/{repository}:{architecture}"
            );
            manifests.Add(
                new JsonObject
                {
                    ["mediaType"] = "application/vnd.oci.image.manifest.v1+json",
                    ["digest"] = layout.Digest(),
                    ["size"] = (int)layout.Descriptor()["size"]!,
                    ["platform"] = new JsonObject { ["os"] = "linux", ["architecture"] = architecture },
                    ["annotations"] = new JsonObject { ["of-others"] = "kept" },
                }
            );
        }

        // Written as none of our writers does, so that only its bytes can be what is copied.
        var index = new JsonObject
        {
            ["manifests"] = manifests,
            ["schemaVersion"] = 2,
            ["mediaType"] = "application/vnd.oci.image.index.v1+json",
            ["x"] = "unknown",
        }.ToJsonString(new() { WriteIndented = true });
        using var content = new StringContent(
            index,
            new System.Net.Http.Headers.MediaTypeHeaderValue("application/vnd.oci.image.index.v1+json")
        );
        using var answer = await client.PutAsync(
            new Uri($"http://{registry.Address}/v2/{repository}/manifests/1"),
            content,
            TestContext.Current.CancellationToken
        );
        answer.EnsureSuccessStatusCode();
        return "sha256:"
            + Convert.ToHexStringLower(
                System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(index))
            );
    }
}
