using System.Text.Json.Nodes;
using Containerize.TestKit.Servers;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Settings;

/// <summary>Programs with the same packages, published at the same moment by several processes: what they share is made
/// and sent once.</summary>
public sealed class SharedLayerTests(Machine machine)
{
    private static readonly string[] Names = ["Cart", "Desk", "Mail", "Till"];

    [Fact]
    public async Task Of_a_solution_s_services_shared_layers_are_compressed_sent_and_stored_once()
    {
        var folder = machine.Folder.Create("services");
        await using var registry = await DockerRegistry.StartAsync(machine.Folder.Create("services-registry"));
        var service = await WriteAsync(folder, registry);
        await File.WriteAllTextAsync(
            Path.Combine(folder, "All.slnx"),
            $"<Solution>\n{string.Concat(Names.Select(name => $"  <Project Path=\"{name}/{name}.csproj\" />\n"))}"
                + "</Solution>\n",
            TestContext.Current.CancellationToken
        );
        (
            await (service with { SolutionFile = Path.Combine(folder, "All.slnx") }).ContainerizeAsync("-maxCpuCount:4")
        ).Succeeded();
        AssertOnce(folder, registry);
    }

    [Fact]
    public async Task So_are_those_of_publishes_that_know_nothing_of_each_other()
    {
        var folder = machine.Folder.Create("apart");
        await using var registry = await DockerRegistry.StartAsync(machine.Folder.Create("apart-registry"));
        var service = await WriteAsync(folder, registry);
        var results = await Task.WhenAll(
            Names.Select(name =>
                (service with { Folder = Path.Combine(folder, name), Name = name }).ContainerizeAsync()
            )
        );
        Assert.All(results, result => result.Succeeded());
        AssertOnce(folder, registry);
    }

    private async Task<WrittenProject> WriteAsync(string folder, DockerRegistry registry)
    {
        var feed = await machine.Feed;
        var projects = Names
            .Select(name =>
                TestProject
                    .Console(name)
                    .WithPackage("Newtonsoft.Json", "13.0.4")
                    .Containerized(feed)
                    .WriteTo(folder, feed)
            )
            .ToArray();
        return projects[0]
            .With("ContainerBaseImage", "scratch")
            .With("ContainerRegistry", registry.Address)
            .With("ContainerCacheDirectory", machine.Folder.Create("services-cache"));
    }

    private static void AssertOnce(string folder, DockerRegistry registry)
    {
        var layers = Names
            .SelectMany(name =>
                JsonNode.Parse(
                    File.ReadAllText(Path.Combine(folder, name, "bin/Release/net10.0", name + ".container.json"))
                )!["layers"]!.AsArray()
            )
            .ToArray();
        Assert.Equal(3 * Names.Length, layers.Length);
        // The packages, and of each service the program that starts it and its own files.
        Assert.Equal(1 + (2 * Names.Length), layers.Select(layer => (string)layer!["digest"]!).Distinct().Count());
        Assert.Equal(1 + (2 * Names.Length), layers.Count(layer => (string)layer!["origin"]! == "built"));
        Assert.Equal(Names.Length - 1, layers.Count(layer => (string)layer!["fates"]![0]! == "mounted"));

        var uploads = registry.Requests.Select(request => request.UploadedDigest).OfType<string>().ToArray();
        Assert.Equal(uploads.Distinct().Order(StringComparer.Ordinal), uploads.Order(StringComparer.Ordinal));
        Assert.Equal(1 + (3 * Names.Length), uploads.Length);
    }
}
