using Containerize.TestKit.Images;
using Containerize.Tests.Images;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Publishing;

/// <summary>The sample SelfContained in the forms of publishing that there are; each is run.</summary>
public sealed class SelfContainedTests(Machine machine)
{
    [Fact]
    public async Task A_self_contained_app_has_its_runtime_in_a_layer_and_runs()
    {
        var layout = await PublishAndRunAsync();
        Assert.Equal(["runtime", "dependencies", "host", "app"], layout.OwnLayers().Select(layer => layer.Name));
        Assert.Contains("app/System.Private.CoreLib.dll", layout.FilesOf("runtime"));
        Assert.Contains("app/libcoreclr.so", layout.FilesOf("runtime"));
        Assert.Equal(["app/NodaTime.dll"], layout.FilesOf("dependencies"));
        Assert.Equal(["app/SelfContained"], layout.FilesOf("host"));
        Assert.DoesNotContain("app/System.Private.CoreLib.dll", layout.FilesOf("app"));
        Assert.Equal("/app/SelfContained", ImageDocument.Of(layout).Entrypoint);
    }

    [Fact]
    public async Task A_ReadyToRun_app_has_the_same_layers_and_runs()
    {
        var layout = await PublishAndRunAsync("-p:PublishReadyToRun=true");
        // Native code makes the package larger than 1 MiB, so it has a layer of its own.
        Assert.Equal(
            ["runtime", "dependencies-nodatime", "host", "app"],
            layout.OwnLayers().Select(layer => layer.Name)
        );
        Assert.Equal(["app/NodaTime.dll"], layout.FilesOf("dependencies-nodatime"));
    }

    [Fact]
    public async Task A_single_file_is_the_app_and_runs()
    {
        var layout = await PublishAndRunAsync("-p:PublishSingleFile=true");
        Assert.Equal(["app"], layout.OwnLayers().Select(layer => layer.Name));
        Assert.Contains("app/SelfContained", layout.FilesOf("app"));
        Assert.DoesNotContain("app/NodaTime.dll", layout.FilesOf("app"));
    }

    private async Task<OciLayout> PublishAndRunAsync(params IEnumerable<string> arguments)
    {
        var folder = machine.Folder.Create("self-contained");
        var (layout, tarball) = (new OciLayout(Path.Combine(folder, "layout")), Path.Combine(folder, "image.tar"));
        var project = Samples
            .Write("SelfContained", folder, await machine.Feed)
            .With("ContainerBaseImage", await (await machine.Bases).RuntimeDeps)
            .With("ContainerRepository", "self-contained-" + Path.GetFileName(folder))
            .With("ContainerOciLayoutPath", layout.Folder)
            .With("ContainerArchiveOutputPath", tarball);
        (await project.ContainerizeAsync(arguments)).Succeeded();
        ImageValidator.AssertValid(layout.Folder);
        LayerFormat.AssertKept(layout);
        Assert.NotEmpty(await (await machine.Docker).RunTarballAsync(tarball));
        return layout;
    }
}
