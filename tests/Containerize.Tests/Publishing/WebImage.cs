using Containerize.TestKit.Images;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Publishing;

/// <summary>
/// The sample HelloWeb as a user has it: the package referenced, published once into all three kinds of places, with
/// the Dockerfile and its context beside them.
/// </summary>
public sealed class WebImage(Machine machine) : IAsyncLifetime
{
    public const string Repository = "samples/hello-web";
    public const string Tag = "1.2.3";

    /// <summary>The published project.</summary>
    public WrittenProject Project { get; private set; } = null!;

    /// <summary>The output of the publish.</summary>
    public PublishResult Published { get; private set; } = null!;

    /// <summary>The folder that holds the image's layout, its tarball and its Dockerfile.</summary>
    public string Folder { get; private set; } = null!;

    /// <summary>Registry, repository and tag.</summary>
    public string Reference { get; private set; } = null!;

    /// <summary>The base image's name in the registry.</summary>
    public string BaseReference { get; private set; } = null!;

    public OciLayout Layout => new(Path.Combine(Folder, "layout"));

    public string Tarball => Path.Combine(Folder, "image.tar");

    /// <summary>The page of the image.</summary>
    public string Page => Path.Combine(Folder, "HelloWeb.html");

    /// <summary>The folder with the Dockerfile and the tars that it adds.</summary>
    public string Context => Path.Combine(Folder, "context");

    public async ValueTask InitializeAsync()
    {
        BaseReference = await (await machine.Bases).AspNet;
        Folder = machine.Folder.Create("web");
        Reference = $"{(await machine.Registry).Address}/{Repository}:{Tag}";
        Project = Samples
            .Write("HelloWeb", Folder, await machine.Feed)
            .With("ContainerBaseImage", BaseReference)
            .With("ContainerRepository", Repository)
            .With("ContainerImageTag", Tag)
            .With("ContainerRegistry", (await machine.Registry).Address)
            .With("ContainerOciLayoutPath", Layout.Folder)
            .With("ContainerArchiveOutputPath", Tarball)
            .With("ContainerReportPath", Page)
            .With("ContainerDockerfilePath", Context);
        Published = (await Project.ContainerizeAsync()).Succeeded();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>The tests that look at <see cref="WebImage"/>.</summary>
[CollectionDefinition(nameof(WebImage))]
public sealed class WebImageGroup : ICollectionFixture<WebImage>;
