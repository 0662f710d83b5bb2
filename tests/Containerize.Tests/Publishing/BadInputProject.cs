using Containerize.Tests.Projects;

namespace Containerize.Tests.Publishing;

/// <summary>A program, built once. A property makes its project do something in the publish folder, or to have a
/// bad item.</summary>
public sealed class BadInputProject(Machine machine) : IAsyncLifetime
{
    /// <summary>The property whose value is run in the publish folder before the image is made.</summary>
    public const string Script = "DoInPublishFolder";

    private static readonly string[] Outputs =
    [
        "ContainerRegistry",
        "ContainerOciLayoutPath",
        "ContainerArchiveOutputPath",
    ];

    public WrittenProject Written { get; private set; } = null!;

    /// <summary>What lies in the output folder after a publish without an image.</summary>
    public IReadOnlyList<string> Published { get; private set; } = [];

    /// <summary>What lies in the output folder now.</summary>
    public IReadOnlyList<string> Files() =>
        Directory.GetFileSystemEntries(Written.OutputFolder, "*", SearchOption.AllDirectories);

    public async ValueTask InitializeAsync()
    {
        var feed = await machine.Feed;
        Written = TestProject
            .Console("Bad")
            .Containerized(feed)
            .WithFile(
                "Directory.Build.targets",
                """
                <Project>
                  <ItemGroup Condition="'$(BadItem)' == 'ContainerPort'">
                    <ContainerPort Include="$(BadItemValue)" />
                  </ItemGroup>
                  <ItemGroup Condition="'$(BadItem)' == 'ContainerEntrypointArgs'">
                    <ContainerEntrypointArgs Include="$(BadItemValue)" />
                    <ContainerAppCommandArgs Include="more" />
                  </ItemGroup>
                  <Target Name="ChangePublishFolder" AfterTargets="CopyFilesToPublishDirectory"
                          Condition="'$(DoInPublishFolder)' != ''">
                    <Exec Command="$(DoInPublishFolder)" WorkingDirectory="$(PublishDir)" />
                  </Target>
                </Project>
                """
            )
            .WriteTo(machine.Folder.Create("bad-input"), feed);
        (await Written.PublishAsync()).Succeeded();
        Published = Files();
    }

    /// <summary>Publishes into all kinds of places at once, or only into those that the bad input is about.</summary>
    public async Task AssertFailsAsync(
        string code,
        string named,
        params IReadOnlyList<(string Name, string Value)> properties
    )
    {
        var output = machine.Folder.Create("bad");
        var repository = "bad/" + Path.GetFileName(output);
        var registry = await machine.Registry;
        var project = Written
            .With("ContainerBaseImage", (await machine.Bases).SmallReference)
            .With("ContainerRepository", repository);
        // An image that is complete in one place may stay there when another place fails.
        if (!properties.Any(property => Outputs.Contains(property.Name)))
            project = project
                .With("ContainerRegistry", registry.Address)
                .With("ContainerOciLayoutPath", Path.Combine(output, "layout"))
                .With("ContainerArchiveOutputPath", Path.Combine(output, "image.tar"));
        foreach (var (name, value) in properties)
            project = project.With(name, value);
        var message = (await project.ContainerizeAsync("--no-build")).FailedWith(code);

        Assert.Contains(named, message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(output));
        Assert.False(
            Directory.Exists(
                Path.Combine(registry.Storage, "docker/registry/v2/repositories", repository, "_manifests")
            )
        );
        if (properties.Any(property => property.Name == Script))
            Directory.Delete(Path.Combine(Written.OutputFolder, "publish"), recursive: true);
        Assert.Empty(Files().Except(Published));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
