using System.Text.Json;

namespace Containerize.Core.Tests.Documentation;

/// <summary>A tag packs the version that it names.</summary>
public sealed class ReleaseTests
{
    [Fact]
    public void The_version_is_that_of_the_newest_release_in_the_changelog()
    {
        using var version = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "version.json")));
        var newest = File.ReadLines(Path.Combine(Repository.Root, "CHANGELOG.md"))
            .First(line =>
                line.StartsWith("## [", StringComparison.Ordinal)
                && !line.StartsWith("## [Unreleased]", StringComparison.Ordinal)
            );
        var text = version.RootElement.GetProperty("version").GetString();
        Assert.Matches($@"^## \[{text}\] - \d{{4}}-\d\d-\d\d$", newest);
    }

    [Fact]
    public void The_workflow_refuses_a_tag_of_another_version()
    {
        var workflow = File.ReadAllText(Path.Combine(Repository.Root, ".github", "workflows", "release.yml"));
        var check = workflow.IndexOf("""test -f "packages/Containerize.${TAG#v}.nupkg" """, StringComparison.Ordinal);
        Assert.InRange(check, 0, workflow.IndexOf("dotnet nuget push", StringComparison.Ordinal));
    }
}
