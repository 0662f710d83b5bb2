using Containerize.Diagnostics;
using Containerize.Publishing.Bases;

namespace Containerize.Core.Tests.Publishing.Bases;

public sealed class PlatformListTests
{
    [Theory]
    [InlineData("linux-x64;linux-arm64", false, true)]
    [InlineData("linux-musl-x64;linux-musl-arm64", false, true)]
    [InlineData("linux-x64;linux-musl-arm64", true, false)]
    [InlineData("linux-x64;win-x64", true, false)]
    public void A_list_that_an_index_can_be_made_of_is_good(string rids, bool hasBase, bool isOfProject) =>
        PlatformList.Check([.. rids.Split(';')], hasBase, isOfProject);

    [Theory]
    [InlineData("win-x64;linux-x64", "CTZ0202")]
    [InlineData("linux-x64;osx-arm64;any", "CTZ0042")]
    [InlineData("linux-x64;any", "CTZ0042")]
    [InlineData("linux-x64;linux-arm64;linux-musl-x64", "CTZ0041")]
    [InlineData("linux-x64;linux-musl-x64", "CTZ0041")]
    public void What_the_project_lists_for_all_it_does_is_an_error_that_names_the_property_for_containers(
        string rids,
        string code
    )
    {
        var exception = Assert.Throws<ContainerizeException>(() =>
            PlatformList.Check([.. rids.Split(';')], hasBase: false, isOfProject: true)
        );
        Assert.Equal(code, exception.Diagnostic.Code);
        Assert.Contains(
            "RuntimeIdentifiers belongs to the whole project: set ContainerRuntimeIdentifiers",
            exception.Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("linux-x64;osx-arm64", "CTZ0042")]
    [InlineData("linux-x64;linux-musl-x64", "CTZ0043")]
    public void What_was_listed_for_containers_is_not_blamed_on_the_project_s_list(string rids, string code)
    {
        var exception = Assert.Throws<ContainerizeException>(() =>
            PlatformList.Check([.. rids.Split(';')], hasBase: true, isOfProject: false)
        );
        Assert.Equal(code, exception.Diagnostic.Code);
        Assert.DoesNotContain("belongs to the whole project", exception.Message, StringComparison.Ordinal);
    }
}
