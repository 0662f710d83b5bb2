using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.Packages.Sources;
using Containerize.Packages.Systems;

namespace Containerize.Core.Tests.Packages.Systems;

public sealed class BaseSystemTests
{
    [Fact]
    public async Task Layers_are_laid_over_each_other_and_whiteouts_take_away()
    {
        var image = TestBase.Of(
            [
                TestBase.Folder("a"),
                TestBase.File("a/x", "x"),
                TestBase.Folder("./b/"),
                TestBase.File("./b/x", "x"),
                TestBase.Link("l", "a"),
                TestBase.File("c", "c"),
            ],
            [
                TestBase.File(".wh.c", ""),
                TestBase.File("b/new", "n"),
                TestBase.File("b/.wh..wh..opq", ""),
                TestBase.Folder("l"),
                TestBase.File("a/.wh.x", ""),
            ]
        );
        var system = await BaseSystemReader.ReadAsync(image, TestContext.Current.CancellationToken);
        Assert.Equal(["/a", "/b", "/l"], system.Directories.Select(path => path.Text).Order(StringComparer.Ordinal));
        Assert.Equal(["/b/new"], system.Files.Select(path => path.Text));
        Assert.Empty(system.Links);
    }

    [Fact]
    public async Task The_records_of_dpkg_are_found_in_both_places()
    {
        var image = TestBase.Of([
            TestBase.File("var/lib/dpkg/status", Record("a", "1")),
            TestBase.File("var/lib/dpkg/status.d/b", Record("b", "2")),
            TestBase.File("var/lib/dpkg/status.d/b.md5sums", "00  x\n"),
        ]);
        var system = await BaseSystemReader.ReadAsync(image, TestContext.Current.CancellationToken);
        Assert.Equal(
            ["a 1", "b 2"],
            system.Installed("amd64").All.Select(package => package.ToString()).Order(StringComparer.Ordinal)
        );

        static string Record(string name, string version) =>
            $"Package: {name}\nVersion: {version}\nArchitecture: amd64\n";
    }

    [Theory]
    [InlineData("bookworm", "Debian", "bookworm-security", true)]
    [InlineData("bookworm", "Debian", "trixie", false)]
    [InlineData("bookworm", "Ubuntu", "noble", false)]
    [InlineData("bookworm", "Somebody", "stable", false)]
    public void Sources_of_another_release_are_refused(string codename, string origin, string release, bool fits)
    {
        var system = OsRelease.Parse($"ID=debian\nVERSION_CODENAME={codename}\n");
        PackageOrigin[] origins = [new(new Uri("file:///r/"), origin, release)];
        if (fits)
            system.Check([.. origins, new(new Uri("file:///s/"), "Somebody", "stable")]);
        else
            Assert.Same(
                DiagnosticTable.DistributionMismatch,
                Assert.Throws<ContainerizeException>(() => system.Check(origins)).Diagnostic
            );
    }

    [Fact]
    public void A_chain_of_links_without_end_leads_nowhere()
    {
        var links = new FolderLinks(
            new Dictionary<ContainerPath, string>
            {
                [ContainerPath.Parse("/a")] = "b",
                [ContainerPath.Parse("/b")] = "/a",
                [ContainerPath.Parse("/c")] = "usr/../d",
            }.ToImmutableDictionary()
        );
        Assert.Equal("/d/x", links.Place(ContainerPath.Parse("/c/x")).Text);
        Assert.StartsWith("/", links.Place(ContainerPath.Parse("/a/x")).Text, StringComparison.Ordinal);
    }
}
