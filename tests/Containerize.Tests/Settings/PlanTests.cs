using System.Globalization;
using System.Text.RegularExpressions;
using Containerize.TestKit.Images;
using Containerize.TestKit.Tools;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Settings;

/// <summary>
/// What a project says of its image before it is made, beside what is in the image in the end: a web application with
/// packages of both kinds, a reference, static files and a layer of its own.
/// </summary>
public sealed partial class PlanTests(Machine machine, PlanProject project) : IClassFixture<PlanProject>
{
    [Fact]
    public void Of_a_project_that_was_never_built_it_builds_nothing_and_fetches_nothing()
    {
        Assert.Contains("registry.invalid/base:1, not looked up", project.Unbuilt.Text, StringComparison.Ordinal);
        Assert.Contains(project.Unbuilt.Files, file => file is { Path: "/app/Planned.dll", Size: "not built yet" });
        Assert.Empty(project.AssembliesAfterThePlan);
        Assert.False(project.PublishFolderAfterThePlan);
    }

    [Fact]
    public void It_names_the_files_that_are_in_the_image_then_layer_by_layer()
    {
        // The compiler may put a .pdb beside a reference's assembly; before it ran nothing shows that.
        var expected = project
            .Layout.OwnLayers()
            .SelectMany(layer =>
                project
                    .Layout.FilesOf(layer.Name)
                    .Where(path => !path.EndsWith('/') && path != "app/Greetings.pdb")
                    .Select(path => $"{layer.Name}: /{path}")
            );
        Assert.Equal(
            expected.Order(StringComparer.Ordinal),
            project.Unbuilt.Files.Select(file => $"{file.Layer}: {file.Path}").Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void It_says_why_a_file_lies_where_it_lies()
    {
        Assert.Equal("package Newtonsoft.Json 13.0.4", Why("/app/Newtonsoft.Json.dll"));
        Assert.Equal(
            "package System.CommandLine 2.0.0-beta4.22272.1, a prerelease",
            Why("/app/System.CommandLine.dll")
        );
        Assert.Equal("below wwwroot/", Why("/app/wwwroot/site.css"));
        Assert.Equal("ContainerLayer models", Why("/app/models/words.bin"));
        Assert.Equal("the project itself, and all that comes with no package", Why("/app/Greetings.dll"));

        string Why(string path) => Assert.Single(project.Unbuilt.Files, file => file.Path == path).Why;
    }

    [Fact]
    public void Of_a_built_project_it_knows_the_sizes_and_with_a_base_at_hand_the_Dockerfile_that_the_run_writes()
    {
        var sizes = FileTree.Of(project.Layout).Entries;
        foreach (
            var file in project.Built.Files.Where(file =>
                !file.Path.EndsWith("endpoints.json", StringComparison.Ordinal)
            )
        )
            Assert.Equal(Human(sizes[file.Path[1..]].Size), file.Size);
        Assert.Equal(project.Dockerfile, project.Built.Dockerfile);
        Assert.Contains(
            $"  tarball     {Path.Combine(project.Written.OutputFolder, "planned.tar")}",
            project.Built.Text,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_detailed_log_has_the_same_of_a_run_and_a_normal_one_nothing_but_its_end()
    {
        Assert.Equal(
            project.Built.Files.Select(file => (file.Layer, file.Path)),
            project.Detailed.Files.Select(file => (file.Layer, file.Path))
        );
        Assert.Equal(project.Dockerfile, project.Detailed.Dockerfile);
        Assert.DoesNotContain("Layers, from the lowest", project.Normal, StringComparison.Ordinal);
        Assert.DoesNotContain("Containerize:", project.Normal, StringComparison.Ordinal);
        Assert.Contains(
            "Planned -> Container image docker.io/library/planned:latest",
            project.Normal,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_pipeline_gets_the_names_and_the_digest_of_an_image_that_was_there_already_too()
    {
        Assert.Equal(
            $"""
            before=1
            image=docker.io/library/planned:latest
            images=docker.io/library/planned:latest
            digest={project.Layout.Digest()}

            """,
            await File.ReadAllTextAsync(project.GitHubOutput, TestContext.Current.CancellationToken)
        );
        Assert.Contains(
            $"##vso[task.setvariable variable=digest;isOutput=true]{project.Layout.Digest()}",
            project.Normal,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task The_terminal_logger_shows_the_end_of_a_run_too()
    {
        var terminal = project.Written with
        {
            Settings = project.Written.Settings with { Prefix = ["sh", "-c", "script -qec \"$*\" /dev/null", "sh"] },
        };
        var result = (await terminal.ContainerizeAsync("--no-restore", "-tl:on")).Succeeded();
        var lines = result.Lines.Select(line => Escapes().Replace(line, "").Trim()).ToList();
        var first = lines.FindIndex(line =>
            line.EndsWith("→ Container image docker.io/library/planned:latest", StringComparison.Ordinal)
        );
        Assert.True(first > 0, string.Join('\n', lines));
        Assert.Equal(project.Layout.Digest(), lines[first + 1]);
        Assert.Contains(
            lines.Skip(first),
            line =>
                line.StartsWith("dependencies", StringComparison.Ordinal)
                && line.EndsWith("reused, already there", StringComparison.Ordinal)
        );
        Assert.Contains(lines.Skip(first), line => line.StartsWith("docker load -i ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Several_platforms_have_a_plan_each_and_one_place_to_go_to()
    {
        var feed = await machine.Feed;
        var several = TestProject
            .Console("Platforms")
            .WithProperty("RuntimeIdentifiers", "linux-x64;linux-arm64")
            .WithProperty("ContainerBaseImage", "scratch")
            .Containerized(feed)
            .WriteTo(machine.Folder.Create("platforms"), feed);
        var text = (await several.ContainerizeAsync("-p:ContainerPlanOnly=true")).Succeeded().Command.Output;
        Assert.Contains("Platform      linux/amd64", text, StringComparison.Ordinal);
        Assert.Contains("Platform      linux/arm64/v8", text, StringComparison.Ordinal);
        Assert.Equal(2, Regex.Count(text, Regex.Escape(Path.Combine(several.OutputFolder, "platforms.tar"))));
    }

    [Fact]
    public async Task What_is_wrong_with_the_settings_is_told_as_in_a_run() =>
        Assert.Contains(
            "'relative'",
            (
                await (project.Written with { Verb = "build" })
                    .With("ContainerWorkingDirectory", "relative")
                    .PublishAsync("--no-restore", "-t:ContainerizePlan")
            ).FailedWith("CTZ0010"),
            StringComparison.Ordinal
        );

    [Fact]
    public async Task Every_command_of_the_page_is_run_by_these_tests()
    {
        var page = await File.ReadAllTextAsync(
            Path.Combine(TestFolder.Repository, "docs/settings/explain.md"),
            TestContext.Current.CancellationToken
        );
        Assert.Equal(
            [
                "dotnet publish -p:Containerize=true -p:ContainerPlanOnly=true",
                "dotnet build -c Release -t:ContainerizePlan",
                "dotnet build -t:ContainerizeVerify",
            ],
            Commands().Matches(page).Select(match => match.Groups[1].Value)
        );
    }

    private static string Human(long size) =>
        size < 1024 ? $"{size} B"
        : size < 1024 * 1024 ? (size / 1024.0).ToString("0.0", CultureInfo.InvariantCulture) + " KiB"
        : (size / 1024.0 / 1024.0).ToString("0.0", CultureInfo.InvariantCulture) + " MiB";

    [GeneratedRegex(@"^```sh\n(.*?)\n```", RegexOptions.Multiline)]
    private static partial Regex Commands();

    [GeneratedRegex(@"\e\][^\e]*\e\\|\e\[[0-9;?]*[a-zA-Z]|\e=")]
    private static partial Regex Escapes();
}
