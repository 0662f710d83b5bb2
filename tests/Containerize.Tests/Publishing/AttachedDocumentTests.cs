using System.Text.Json.Nodes;
using Containerize.Tests.Images;
using Containerize.Tests.Projects;
using Containerize.Tests.Tools;

namespace Containerize.Tests.Publishing;

/// <summary>
/// A project with two packages and a library, published in two folders with caches of their own: the documents beside
/// both images are the
/// same bytes, and a registry without a list of referrers has them under the tag of the image's digest.
/// </summary>
public sealed class AttachedDocumentTests(Machine machine)
{
    private static readonly string[] Suffixes = [".spdx.json", ".cdx.json", ".provenance.json"];

    [Fact]
    public async Task Two_folders_give_the_same_documents_and_a_registry_without_a_list_has_them_under_a_tag()
    {
        var feed = await machine.Feed;
        await using var registry = await DockerRegistry.StartAsync(machine.Folder.Create("attached"));
        var layout = HandmadeImage.Small.WriteTo(machine.Folder.Create("attached-base"));
        // A referenced project without the package has its folder in its assembly.
        var library = TestProject.Library("Words").Containerized(feed);
        var app = TestProject
            .Console("Listed")
            .WithReference(library)
            .WithPackage("Newtonsoft.Json", "13.0.4")
            .WithPackage("Serilog", "4.4.0")
            .WithProperty("ContainerSbom", "spdx;cyclonedx")
            .Containerized(feed);
        var folders = new List<string>();
        foreach (var name in new[] { "attached-one", "attached-two" })
        {
            var folder = machine.Folder.Create(name);
            library.WriteTo(folder, feed);
            var project = app.WriteTo(folder, feed)
                .With("ContainerBaseImage", $"oci:{layout.Folder}:1.0")
                .With("ContainerRegistry", registry.Address)
                .With("ContainerImageTag", "v1")
                .With("ContainerCacheDirectory", Path.Combine(folder, "cache"))
                .With("ContainerAttestations", "always");
            (await project.ContainerizeAsync()).Command.Expect(0);
            folders.Add(project.OutputFolder);
        }

        Assert.All(Suffixes, suffix => Assert.Equal(Read(folders[0], suffix), Read(folders[1], suffix)));
        var parts = JsonNode.Parse(Read(folders[0], ".cdx.json"))!["components"]!
            .AsArray()
            .Select(part => (string?)part!["name"]);
        Assert.Equal(["Listed", "Words", "Newtonsoft.Json", "Serilog", "base image"], parts);

        using var client = new HttpClient();
        var digest = (string)JsonNode.Parse(Read(folders[0], ".container.json"))!["digest"]!;
        var tag = digest.Replace(':', '-');
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            $"http://{registry.Address}/v2/listed/manifests/{tag}"
        );
        request.Headers.Add("Accept", "application/vnd.oci.image.index.v1+json");
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var listed = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))![
            "manifests"
        ]!.AsArray();
        Assert.Equal(
            ["application/spdx+json", "application/vnd.cyclonedx+json", "application/vnd.in-toto+json"],
            listed.Select(entry => (string?)entry!["artifactType"]).Order(StringComparer.Ordinal)
        );
    }

    private static string Read(string folder, string suffix) =>
        File.ReadAllText(Path.Combine(folder, "Listed" + suffix));
}
