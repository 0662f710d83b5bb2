using Containerize.TestKit.Images;
using Containerize.Tests.Images;

namespace Containerize.Tests.Publishing;

/// <summary>The Dockerfile that a run leaves behind, given to real builders.</summary>
[Collection(nameof(WebImage))]
public sealed class DockerfileTests(Machine machine, WebImage web)
{
    [Fact]
    public async Task Buildah_makes_the_same_image_of_it()
    {
        var layout = Path.Combine(machine.Folder.Create("buildah"), "layout");
        await machine.Buildah.BuildAsync(web.Context, layout);
        AssertSameImage(new OciLayout(layout));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Docker_makes_the_same_image_of_it(bool buildKit)
    {
        var docker = await machine.Docker;
        var layout = Path.Combine(machine.Folder.Create("docker"), "layout");
        var name = buildKit ? "web-buildkit:1" : "web-classic:1";
        await docker.BuildAsync(web.Context, name, buildKit);
        await docker.SaveAsLayoutAsync(name, layout);
        AssertSameImage(new OciLayout(layout));
    }

    [Fact]
    public void The_same_text_lies_in_the_intermediate_folder_of_every_run()
    {
        var text = Path.Combine(web.Project.Folder, "obj/Release/net10.0/containerize/Dockerfile");
        Assert.Equal(File.ReadAllText(Path.Combine(web.Context, "Dockerfile")), File.ReadAllText(text));
    }

    private void AssertSameImage(OciLayout built)
    {
        ImageValidator.AssertValid(built.Folder);
        FileTree.Of(web.Layout).AssertSame(FileTree.Of(built));
        Assert.Equal(ImageDocument.Of(web.Layout), ImageDocument.Of(built));
    }
}
