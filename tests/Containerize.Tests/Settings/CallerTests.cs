using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Containerize.TestKit.Tools;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Settings;

/// <summary>
/// The command lines of azd, Aspire, editors and their like, as they write them. Each makes one image, ours, and hands
/// the outputs on that the SDK's own publisher hands on for the same line and project without the switch.
/// </summary>
public sealed class CallerTests(CallerProject project) : IClassFixture<CallerProject>
{
    [Fact]
    public async Task Of_azd_the_image_is_pushed_and_the_config_is_all_that_it_says()
    {
        string[] line =
        [
            "-r",
            "linux-x64",
            "-c",
            "Release",
            "/t:PublishContainer",
            "-p:ContainerRepository=callers/azd",
            "-p:ContainerImageTag=azd-1",
            $"-p:ContainerRegistry={project.Registry}",
        ];
        var text = (await project.Ours.PublishAsync([.. line, "--getProperty:GeneratedContainerConfiguration"]))
            .Succeeded()
            .Command.Output;
        Assert.Equal(
            ["8080/tcp"],
            JsonNode.Parse(text)!["config"]!["ExposedPorts"]!.AsObject().Select(port => port.Key)
        );
        Assert.Contains("containerize.v2", text, StringComparison.Ordinal);

        var (ours, theirs) = await BothAsync(line);
        Assert.Equal(
            await Skopeo.DigestAsync($"docker://{project.Registry}/callers/azd:azd-1"),
            theirs.Property("GeneratedContainerDigest")
        );
        AssertSame(ours, theirs, CallerAnswer.Single);
        Assert.Equal($"{project.Registry}/callers/azd:azd-1", ours.Items("GeneratedContainerName").Single());
    }

    [Fact]
    public async Task Of_Aspire_one_platform_is_loaded_or_written()
    {
        string[] line =
        [
            "--configuration",
            "Release",
            "/t:PublishContainer",
            "/p:ContainerRepository=callers-one",
            "/p:ContainerImageTag=a",
            "/p:RuntimeIdentifier=linux-x64",
            "/p:ContainerRuntimeIdentifier=linux-x64",
        ];
        var (ours, theirs) = await BothAsync([
            .. line,
            "/p:ContainerImageFormat=OCI",
            $"/p:ContainerArchiveOutputPath={project.Folder}/one.tar",
        ]);
        AssertSame(ours, theirs, [.. CallerAnswer.Single, "GeneratedArchiveOutputPath"]);
        Assert.Equal(ours.Property("GeneratedArchiveOutputPath"), theirs.Property("GeneratedArchiveOutputPath"));

        var loaded = await AskAsync(project.OursWithDocker, [.. line, "/p:LocalRegistry=docker"]);
        await AssertLoadedAsync("callers-one:a", loaded);
    }

    [Fact]
    public async Task Of_Aspire_two_platforms_are_one_tarball()
    {
        var (ours, theirs) = await BothAsync(
            "--configuration",
            "Release",
            "/t:PublishContainer",
            "/p:ContainerRepository=callers-two",
            "/p:ContainerImageTag=a",
            $"/p:ContainerArchiveOutputPath={project.Folder}/two.tar",
            "/p:RuntimeIdentifiers=\"linux-x64;linux-arm64\"",
            "/p:ContainerRuntimeIdentifiers=\"linux-x64;linux-arm64\""
        );
        // Theirs gives the index no digest: ours has it where that of one image is.
        AssertSame(
            ours,
            theirs,
            ["GeneratedArchiveOutputPath", "GeneratedImageIndex"],
            ["GeneratedContainerDigest", "GeneratedContainerMediaType"]
        );
        Assert.Equal(DigestOf(ours.Property("GeneratedImageIndex")), ours.Property("GeneratedContainerDigest"));
        Assert.Equal(
            ["amd64", "arm64"],
            JsonNode.Parse(ours.Property("GeneratedImageIndex"))!["manifests"]!
                .AsArray()
                .Select(manifest => (string?)manifest!["platform"]!["architecture"])
        );
    }

