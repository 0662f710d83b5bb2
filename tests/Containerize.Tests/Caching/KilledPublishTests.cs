using Containerize.Tests.Projects;

namespace Containerize.Tests.Caching;

/// <summary>Real publishes over one cache, at once, half of them killed: the others and all later ones make the same
/// image.</summary>
public sealed class KilledPublishTests(Machine machine)
{
    private static readonly string[] Moments = ["2", "4"];

    [Fact]
    public async Task A_publish_that_is_killed_leaves_a_cache_that_serves_the_others()
    {
        var feed = await machine.Feed;
        var cache = machine.Folder.Create("killed-cache");
        var projects = Enumerable
            .Range(0, 2 * Moments.Length)
            .Select(_ =>
                TestProject
                    .Web("Killed")
                    .Containerized(feed)
                    .WriteTo(machine.Folder.Create("killed"), feed)
                    .With("ContainerBaseImage", "scratch")
                    .With("ContainerCacheDirectory", cache)
            )
            .ToArray();
        (await projects[0].PublishAsync()).Succeeded();
        var runs = projects
            .Select(
                (project, number) =>
                    (
                        number % 2 == 0
                            ? project
                            : project with
                            {
                                Settings = project.Settings with
                                {
                                    Prefix = ["timeout", "-s", "KILL", Moments[number / 2]],
                                },
                            }
                    ).ContainerizeAsync()
            )
            .ToArray();
        for (var number = 0; number < runs.Length; number++)
        {
            if (number % 2 == 0)
                (await runs[number]).Succeeded();
            else
                await runs[number];
        }

        foreach (var project in projects)
            (await project.ContainerizeAsync()).Succeeded();
        Assert.Single(projects.Select(Digest).Distinct());
    }

    private static string Digest(WrittenProject project) =>
        (string)
            System.Text.Json.Nodes.JsonNode.Parse(
                File.ReadAllText(Path.Combine(project.OutputFolder, "Killed.container.json"))
            )!["digest"]!;
}
