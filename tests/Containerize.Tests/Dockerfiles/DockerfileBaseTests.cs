using Containerize.TestKit.Images;
using Containerize.TestKit.Tools;
using Containerize.Tests.Images;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Dockerfiles;

/// <summary>A project whose base is a Dockerfile beside it (<c>ContainerDockerfile</c>).</summary>
public sealed class DockerfileBaseTests(Machine machine)
{
    private const string Dockerfile = """
        ARG BASE
        FROM ${BASE} AS plain
        ENV TEAM=shop
        COPY words/ /etc/words/
        FROM plain
        LABEL more=yes
        COPY --chmod=600 words/hello /etc/secret
        COPY . /context/

        """;

    [Fact]
    public async Task Each_platform_stands_on_the_Dockerfile_s_image_for_it()
    {
        var feed = await machine.Feed;
        var folder = machine.Folder.Create("dockerfile-platforms");
        var layout = new OciLayout(Path.Combine(folder, "layout"));
        var project = TestProject
            .Console("Based")
            .Containerized(feed)
            .WithProperty("RuntimeIdentifiers", "linux-x64;linux-arm64")
            .WithFile(
                "Dockerfile",
                "FROM scratch\nARG TARGETARCH\nENV ARCH=$TARGETARCH\nCOPY words/$TARGETARCH /etc/word\n"
            )
            .WithFile("words/amd64", "amd64")
            .WithFile("words/arm64", "arm64 too")
            .WriteTo(folder, feed)
            .With("ContainerDockerfile", "Dockerfile")
            .With("ContainerOciLayoutPath", layout.Folder);
        (await project.ContainerizeAsync()).Succeeded();
        ImageValidator.AssertValid(layout.Folder);
        var index = layout.IndexDocument();
        Assert.Equal(
            ["linux/amd64", "linux/arm64"],
            index["manifests"]!
                .AsArray()
                .Select(manifest => $"{manifest!["platform"]!["os"]}/{manifest["platform"]!["architecture"]}")
        );
        foreach (var manifest in index["manifests"]!.AsArray())
        {
            var architecture = (string)manifest!["platform"]!["architecture"]!;
            var one = Path.Combine(folder, architecture);
            await Shell.RunAsync(
                "skopeo",
                "copy",
                "--quiet",
                "--override-arch",
                architecture,
                $"oci:{layout.Folder}",
                $"oci:{one}:one"
            );
            var (image, files) = (ImageDocument.Of(new OciLayout(one)), FileTree.Of(new OciLayout(one)).Entries);
            Assert.Equal($"linux/{architecture}", image.Platform);
            Assert.Contains($"ARCH={architecture}", image.Environment.Split('\n'));
            Assert.Equal(architecture == "amd64" ? 5 : 9, files["etc/word"].Size);
            Assert.Contains("app/Based.dll", files.Keys);
        }
    }

    [Fact]
    public async Task The_last_stage_is_the_base_and_follows_what_it_copies()
    {
        var (feed, bases) = (await machine.Feed, await machine.Bases);
        var folder = machine.Folder.Create("dockerfile-base");
        // What a run writes lies in the context, and is no part of it.
        var layout = new OciLayout(Path.Combine(folder, "Based/out"));
        var project = TestProject
            .Console("Based")
            .Containerized(feed)
            .WithItem("ContainerDockerfileArgument", "BASE", ("Value", bases.SmallReference))
            .WithFile("Dockerfile", Dockerfile)
            .WithFile("words/hello", "hello")
            .WithFile(".dockerignore", "*.binlog\nbin\nobj/Release\n")
            .WriteTo(folder, feed)
            .With("ContainerDockerfile", "Dockerfile")
            .With("ContainerOciLayoutPath", "out")
            .With("ContainerMetadataPath", "image.json");

        (await project.ContainerizeAsync()).Succeeded();
        ImageValidator.AssertValid(layout.Folder);
        var (first, files) = (layout.Digest(), FileTree.Of(layout).Entries);
        Assert.Equal((5L, 0x180), (files["etc/secret"].Size, files["etc/secret"].Mode));
        Assert.Equal(6, files["srv/motd"].Size);
        Assert.Contains("app/Based.dll", files.Keys);
        var image = ImageDocument.Of(layout);
        Assert.Equal(["PATH=/usr/bin:/bin", "FROM_BASE=yes", "TEAM=shop"], image.Environment.Split('\n')[..3]);
        Assert.Contains("more=yes", image.Labels.Split('\n'));
        Assert.Equal("dotnet\n/app/Based.dll", image.Entrypoint);

        (await project.With("ContainerUpdateLock", "true").ContainerizeAsync()).Succeeded();
        Assert.Equal(first, layout.Digest());
        Assert.Contains("context/obj/project.assets.json", FileTree.Of(layout).Entries.Keys);
        Assert.DoesNotContain(
            FileTree.Of(layout).Entries.Keys,
            path =>
                path.StartsWith("context/out", StringComparison.Ordinal)
                || path.Contains("/containerize", StringComparison.Ordinal)
        );

        // Outputs of earlier runs, which no property names any more, and their lock file.
        var elsewhere = new OciLayout(Path.Combine(folder, "elsewhere"));
        (
            await project
                .With("ContainerOciLayoutPath", elsewhere.Folder)
                .With("ContainerMetadataPath", "")
                .ContainerizeAsync()
        ).Succeeded();
        Assert.Equal(first, elsewhere.Digest());
        File.Delete(Path.Combine(project.Folder, "container.lock.json"));

        await File.WriteAllTextAsync(
            Path.Combine(project.Folder, "words", "hello"),
            "changed",
            TestContext.Current.CancellationToken
        );
        (await project.ContainerizeAsync()).Succeeded();
        Assert.Equal(7, FileTree.Of(layout).Entries["etc/secret"].Size);

        (await project.With("ContainerDockerfileTarget", "plain").ContainerizeAsync()).Succeeded();
        Assert.DoesNotContain("etc/secret", FileTree.Of(layout).Entries.Keys);
        Assert.Contains("etc/words/hello", FileTree.Of(layout).Entries.Keys);

        await File.WriteAllTextAsync(
            Path.Combine(project.Folder, "Dockerfile"),
            "FROM scratch\nCOPPY a b\n",
            TestContext.Current.CancellationToken
        );
        Assert.Contains(
            "Dockerfile:2:1: 'COPPY' is no instruction of a Dockerfile. Did you mean COPY?",
            (await project.ContainerizeAsync()).FailedWith("CTZ0121"),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "ContainerDockerfile and ContainerBaseImage are both set",
            (await project.With("ContainerBaseImage", "scratch").ContainerizeAsync()).FailedWith("CTZ0015"),
            StringComparison.Ordinal
        );
    }
}
