using Containerize.Publishing.Settings;

namespace Containerize.Core.Tests.Publishing.Settings;

/// <summary>What people type for the names of properties, items and metadata.</summary>
public sealed class MisspellingsTests
{
    private static readonly KnownNames Known = KnownNames.Of(
        Directory
            .GetFiles(Path.Combine(Repository.Root, "src", "Containerize", "build"), "*.targets")
            .Select(File.ReadAllText)
    );

    [Theory]
    [InlineData("ContainerBaseImge", "Did you mean 'ContainerBaseImage'?")]
    [InlineData("containerbaseimge", "Did you mean 'ContainerBaseImage'?")]
    [InlineData("ContainerRepositry", "Did you mean 'ContainerRepository'?")]
    [InlineData("ContianerRegistry", "Did you mean 'ContainerRegistry'?")]
    [InlineData("ContainerUsers", "Did you mean 'ContainerUser'?")]
    [InlineData("Containerise", "Did you mean 'Containerize'?")]
    [InlineData("Containerize_", "Did you mean 'Containerize'?")]
    [InlineData("ContainerPorts", "Did you mean the item 'ContainerPort'?")]
    [InlineData(
        "ContainerPort",
        "'ContainerPort' is set as a property, and it is an item: write <ContainerPort Include="
    )]
    public void A_property_that_is_nearly_one_of_ours_is_doubted_on_the_command_line_and_in_a_file(
        string name,
        string doubt
    )
    {
        Assert.Contains(doubt, Assert.Single(Misspellings.Of(Known, [name], [])), StringComparison.Ordinal);
        Assert.Contains(
            doubt,
            Assert.Single(Misspellings.Of(Known, [name.ToUpperInvariant()], [Properties(name), Properties(name)])),
            StringComparison.OrdinalIgnoreCase
        );
    }

    [Theory]
    [InlineData("ContainerEnviromentVariable", "Value", "Did you mean 'ContainerEnvironmentVariable'?")]
    [InlineData("ContainerLayers", "Files", "Did you mean 'ContainerLayer'?")]
    [InlineData("ContainerUser", "Value", "'ContainerUser' is set as an item, and it is a property")]
    [InlineData(
        "ContainerPort",
        "Typ",
        "ContainerPort has the metadata 'Typ', which does nothing. Did you mean 'Type'?"
    )]
    [InlineData("ContainerFile", "Target", "Did you mean 'TargetPath'?")]
    [InlineData("ContainerEnvironmentVariable", "Vaule", "Did you mean 'Value'?")]
    public void An_item_or_metadata_that_is_nearly_one_of_ours_is_doubted(string item, string metadata, string doubt)
    {
        foreach (
            var xml in new[]
            {
                $"<{item} Include=\"a\" {metadata}=\"b\" />",
                $"<{item} Include=\"a\"><{metadata}>b</{metadata}></{item}>",
            }
        )
            Assert.Contains(doubt, Assert.Single(Misspellings.Of(Known, [], [Items(xml)])), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Version")]
    [InlineData("Configuration")]
    [InlineData("ContainerHost")]
    [InlineData("ContainerDevelopmentMode")]
    [InlineData("ContainerTag")]
    [InlineData("ContainerRuntime")]
    [InlineData("Containers")]
    [InlineData("_ContainerizeAnnouncing")]
    [InlineData("CONTAINERBASEIMAGE")]
    public void A_name_that_is_near_to_none_or_known_is_the_project_s_own_business(string name) =>
        Assert.Empty(Misspellings.Of(Known, [name], [Properties(name)]));

    [Fact]
    public void All_that_the_documentation_names_is_known()
    {
        var text = string.Concat(
            Directory.GetFiles(Path.Combine(Repository.Root, "docs", "settings"), "*.md").Select(File.ReadAllText)
        );
        foreach (var name in Known.Properties.Concat(Known.Items))
            Assert.Empty(
                Misspellings.Of(
                    Known,
                    Known.Properties.Contains(name) ? [name] : [],
                    Known.Items.Contains(name) ? [Items($"<{name} Include=\"a\" />")] : []
                )
            );
        Assert.Superset(new HashSet<string> { "ContainerBaseImage", "Containerize" }, Known.Properties.ToHashSet());
        Assert.Superset(KnownNames.Metadata.Keys.ToHashSet(), Known.Items.ToHashSet());
        Assert.All(
            KnownNames.Metadata.Values.SelectMany(names => names).Except(["Value"]),
            name => Assert.Contains(name, text, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Text_that_is_no_XML_sets_nothing() => Assert.Same(SettingsText.Empty, SettingsText.Parse("<Project>"));

    private static SettingsText Properties(string name) =>
        SettingsText.Parse(
            "<Project "
                + $"xmlns=\"http://schemas.microsoft.com/developer/msbuild/2003\"><PropertyGroup><{name}>a</{name}></PropertyGroup></Project>"
        );

    private static SettingsText Items(string xml) =>
        SettingsText.Parse(
            $"<Project><Target Name=\"T\"><ItemGroup Condition=\"true\">{xml}</ItemGroup></Target></Project>"
        );
}
