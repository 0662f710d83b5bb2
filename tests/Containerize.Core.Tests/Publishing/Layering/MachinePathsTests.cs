using System.Collections.Immutable;
using System.Text;
using Containerize.Entries;
using Containerize.Layers;
using Containerize.Publishing.Layering;

namespace Containerize.Core.Tests.Publishing.Layering;

/// <summary>Folders of the machine in what compilers wrote.</summary>
public sealed class MachinePathsTests
{
    private const string Project = "/home/dev/shop/Shop.csproj";
    private const string Library = "/home/dev/texts/Texts.csproj";

    [Fact]
    public void Each_project_is_named_with_the_files_that_hold_its_folder_in_either_encoding()
    {
        var found = Find(
            ("app/Texts.pdb", Encoding.UTF8.GetBytes("\0\0/home/dev/texts/obj/Texts.cs")),
            ("app/Shop.dll", Encoding.Unicode.GetBytes("x/home/dev/texts/a")),
            ("app/Good.dll", Encoding.UTF8.GetBytes("/_/Texts/obj/ /home/dev/texts.old/"))
        );
        var one = Assert.Single(found);
        Assert.Equal((Library, "/app/Shop.dll, /app/Texts.pdb"), (one.Project, string.Join(", ", one.Files)));
    }

    [Theory]
    [InlineData("app/readme.txt")]
    [InlineData("app/data.json")]
    public void What_no_compiler_writes_is_not_looked_into(string path) =>
        Assert.Empty(Find((path, Encoding.UTF8.GetBytes("/home/dev/shop/"))));

    [Theory]
    [InlineData("/src/a/A.csproj", "/src/a/")]
    [InlineData("/app/shop/A.csproj", "/app/shop/")]
    public void A_short_folder_and_one_of_the_container_s_own_may_stand_in_any_program(string project, string held) =>
        Assert.Empty(
            MachinePaths.Of(PlanOf(("app/A.dll", Encoding.UTF8.GetBytes(held))), ContainerPath.Parse("/app"), [project])
        );

    [Fact]
    public void Packages_are_not_looked_into()
    {
        var app = PlanOf(("app/A.dll", Encoding.UTF8.GetBytes("/home/dev/shop/")));
        var package = app with { Layers = [app.Layers[0] with { Name = LayerNames.Dependencies }] };
        Assert.NotEmpty(MachinePaths.Of(app, ContainerPath.Parse("/app"), [Project]));
        Assert.Empty(MachinePaths.Of(package, ContainerPath.Parse("/app"), [Project]));
    }

    private static ImmutableArray<MachinePaths> Find(params (string Path, byte[] Bytes)[] files) =>
        MachinePaths.Of(PlanOf(files), ContainerPath.Parse("/app"), [Project, Library, Library]);

    private static LayerPlan PlanOf(params (string Path, byte[] Bytes)[] files) =>
        new([new PlannedLayer(LayerNames.App, [.. files.Select(file => EntryOf(file.Path, file.Bytes))])], [], [], [])
        {
            WorkingDirectory = ContainerPath.Parse("/app"),
        };

    private static LayerEntry EntryOf(string path, byte[] bytes) =>
        new(ContainerPath.Parse("/" + path), EntryKind.File, 0b110_100_100)
        {
            Content = FileContent.FromBytes(bytes, path),
        };
}
