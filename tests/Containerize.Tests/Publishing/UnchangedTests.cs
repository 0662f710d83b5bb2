using Containerize.TestKit.Images;
using Containerize.TestKit.Servers;
using Containerize.TestKit.Tools;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Publishing;

/// <summary>
/// A publish of which nothing changed since the last one leaves what is there; whatever changed, by whomever, is
/// noticed. A tarball that is written has another time, so one that keeps it was left alone.
/// </summary>
public sealed class UnchangedTests(Machine machine)
{
    [Fact]
    public async Task What_changed_since_the_last_publish_is_noticed_and_nothing_else_is_done()
    {
        var feed = await machine.Feed;
        var folder = machine.Folder.Create("unchanged");
        var layout = HandmadeImage.Small.WriteTo(Path.Combine(folder, "base"));
        var app = TestProject
            .Console("Still")
            .WithItem("ContainerLayer", "nothing", ("Files", "nothing/**"))
            .Containerized(feed);
        var project = app.WriteTo(folder, feed).With("ContainerBaseImage", $"oci:{layout.Folder}:1.0");

        var first = await PublishAsync(project);
        var again = await PublishAsync(project);
        Assert.Equal(first.Time, again.Time);
        Assert.Equal(first.Outputs, again.Outputs);
        Assert.Equal(["warning CTZ0056"], again.Result.Codes);
        Assert.Equal(
            Said(first)
                .Select(line =>
                    line.Replace("built, written", "reused, already there", StringComparison.Ordinal)
                        .Replace("  written", "  already there", StringComparison.Ordinal)
                ),
            Said(again)
        );

        var setting = await PublishAsync(project.With("ContainerUser", "7"));
        Assert.NotEqual(again.Time, setting.Time);
        Assert.NotEqual(first.Digest, setting.Digest);
        Assert.Equal(first.Digest, (await PublishAsync(project)).Digest);

        await AssertMadeAgainAsync(project, first.Digest, () => File.Delete(Tarball(project)));
        await AssertMadeAgainAsync(project, first.Digest, () => File.AppendAllText(Tarball(project), "touched"));
        await AssertMadeAgainAsync(
            project,
            first.Digest,
            () => File.SetLastWriteTimeUtc(Tarball(project), DateTime.UnixEpoch)
        );

        var published = Path.Combine(project.OutputFolder, "publish");
        await File.WriteAllTextAsync(
            Path.Combine(published, "Still.added"),
            "by hand",
            TestContext.Current.CancellationToken
        );
        Assert.NotEqual(first.Digest, (await PublishAsync(project)).Digest);
        File.Delete(Path.Combine(published, "Still.added"));
        Assert.Equal(first.Digest, (await PublishAsync(project)).Digest);

        Directory.Delete(layout.Folder, recursive: true);
        (
            HandmadeImage.Small with
            {
                Layers =
                [
                    [HandmadeImage.File("etc/other", "base\n")],
                ],
            }
        ).WriteTo(layout.Folder);
        Assert.NotEqual(first.Digest, (await PublishAsync(project)).Digest);

        app.WithFile("Program.cs", "System.Console.WriteLine(\"another\");\n").WriteTo(folder, feed);
        var code = await PublishAsync(project);
        Assert.Equal(code.Time, (await PublishAsync(project)).Time);
    }

