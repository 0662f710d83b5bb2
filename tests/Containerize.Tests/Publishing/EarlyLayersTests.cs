using System.Text.Json.Nodes;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Publishing;

/// <summary>Layers that are packed while the project is compiled.</summary>
public sealed class EarlyLayersTests(Machine machine)
{
    // A build that waits in the middle until the cache has a layer, and one that changes a file after it was copied.
    private const string Targets = """
        <Project>
          <Target Name="WaitForLayer" AfterTargets="CoreCompile" Condition="'$(WaitIn)' != ''">
            <Exec
              Command="timeout 100 sh -c 'until ls $0/layers/*; do sleep 0.1; done' '$(WaitIn)' 2&gt;/dev/null" />
          </Target>
          <Target Name="ChangeFile" AfterTargets="Publish" Condition="'$(ChangeIt)' == 'true'">
            <WriteLinesToFile File="$(PublishDir)NodaTime.dll" Lines="changed" Overwrite="false" />
          </Target>
        </Project>

        """;

    [Fact]
    public async Task The_image_is_the_same_with_them_and_without_and_is_made_of_what_is_published()
    {
        var feed = await machine.Feed;
        var folder = machine.Folder.Create("early");
        var project = TestProject
            .Console("Early")
            .WithPackage("NodaTime", "3.3.7")
            .WithFile("Directory.Build.targets", Targets)
            .Containerized(feed)
            .WriteTo(folder, feed)
            .With("ContainerBaseImage", "scratch")
            .With("ContainerOciLayoutPath", Path.Combine(folder, "layout"));
        var (empty, other) = (Path.Combine(folder, "empty"), Path.Combine(folder, "other"));
        var early = await DigestAsync(project.With("ContainerCacheDirectory", empty).With("WaitIn", empty));
        Assert.Equal(early, await DigestAsync(Late(project)));

        var changed = project.With("ChangeIt", "true");
        var guessed = await DigestAsync(changed.With("ContainerCacheDirectory", other).With("WaitIn", other));
        Assert.NotEqual(early, guessed);
        Assert.Equal(guessed, await DigestAsync(Late(changed)));

        WrittenProject Late(WrittenProject one) =>
            one.With("ContainerCacheDirectory", machine.Folder.Create("early-off")).With("ContainerizeEarly", "false");
    }

    // Of a build from nothing: what an earlier one published is not copied again.
    private static async Task<string> DigestAsync(WrittenProject project)
    {
        foreach (var name in new[] { "bin", "obj" })
        {
            if (Path.Combine(project.Folder, name) is var output && Directory.Exists(output))
                Directory.Delete(output, recursive: true);
        }

        (await project.ContainerizeAsync()).Succeeded();
        var image = JsonNode.Parse(File.ReadAllText(Path.Combine(project.OutputFolder, "Early.container.json")))!;
        Assert.All(image["layers"]!.AsArray(), layer => Assert.Equal("built", (string?)layer!["origin"]));
        return (string)image["digest"]!;
    }
}