    [Fact]
    public async Task Of_Visual_Studio_Code_and_of_people_the_engine_gets_it_that_is_there()
    {
        string[] editor =
        [
            "--os",
            "linux",
            "--arch",
            "x64",
            "/t:PublishContainer",
            "--configuration",
            "Debug",
            "-p:ContainerImageTag=dev",
        ];
        await AssertLoadedAsync(
            "callers:dev",
            await AskAsync(project.OursWithDocker, [.. editor, "-p:LocalRegistry=Docker"])
        );

        var said = (
            await project.OursWithDocker.PublishAsync("-t:PublishContainer", "-p:ContainerRepository=callers-people")
        ).Succeeded();
        Assert.Single(said.Lines, line => line.Contains("the image is loaded into Docker", StringComparison.Ordinal));
        Assert.Single(said.Lines, line => line.Trim() == "-> docker: docker.io/library/callers-people:latest");
        // A publish of another target needs no engine.
        var plain = (
            await project.OursWithDocker.PublishAsync("--no-build", "-p:ContainerRepository=callers-plain")
        ).Succeeded();
        Assert.Single(
            plain.Lines,
            line =>
                line.EndsWith("callers-plain.tar", StringComparison.Ordinal)
                && line.TrimStart().StartsWith("->", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Of_profiles_there_is_one_image_and_a_profile_without_a_registry_loads_it()
    {
        var pushed = await AskAsync(project.Ours, ["-p:PublishProfile=Hub"]);
        Assert.Equal(
            await Skopeo.DigestAsync($"docker://{project.Registry}/vs/shop:7"),
            pushed.Property("GeneratedContainerDigest")
        );
        await AssertLoadedAsync(
            "callers-profile:latest",
            await AskAsync(
                project.OursWithDocker,
                ["--no-build", "-p:PublishProfile=DefaultContainer", "-p:ContainerRepository=callers-profile"]
            )
        );
    }

    [Fact]
    public async Task The_working_folder_is_known_without_a_run()
    {
        var asked = project.Ours with { Verb = "msbuild" };
        Assert.Equal(
            "/app",
            (await asked.PublishAsync("-getProperty:ContainerWorkingDirectory")).Succeeded().Command.Text
        );
        Assert.Equal(
            "/srv",
            (await asked.PublishAsync("-getProperty:ContainerWorkingDirectory", "-p:ContainerWorkingDirectory=/srv"))
                .Succeeded()
                .Command.Text
        );
    }

    private async Task<(CallerAnswer Ours, CallerAnswer Theirs)> BothAsync(params string[] line)
    {
        var ours = await AskAsync(project.Ours, line);
        var theirs = await AskAsync(project.Theirs, line);
        Assert.DoesNotContain("containerize.v2", theirs.Text, StringComparison.Ordinal);
        return (ours, theirs);
    }

    private static async Task<CallerAnswer> AskAsync(WrittenProject written, string[] line)
    {
        var result = await written.PublishAsync([
            .. line,
            .. CallerAnswer.Properties.Select(name => "--getProperty:" + name),
            "--getItem:GeneratedContainer",
            "--getItem:GeneratedContainerName",
            .. Targets(line),
        ]);
        return new CallerAnswer(result.Succeeded().Command.Output);
    }

    private static string[] Targets(string[] line) =>
        line.Contains("/t:PublishContainer") ? ["--getTargetResult:PublishContainer"] : [];

    // Equal in name and form: the same outputs are there, of the same kind, and no other.
    private static void AssertSame(CallerAnswer ours, CallerAnswer theirs, string[] expected, params string[] only)
    {
        Assert.Equal(expected.Order(StringComparer.Ordinal), theirs.Given);
        Assert.Equal(expected.Concat(only).Order(StringComparer.Ordinal), ours.Given);
        foreach (var answer in new[] { ours, theirs })
        {
            Assert.All(answer.Given, name => Assert.Matches(Form(name), answer.Property(name)));
            Assert.Equal("Success", (string?)answer.Result["Result"]);
            Assert.All(
                answer.Result["Items"]!.AsArray(),
                item =>
                {
                    Assert.Equal(DigestOf((string)item!["Manifest"]!), (string?)item["ManifestDigest"]);
                    Assert.Equal(
                        (string?)JsonNode.Parse((string)item["Manifest"]!)!["config"]!["digest"],
                        DigestOf((string)item["Configuration"]!)
                    );
                    Assert.Matches("^application/vnd", (string)item["ManifestMediaType"]!);
                }
            );
        }

        Assert.Equal(theirs.Digests.Count, ours.Digests.Count);
        Assert.Equal(ours.Digests, ours.Items("GeneratedContainer", "ManifestDigest").Distinct());
        Assert.Contains("containerize.v2", ours.Text, StringComparison.Ordinal);
    }

    private static string Form(string name) =>
        name switch
        {
            "GeneratedContainerDigest" => @"^sha256:[0-9a-f]{64}\z",
            "GeneratedContainerMediaType" => @"^application/vnd\.oci\.image\.(manifest|index)\.v1\+json\z",
            "GeneratedArchiveOutputPath" => @"^/.*\.tar\z",
            _ => @"^\{.*\}\z",
        };

    // The engine without the containerd store calls an image by the digest of its config.
    private async Task AssertLoadedAsync(string name, CallerAnswer answer)
    {
        Assert.Contains(
            "containerize.v2",
            answer.Property("GeneratedContainerConfiguration"),
            StringComparison.Ordinal
        );
        var id = (await project.Docker.DockerAsync("image", "inspect", "--format", "{{.Id}}", name)).Text;
        Assert.Equal(DigestOf(answer.Property("GeneratedContainerConfiguration")), id);
    }

    private static string DigestOf(string text) =>
        "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