    [Fact]
    public async Task A_push_asks_the_registry_for_the_tags_and_sends_nothing_while_they_are_what_they_were()
    {
        var feed = await machine.Feed;
        await using var registry = await DockerRegistry.StartAsync(machine.Folder.Create("asked"));
        var from = machine.Folder.Create("asked-base");
        async Task SetBaseAsync(HandmadeImage image, string name)
        {
            image.WriteTo(Path.Combine(from, name));
            await Skopeo.CopyAsync($"oci:{Path.Combine(from, name)}:1.0", $"docker://{registry.Address}/base:1");
        }

        await SetBaseAsync(HandmadeImage.Small, "first");
        var project = TestProject
            .Console("Pushed")
            .Containerized(feed)
            .WriteTo(machine.Folder.Create("asking"), feed)
            .With("ContainerBaseImage", $"{registry.Address}/base:1")
            .With("ContainerRegistry", registry.Address);
        var first = (await project.ContainerizeAsync()).Succeeded();
        Assert.Equal(["HEAD /v2/base/manifests/1", "HEAD /v2/pushed/manifests/latest"], await RequestsAsync());

        // Somebody takes the tag away, and the base moves.
        await Skopeo.CopyAsync($"docker://{registry.Address}/base:1", $"docker://{registry.Address}/pushed:latest");
        Assert.Contains("PUT /v2/pushed/manifests/latest", await RequestsAsync());
        Assert.DoesNotContain(await RequestsAsync(), request => !request.StartsWith("HEAD", StringComparison.Ordinal));
        await SetBaseAsync(
            HandmadeImage.Small with
            {
                Layers =
                [
                    [HandmadeImage.File("etc/other", "base\n")],
                ],
            },
            "second"
        );
        Assert.Contains("PUT /v2/pushed/manifests/latest", await RequestsAsync());

        // Without the record, as on another machine, the registry is what is asked, and nothing is sent either.
        Directory.Delete(Path.Combine(project.Folder, "obj/Release/net10.0/containerize"), recursive: true);
        Assert.DoesNotContain(await RequestsAsync(), request => request[..4] is "PUT " or "POST" or "PATC");

        async Task<string[]> RequestsAsync()
        {
            var before = registry.Requests.Count;
            (await project.ContainerizeAsync()).Succeeded();
            return
            [
                .. registry
                    .Requests.Skip(before)
                    .Select(request => $"{request.Method} {request.Path}")
                    .Where(request => request != "GET /v2/")
                    .Order(StringComparer.Ordinal),
            ];
        }
    }

    private static async Task AssertMadeAgainAsync(WrittenProject project, string digest, Action harm)
    {
        harm();
        var time = File.Exists(Tarball(project)) ? File.GetLastWriteTimeUtc(Tarball(project)) : default;
        var made = await PublishAsync(project);
        Assert.NotEqual(time, made.Time);
        Assert.Equal(digest, made.Digest);
    }

    // With a metadata file that a publish leaves whether it did anything or not.
    private static async Task<Publish> PublishAsync(WrittenProject project)
    {
        var outputs = Path.Combine(project.Folder, "outputs.json");
        var result = (
            await project.ContainerizeAsync(
                "-getProperty:GeneratedContainerDigest,GeneratedContainerManifest,GeneratedContainerConfiguration,"
                    + "GeneratedContainerMediaType,GeneratedArchiveOutputPath",
                "-getItem:GeneratedContainer,GeneratedContainerName",
                $"-getResultOutputFile:{outputs}"
            )
        ).Succeeded();
        var text = await File.ReadAllTextAsync(outputs);
        var digest = System.Text.Json.Nodes.JsonNode.Parse(text)!["Properties"]![
            "GeneratedContainerDigest"
        ]!.GetValue<string>();
        var metadata = await File.ReadAllTextAsync(Path.Combine(project.OutputFolder, "Still.container.json"));
        Assert.Contains(digest, metadata, StringComparison.Ordinal);
        return new Publish(result, digest, text, File.GetLastWriteTimeUtc(Tarball(project)));
    }

    private static IEnumerable<string> Said(Publish publish) =>
        publish
            .Result.Lines.Select(line => line.TrimEnd())
            .SkipWhile(line => !line.Contains("CTZ0056", StringComparison.Ordinal));

    private static string Tarball(WrittenProject project) => Path.Combine(project.OutputFolder, "still.tar");

    private sealed record Publish(PublishResult Result, string Digest, string Outputs, DateTime Time);
}
