using Containerize.IO;

namespace Containerize.Core.Tests.IO;

public sealed class TreePathTests
{
    private static readonly Dictionary<string, string> Links = new(StringComparer.Ordinal)
    {
        ["a/link"] = "../b/file",
        ["hard"] = "/b/file",
        ["folder"] = "b",
        ["b/up"] = "..",
        ["out"] = "../etc/passwd",
        ["b/out"] = "../../etc",
        ["root"] = "/../etc",
        ["circle"] = "b/circle",
        ["b/circle"] = "../circle",
        ["self"] = "self",
        ["chain"] = "a/../a/link",
        ["sly"] = "folder/../../etc",
    };

    [Theory]
    [InlineData("b/file", "b/file")]
    [InlineData("./b//file/", "b/file")]
    [InlineData("b/../b/./file", "b/file")]
    [InlineData("a/link", "b/file")]
    [InlineData("hard", "b/file")]
    [InlineData("folder/file", "b/file")]
    [InlineData("folder/up/b/file", "b/file")]
    [InlineData("chain", "b/file")]
    [InlineData("", "")]
    public void A_name_leads_to_what_its_links_lead_to(string name, string expected) =>
        Assert.Equal(expected, TreePath.Resolve(name, Links.GetValueOrDefault));

    [Theory]
    [InlineData("..")]
    [InlineData("../b")]
    [InlineData("b/../../b")]
    [InlineData("out")]
    [InlineData("b/out")]
    [InlineData("folder/out/passwd")]
    [InlineData("root")]
    [InlineData("sly")]
    [InlineData("circle")]
    [InlineData("self/x")]
    public void No_name_leads_out_of_the_tree_or_in_circles(string name) =>
        Assert.Null(TreePath.Resolve(name, Links.GetValueOrDefault));
}
