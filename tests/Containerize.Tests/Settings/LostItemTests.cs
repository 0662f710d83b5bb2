using Containerize.Tests.Projects;

namespace Containerize.Tests.Settings;

/// <summary>
/// Items whose <c>Include</c> MSBuild takes for a pattern of files: MSBuild drops them, and the user would not learn
/// that a package or an argument is missing.
/// </summary>
public sealed class LostItemTests(LostItemTests.Run run) : IClassFixture<LostItemTests.Run>
{
    private static readonly ProjectCase[] Cases =
    [
        Items("package with a wildcard", """<ContainerPackage Include="hello;hsec=2.*" />"""),
        Items("package with a property", """<ContainerPackage Include="hsec=$(HsecVersion)" />"""),
        Items("package of a lost file", """<ContainerPackage Include="hsec?" />"""),
        Items("package with a version", """<ContainerPackage Include="hsec" Version="2.*" />"""),
        Items("package with an escape", """<ContainerPackage Include="hsec=3.%2A" />"""),
        Items("package with two versions", """<ContainerPackage Include="hsec=1" Version="2.*" />"""),
        Items("package of no case", """<ContainerPackage Include="hsec=2.*" Condition="'$(Case)' == ''" />"""),
        new(
            "package of the property",
            "<PropertyGroup><ContainerPackages>hsec=4.*</ContainerPackages></PropertyGroup>"
        ),
        Items("globs as items", """<ContainerPackageExclude Include="usr/share/doc/**" />"""),
        Items("arguments", """<ContainerDefaultArgs Include="--filter;*.nothing" />"""),
        Items("an address", """<ContainerDefaultArgs Include="--urls;http://*:5000" />"""),
        Items("arguments that are files", """<ContainerDefaultArgs Include="*.cs" />"""),
        Items("a label", """<ContainerLabel Include="why?" Value="*.cs ?" />"""),
        Items("a value", """<ContainerLabel Include="why" Value="*.cs ?" />"""),
        Items("layer files", """<ContainerLayer Include="models" Files="*.nothing;**/*.dll" />"""),
        Items("files that are there", """<ContainerFile Include="*.cs;**/Program.*" />"""),
        Items("files that are not", """<ContainerFile Include="certs/*.pem;Program.cs" />"""),
        Imported("imported from above", "above.props"),
        Imported("imported by a name that only an evaluation knows", "$(NameOfTheImport).props"),
    ];

    [Theory]
    [InlineData("package with a wildcard", "<ContainerPackage Include=\"hsec\" Version=\"2.*\" />")]
    [InlineData("package with a property", "<ContainerPackage Include=\"hsec\" Version=\"9.*\" />")]
    [InlineData("package of a lost file", "hsec%3F")]
    [InlineData("globs as items", "<ContainerPackageExclude>usr/share/doc/**</ContainerPackageExclude>")]
    [InlineData("arguments", "<ContainerDefaultArgs Include=\"%2A.nothing\" />")]
    [InlineData("a label", "why%3F")]
    [InlineData("imported from above", "Version=\"7.*\"")]
    [InlineData("imported by a name that only an evaluation knows", "Version=\"7.*\"")]
    public void An_item_that_is_gone_is_an_error_that_says_what_to_write(string name, string said)
    {
        Assert.Equal(["error CTZ0175"], Codes(name));
        var line = Assert.Single(run.Said[name].Lines, line => line.Contains("CTZ0175", StringComparison.Ordinal));
        Assert.Contains(said, line, StringComparison.Ordinal);
        Assert.Matches(@"(Directory\.Build\.targets|above\.props)\(\d+\): error", line);
    }

    [Theory]
    [InlineData("package with a version", "hsec=2.*")]
    [InlineData("package with an escape", "hsec=3.*")]
    [InlineData("package of the property", "hsec=4.*")]
    public void A_package_with_its_version_is_asked_for(string name, string planned)
    {
        Assert.Empty(Codes(name));
        Assert.Contains(run.Said[name].Lines, line => line.Contains(planned, StringComparison.Ordinal));
    }

    [Fact]
    public void Two_versions_of_one_package_are_an_error() =>
        Assert.Equal(["error CTZ0015"], Codes("package with two versions"));

    [Theory]
    [InlineData("package of no case")]
    [InlineData("an address")]
    [InlineData("arguments that are files")]
    [InlineData("a value")]
    [InlineData("files that are there")]
    public void What_MSBuild_leaves_or_what_files_fit_is_no_matter(string name) => Assert.Empty(Codes(name));

    [Fact]
    public void A_pattern_of_a_layer_is_no_pattern_of_MSBuild() =>
        Assert.DoesNotContain("error CTZ0175", Codes("layer files"));

    [Fact]
    public void Files_that_are_not_there_are_a_warning() =>
        Assert.Equal(["warning CTZ0175"], Codes("files that are not"));

    // All cases lie in one file, and one of them writes a property as an item, of which each run warns.
    private IEnumerable<string> Codes(string name) => run.Said[name].Codes.Except(["warning CTZ0204"]);

    private static ProjectCase Items(string name, string items) => new(name, $"<ItemGroup>{items}</ItemGroup>");

    private static ProjectCase Imported(string name, string file) =>
        new(name, $"""<PropertyGroup></PropertyGroup><Import Project="{file}" Condition="'$(Case)' == '{name}'" />""");

    /// <summary>One project, published once; then its plan is made for each case.</summary>
    public sealed class Run(Machine machine) : IAsyncLifetime
    {
        public ProjectCases Said { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            var feed = await machine.Feed;
            var project = TestProject
                .Console("Lost")
                .Containerized(feed)
                .WithProperty("HsecVersion", "9.*")
                .WithProperty("NameOfTheImport", "above")
                .WithFile(
                    "above.props",
                    "<Project>\n<ItemGroup><ContainerPackage Include=\"hsec=7.*\" /></ItemGroup>\n</Project>"
                )
                .WriteTo(machine.Folder.Create("lost-items"), feed);
            (await project.PublishAsync()).Succeeded();
            Said = await ProjectCases.RunAsync(
                project,
                "ContainerizePlan",
                Cases,
                $"<PropertyGroup><ContainerBaseImage>{(await machine.Bases).SmallReference}</ContainerBaseImage></PropertyGroup>"
            );
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
