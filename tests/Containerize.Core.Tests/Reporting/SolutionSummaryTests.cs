using Containerize.Core.Tests.Stores;
using Containerize.Reporting;

namespace Containerize.Core.Tests.Reporting;

/// <summary>Projects that end in any order, and at the same time.</summary>
public sealed class SolutionSummaryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void The_last_one_has_all_lines_in_an_order_of_their_own()
    {
        Assert.Null(SolutionSummary.Add(_folder["build"], "/b/B.csproj", "image b", 2));
        Assert.Equal(
            "2 container images of All.slnx\n  image a\n  image b",
            SolutionSummary.Add(_folder["build"], "/a/A.csproj", "image a", 2, "All.slnx")
        );
    }

    [Fact]
    public async Task Of_many_that_end_at_once_exactly_one_has_it()
    {
        var said = await Task.WhenAll(
            Enumerable
                .Range(0, 16)
                .Select(i => Task.Run(() => SolutionSummary.Add(_folder["build"], $"/{i}.csproj", $"image {i}", 16)))
        );
        Assert.Equal(17, Assert.Single(said, summary => summary is not null)!.Split('\n').Length);
    }

    [Fact]
    public void A_folder_that_cannot_be_costs_the_summary_alone()
    {
        File.WriteAllText(_folder["file"], "");
        Assert.Null(SolutionSummary.Add(_folder["file"], "/a/A.csproj", "image a", 1));
    }

    public void Dispose() => _folder.Dispose();
}
