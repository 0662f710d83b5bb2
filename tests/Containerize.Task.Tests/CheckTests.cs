using Containerize.Tasks;
using Microsoft.Build.Utilities;

namespace Containerize.Task.Tests;

/// <summary>The tasks that look at a project or a solution before anything is made.</summary>
public sealed class CheckTests : IDisposable
{
    private readonly PublishedApp _app = new();

    public void Dispose() => _app.Dispose();

    [Theory]
    [InlineData("true", null)]
    [InlineData("False", null)]
    [InlineData("", null)]
    [InlineData("ja", "ContainerOffline")]
    public void A_switch_is_on_or_off(string value, string? named)
    {
        var task = Settings(_app.Engine);
        task.Switches = PublishedApp.Pairs(("ContainerOffline", value));
        Assert.Equal(named is null, task.Execute());
        Assert.Equal(named is null, _app.Engine.Errors.Count == 0);
        Assert.All(_app.Engine.Errors, error => Assert.Contains(named!, error.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("out/shop.tar", true)]
    [InlineData("~/shop.tar", false)]
    public void A_path_is_one_for_every_program(string value, bool isOne)
    {
        var task = Settings(_app.Engine);
        task.Paths = PublishedApp.Pairs(("ContainerArchiveOutputPath", value));
        Assert.Equal(isOne, task.Execute());
        Assert.Equal(isOne ? [] : ["CTZ0390"], _app.Engine.Codes);
    }

    [Theory]
    [InlineData("ContainerBaseImege", "ContainerBaseImage")]
    [InlineData("ContainerBaseImage", null)]
    [InlineData("SomethingElse", null)]
    public void A_name_that_comes_close_is_a_warning(string name, string? meant)
    {
        var engine = new FakeBuildEngine { GlobalProperties = { [name] = "x" } };
        Assert.True(Settings(engine).Execute());
        Assert.Equal(meant is null, engine.Warnings.Count == 0);
        Assert.All(engine.Warnings, warning => Assert.Contains(meant!, warning.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Two_projects_of_one_name_are_an_error_for_both()
    {
        var projects = new[] { Project("A"), Project("B", repository: "a") };
        foreach (var project in projects)
        {
            var task = Solution(project, projects);
            Assert.False(task.Execute());
            Assert.Equal("a", Path.GetFileNameWithoutExtension(task.First), ignoreCase: true);
        }

        Assert.Equal(["CTZ0046", "CTZ0046"], _app.Engine.Codes);
    }

    [Theory]
    [InlineData("a-b", true, true)]
    [InlineData("a.b", true, true)]
    [InlineData("A-B", false, false)]
    [InlineData("A.C", true, false)]
    public void Two_projects_with_one_name_for_their_outputs_are_an_error_in_a_pipeline(
        string other,
        bool isInPipeline,
        bool isError
    )
    {
        var projects = new[] { Project("A.B", repository: "first"), Project(other, repository: "second") };
        var task = Solution(projects[0], projects);
        task.IsInPipeline = isInPipeline;
        Assert.Equal(!isError, task.Execute());
        Assert.Equal(isError ? ["CTZ0207"] : [], _app.Engine.Codes);
        Assert.All(
            _app.Engine.Errors,
            error => Assert.Contains("'A_B_image' and 'A_B_digest'", error.Message, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Two_projects_of_one_page_are_an_error_for_both_and_a_folder_is_for_both()
    {
        var file = new[] { Project("A", page: "/pages/image.html"), Project("B", page: "/pages/image.html") };
        Assert.All(file, project => Assert.False(Solution(project, file).Execute()));
        Assert.Equal(["CTZ0435", "CTZ0435"], _app.Engine.Codes);
        var folder = new[] { Project("A", page: "/pages/"), Project("B", page: "/pages/"), Project("C") };
        Assert.All(folder, project => Assert.True(Solution(project, folder).Execute()));
    }

    [Fact]
    public void Projects_of_different_names_pass_and_are_counted()
    {
        var projects = new[] { Project("A"), Project("B"), Project("C", tag: "no tag") };
        var task = Solution(projects[1], projects);
        Assert.True(task.Execute(), string.Join('\n', _app.Engine.Errors.Select(error => error.Message)));
        Assert.Equal(3, task.Count);
    }

    [Fact]
    public void A_project_with_a_bad_name_is_an_error_of_its_own()
    {
        var projects = new[] { Project("A"), Project("C", tag: "no tag") };
        Assert.False(Solution(projects[1], projects).Execute());
        Assert.Equal(["CTZ0003"], _app.Engine.Codes);
    }

    [Fact]
    public void A_solution_s_projects_are_those_that_are_built_with_it()
    {
        var task = new ReadSolution
        {
            BuildEngine = _app.Engine,
            Contents = """
                <SolutionConfiguration>
                  <ProjectConfiguration Project="{1}" AbsolutePath="/s/A/A.csproj"
                    BuildProjectInSolution="True">Release|Any CPU</ProjectConfiguration>
                  <ProjectConfiguration Project="{2}" AbsolutePath="/s/B/B.csproj"
                    BuildProjectInSolution="False">Release|Any CPU</ProjectConfiguration>
                  <ProjectConfiguration Project="{3}" AbsolutePath="/s/A/A.csproj"
                    >Release|Any CPU</ProjectConfiguration>
                </SolutionConfiguration>
                """,
        };
        Assert.True(task.Execute());
        Assert.Equal(["/s/A/A.csproj"], task.Projects);
    }

    [Fact]
    public void The_last_project_of_a_solution_writes_the_summary()
    {
        foreach (var name in new[] { "A", "B" })
        {
            Assert.DoesNotContain("All.sln", _app.Engine.Log, StringComparison.Ordinal);
            var task = new SummarizeSolution
            {
                BuildEngine = _app.Engine,
                ProjectFile = $"/s/{name}.csproj",
                SolutionFile = "/s/All.sln",
                Line = $"image of {name}",
                Folder = Path.Combine(_app.Folder, "summary"),
                Count = 2,
            };
            Assert.True(task.Execute());
        }

        Assert.Contains("All.sln", _app.Engine.Log, StringComparison.Ordinal);
        Assert.Contains("image of A", _app.Engine.Log, StringComparison.Ordinal);
        Assert.Contains("image of B", _app.Engine.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("oci:/does/not/exist", false, null)]
    [InlineData("127.0.0.1:1/base:1", true, null)]
    [InlineData("127.0.0.1:1/base:1", false, "CTZ0030")]
    public void The_base_is_asked_for_only_at_a_registry(string image, bool offline, string? code)
    {
        using var task = new FindBase
        {
            BuildEngine = _app.Engine,
            ProjectFile = Path.Combine(_app.Folder, "shop.csproj"),
            PublishFolder = _app.Published,
            IntermediateFolder = Path.Combine(_app.Folder, "obj"),
            DefaultOutputFolder = Path.Combine(_app.Folder, "bin"),
            CacheDirectory = Path.Combine(_app.Folder, "cache"),
            AssemblyName = "shop",
            RuntimeIdentifier = "linux-x64",
            BaseImage = image,
            Offline = offline,
        };
        Assert.Equal(code is null, task.Execute());
        Assert.Equal(code is null ? [] : [code], _app.Engine.Codes);
    }

    private CheckSettings Settings(FakeBuildEngine engine)
    {
        var targets = Path.Combine(_app.Folder, "Containerize.targets");
        File.WriteAllText(
            targets,
            "<Project><Target Name=\"T\"><A B=\"$(ContainerBaseImage)$(ContainerOffline)\" /></Target></Project>"
        );
        return new CheckSettings
        {
            BuildEngine = engine,
            ProjectFile = "shop.csproj",
            TargetsFiles = [targets],
        };
    }

    private CheckSolution Solution(TaskItem project, TaskItem[] projects) =>
        new()
        {
            BuildEngine = _app.Engine,
            ProjectFile = project.GetMetadata("FullPath"),
            Projects = projects,
        };

    private TaskItem Project(string name, string repository = "", string tag = "", string page = "") =>
        new(
            Path.Combine(_app.Folder, name + ".csproj"),
            new Dictionary<string, string>
            {
                ["AssemblyName"] = name,
                ["Repository"] = repository,
                ["ImageTag"] = tag,
                ["ReportPath"] = page,
                ["DefaultOutputFolder"] = Path.Combine(_app.Folder, name),
            }
        );
}
