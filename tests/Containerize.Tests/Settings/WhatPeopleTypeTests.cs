using System.Xml.Linq;
using Containerize.TestKit.Images;
using Containerize.TestKit.Tools;
using Containerize.Tests.Images;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Settings;

/// <summary>
/// What people type by mistake: each ended in silence, in a wrong image or in a stack trace once, and is one
/// coded error or warning now that says what to write instead. One project, built once.
/// </summary>
public sealed class WhatPeopleTypeTests(WhatPeopleTypeTests.Run run) : IClassFixture<WhatPeopleTypeTests.Run>
{
    private static readonly Lazy<string[]> Page = new(() =>
        File.ReadAllLines(Path.Combine(TestFolder.Repository, "docs/what-people-type.md"))
    );

    public static TheoryData<int, string, string> Table =>
        [.. TypedSettings.Rows.Select((row, i) => (i, row.Code, row.Text))];

    [Theory]
    [MemberData(nameof(Table))]
    public void It_is_said_with_a_code_and_with_what_to_write(int row, string code, string text)
    {
        var said = run.Said(row);
        Assert.Equal(code.Length > 0 ? [code] : [], said.Codes);
        if (!said.Lines.Any(line => line.Contains(text, StringComparison.Ordinal)))
            Assert.Fail($"Expected '{text}' of {TypedSettings.Rows[row].Xml}:\n{string.Join('\n', said.Lines)}");
        Assert.DoesNotContain(said.Lines, line => line.StartsWith("at ", StringComparison.Ordinal));
        // An image is made of what is only doubted, and of nothing else.
        Assert.Equal(
            TypedSettings.Rows[row].Target == TypedSettings.Image
                && !code.StartsWith("error", StringComparison.Ordinal),
            File.Exists(run.TarballOf(row))
        );
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void The_page_says_the_same_of_it(int row, string code, string text)
    {
        var input = $"| `{InputOf(TypedSettings.Rows[row].Xml)}` |";
        var line = Assert.Single(Page.Value, line => line.StartsWith(input, StringComparison.Ordinal));
        var said = code.Split(' ') is [var kind, var number]
            ? $"{kind} [{number}](diagnostics/{number}.md): {text}"
            : text;
        Assert.EndsWith($"| {said} |", line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_single_file_that_needs_the_runtime_starts_itself()
    {
        var row = Array.FindIndex(
            TypedSettings.Rows,
            row => row.Xml == TypedSettings.Property("PublishSingleFile", "true")
        );
        Assert.Equal(
            "/app/Typed",
            ImageDocument.Of(OciLayout.FromTarball(run.TarballOf(row), run.NewFolder())).Entrypoint
        );
    }

    [Fact]
    public void Names_that_are_nearly_known_are_doubted_wherever_they_are_written()
    {
        Assert.Equal(["warning CTZ0204"], run.Misspelt.Codes);
        foreach (
            var text in new[]
            {
                "'ContainerBaseImge' is not known and does nothing. Did you mean 'ContainerBaseImage'?",
                "The item 'ContainerPorts'",
                "has the metadata 'Vaule'",
            }
        )
            Assert.Single(run.Misspelt.Lines, line => line.Contains(text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_library_that_is_published_alone_says_why_there_is_no_image() =>
        Assert.Equal(
            ["warning CTZ0205"],
            (await (await run.WriteAsync(TestProject.Library("Lone"))).ContainerizeAsync()).Succeeded().Codes
        );

    [Fact]
    public async Task A_base_that_is_not_to_be_had_is_told_before_the_project_is_compiled()
    {
        var project = await run.WriteAsync(TestProject.Console("Early"));
        Assert.Contains(
            "127.0.0.1:1",
            (await project.With("ContainerBaseImage", "127.0.0.1:1/acme/base:1").ContainerizeAsync()).FailedWith(
                "CTZ0030"
            ),
            StringComparison.Ordinal
        );
        Assert.False(File.Exists(Path.Combine(project.Folder, "obj/Release/net10.0/Early.dll")));
    }

    // Neither is compiled for itself, nor is its registry asked.
    [Fact]
    public async Task A_program_that_another_one_refers_to_needs_no_base_of_its_own()
    {
        var early = TestProject
            .Console("Early")
            .WithProperty("ContainerBaseImage", "127.0.0.1:1/acme/base:1")
            .Containerized(await run.Feed);
        var shelf = TestProject.Library("Shelf").WithReference(early);
        var project = await run.WriteAsync(
            TestProject.Console("Late").WithReference(shelf).WithProperty("ContainerBaseImage", "scratch"),
            shelf,
            early
        );
        Assert.DoesNotContain(
            (await project.ContainerizeAsync()).Succeeded().Lines,
            line => line.Contains("127.0.0.1:1", StringComparison.Ordinal)
        );
    }

    // As somebody writes it: properties as on a command line, an item as in a project.
    private static string InputOf(string xml) =>
        xml.StartsWith("<ItemGroup>", StringComparison.Ordinal)
            ? xml.Replace("<ItemGroup>", "", StringComparison.Ordinal)
                .Replace("</ItemGroup>", "", StringComparison.Ordinal)
            : string.Join(
                ' ',
                XElement
                    .Parse($"<Project>{xml}</Project>")
                    .Elements()
                    .Elements()
                    .Select(property => $"{property.Name}={property.Value}")
            );

    /// <summary>One project, published once; then a run of a target for each row.</summary>
    public sealed class Run(Machine machine) : IAsyncLifetime
    {
        private readonly Dictionary<string, ProjectCases> _cases = [];
        private string _folder = "";

        public PublishResult Misspelt { get; private set; } = null!;

        public PublishResult Said(int row) => _cases[TypedSettings.Rows[row].Target][NameOf(row)];

        public string TarballOf(int row) => Path.Combine(_folder, NameOf(row) + ".tar");

        public string NewFolder() => machine.Folder.Create("typed-layout");

        public Task<PackageFeed> Feed => machine.Feed;

        public async Task<WrittenProject> WriteAsync(TestProject project, params TestProject[] beside)
        {
            var (feed, folder) = (await machine.Feed, machine.Folder.Create("typed"));
            foreach (var other in beside)
                other.WriteTo(folder, feed);
            return project.Containerized(feed).WriteTo(folder, feed);
        }

        public async ValueTask InitializeAsync()
        {
            var project = await WriteAsync(TestProject.Console("Typed"));
            _folder = machine.Folder.Create("typed-tarballs");
            (await project.PublishAsync()).Succeeded();
            // Before the rows, so that a row may say another base.
            await File.WriteAllTextAsync(
                Path.Combine(project.Folder, "Directory.Build.props"),
                $"""
                <Project><PropertyGroup>
                  <ContainerBaseImage>{(await machine.Bases).SmallReference}</ContainerBaseImage>
                  <ContainerArchiveOutputPath Condition="'$(Case)' != ''"
                    >{_folder}/$(Case).tar</ContainerArchiveOutputPath>
                </PropertyGroup></Project>
                """
            );
            foreach (var target in TypedSettings.Rows.Select(row => row.Target).Distinct())
                _cases[target] = await ProjectCases.RunAsync(
                    project,
                    target,
                    [
                        .. TypedSettings
                            .Rows.Index()
                            .Where(row => row.Item.Target == target)
                            .Select(row => new ProjectCase(NameOf(row.Index), row.Item.Xml)),
                    ]
                );
            Misspelt = (
                await ProjectCases.RunAsync(
                    project.With("ContainerBaseImge", "x"),
                    TypedSettings.Plan,
                    [
                        new(
                            "misspelt",
                            "<ItemGroup><ContainerPorts Include=\"80\" /><ContainerLabel Include=\"a\" "
                                + "Vaule=\"b\" /></ItemGroup>"
                        ),
                    ]
                )
            )["misspelt"];
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static string NameOf(int row) => FormattableString.Invariant($"row {row}");
    }
}
