using System.Text.Json.Nodes;
using Containerize.TestKit.Tools;

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
            ours.Property("GeneratedContainerDigest")
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

        // Theirs knows the engine's name by one spelling.
        var theirsLoaded = await CallerAnswer.AskAsync(project.TheirsWithDocker, [.. line, "/p:LocalRegistry=Docker"]);
        var loaded = await CallerAnswer.AskAsync(project.OursWithDocker, [.. line, "/p:LocalRegistry=docker"]);
        AssertSame(loaded, theirsLoaded, CallerAnswer.Single);
        await project.AssertLoadedAsync("callers-one:a", loaded);
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
        Assert.Equal(
            CallerAnswer.DigestOf(ours.Property("GeneratedImageIndex")),
            ours.Property("GeneratedContainerDigest")
        );
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
            "-p:LocalRegistry=Docker",
        ];
        var theirs = await CallerAnswer.AskAsync(project.TheirsWithDocker, editor);
        var ours = await CallerAnswer.AskAsync(project.OursWithDocker, editor);
        AssertSame(ours, theirs, CallerAnswer.Single);
        await project.AssertLoadedAsync("callers:dev", ours);

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
        string[] hub = ["-p:PublishProfile=Hub"];
        var pushed = await CallerAnswer.AskAsync(project.Theirs, hub);
        var ours = await CallerAnswer.AskAsync(project.Ours, hub);
        ours.AssertSameOutputs(pushed, CallerAnswer.Single);
        Assert.Equal(
            await Skopeo.DigestAsync($"docker://{project.Registry}/vs/shop:7"),
            ours.Property("GeneratedContainerDigest")
        );
        string[] line = ["--no-build", "-p:PublishProfile=DefaultContainer", "-p:ContainerRepository=callers-profile"];
        var theirs = await CallerAnswer.AskAsync(project.TheirsWithDocker, line);
        var loaded = await CallerAnswer.AskAsync(project.OursWithDocker, line);
        loaded.AssertSameOutputs(theirs, CallerAnswer.Single);
        await project.AssertLoadedAsync("callers-profile:latest", loaded);
    }

    [Theory]
    [InlineData("-t:PublishContainer", "-p:ContainerImageTags=\"v1;latest\"")]
    [InlineData("-p:PublishProfile=DefaultContainer -p:PublishSingleFile=true --self-contained -p:UseAppHost=true", "")]
    public async Task Of_aspirate_the_image_is_pushed(string how, string tags)
    {
        string[] line =
        [
            .. how.Split(' '),
            "--verbosity",
            "quiet",
            "--nologo",
            "-r",
            "linux-x64",
            $"-p:ContainerRegistry={project.Registry}",
            "-p:ContainerRepository=callers/aspirate",
            tags.Length > 0 ? tags : "-p:ContainerImageTag=latest",
        ];
        var theirs = await CallerAnswer.AskAsync(project.Theirs, line);
        var ours = await CallerAnswer.AskAsync(project.Ours, line);
        ours.AssertSameOutputs(theirs, CallerAnswer.Single);
        foreach (var tag in tags.Length > 0 ? new[] { "v1", "latest" } : ["latest"])
            Assert.Equal(
                await Skopeo.DigestAsync($"docker://{project.Registry}/callers/aspirate:{tag}"),
                ours.Property("GeneratedContainerDigest")
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
        var theirs = await CallerAnswer.AskAsync(project.Theirs, line);
        var ours = await CallerAnswer.AskAsync(project.Ours, line);
        Assert.DoesNotContain("containerize.v2", theirs.Text, StringComparison.Ordinal);
        return (ours, theirs);
    }

    // Equal in name and form: the same outputs are there, of the same kind, and no other.
    private static void AssertSame(CallerAnswer ours, CallerAnswer theirs, string[] expected, params string[] only)
    {
        ours.AssertSameOutputs(theirs, expected, only);
        foreach (var answer in new[] { ours, theirs })
        {
            Assert.Equal("Success", (string?)answer.Result["Result"]);
            Assert.All(
                answer.Result["Items"]!.AsArray(),
                item =>
                {
                    Assert.Equal(CallerAnswer.DigestOf((string)item!["Manifest"]!), (string?)item["ManifestDigest"]);
                    Assert.Equal(
                        (string?)JsonNode.Parse((string)item["Manifest"]!)!["config"]!["digest"],
                        CallerAnswer.DigestOf((string)item["Configuration"]!)
                    );
                    Assert.Matches("^application/vnd", (string)item["ManifestMediaType"]!);
                }
            );
        }

        Assert.Equal(theirs.ResultNames, ours.ResultNames);
        Assert.Equal(theirs.Digests.Count, ours.Digests.Count);
        Assert.Equal(ours.Digests, ours.Items("GeneratedContainer", "ManifestDigest").Distinct());
    }
}
