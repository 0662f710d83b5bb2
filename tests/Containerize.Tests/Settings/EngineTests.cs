using Containerize.TestKit.Images;
using Containerize.Tests.Images;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Settings;

/// <summary>The engines of this machine as sources of a base (<c>daemon:</c>), and as what is given an image of one
/// platform.</summary>
public sealed class EngineTests(Machine machine)
{
    [Theory]
    [InlineData("Docker")]
    [InlineData("Podman")]
    public async Task The_base_can_come_out_of_an_engine(string engine)
    {
        var (feed, folder) = (await machine.Feed, machine.Folder.Create("daemon"));
        var tarball = (HandmadeImage.Small with { Name = "example.test/acme/engine:1.0" }).WriteTarball(
            Path.Combine(folder, "base.tar")
        );
        var layout = new OciLayout(Path.Combine(folder, "layout"));
        var written = TestProject
            .Console("Upon")
            .Containerized(feed)
            .WithProperty("UseAppHost", "false")
            .WriteTo(folder, feed);
        if (engine == "Docker")
        {
            await (await machine.Docker).LoadAsync(tarball);
            written = await LocalEngines.WithDockerAsync(written, machine);
        }
        else
        {
            (written, var podman) = await LocalEngines.WithPodmanAsync(written, machine);
            await podman.LoadAsync(tarball);
        }

        (
            await written
                .With("ContainerBaseImage", "daemon:example.test/acme/engine:1.0")
                .With("LocalRegistry", engine)
                .With("ContainerRepository", "acme/upon")
                .With("ContainerOciLayoutPath", layout.Folder)
                .ContainerizeAsync()
        ).Succeeded();
        ImageValidator.AssertValid(layout.Folder);
        Assert.Contains("FROM_BASE=yes", ImageDocument.Of(layout).Environment.Split('\n'));
        Assert.Equal(
            FileTree.Of((await machine.Bases).Small).Entries["srv/motd"],
            FileTree.Of(layout).Entries["srv/motd"]
        );
    }
}
