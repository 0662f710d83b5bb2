using System.Text.RegularExpressions;
using Containerize.Tests.Images;
using Containerize.Tests.Projects;
using Containerize.Tests.Tools;

namespace Containerize.Tests.Settings;

/// <summary>The examples of the pages in docs/, all in one project that is published.</summary>
public sealed partial class DocumentationTests(Machine machine)
{
    private static readonly string Docs = Path.Combine(TestFolder.Repository, "docs");

    [Fact]
    public async Task The_examples_of_all_pages_give_the_image_that_the_pages_say()
    {
        var feed = await machine.Feed;
        var folder = machine.Folder.Create("documentation");
        var layout = new OciLayout(Path.Combine(folder, "layout"));
        // Packages need more than these examples do; their page has a test of its own.
        var examples = Directory.GetFiles(Path.Combine(Docs, "settings"), "*.md").Where(page => Path.GetFileName(page) != "packages.md")
            .Concat(Directory.GetFiles(Docs, "migrate-*.md")).Order(StringComparer.Ordinal).SelectMany(ExamplesOf)
            // What the reader has to fill in is the reference to the package, which the project has anyway.
            .Where(example => !example.Contains("PackageReference", StringComparison.Ordinal)).ToList();
        Assert.True(examples.Count >= 7, $"There are {examples.Count} examples.");
        var project = TestProject.Console("Examples").Containerized(feed)
            .WithFile("Directory.Build.props", $"<Project>\n{string.Concat(examples)}</Project>\n")
            .WithItem("Content", "models/**", ("CopyToPublishDirectory", "Always"))
            .WithFile("models/words.bin", "words").WithFile("deploy/entry.sh", "#!/bin/sh\nexec \"$@\"\n").WithFile("seed/one/first.json", "{}")
            .WriteTo(folder, feed).With("ContainerBaseImage", "scratch").With("ContainerRuntimeIdentifiers", "linux-x64").With("ContainerOciLayoutPath", layout.Folder);
        (await project.ContainerizeAsync()).Succeeded();

        ImageValidator.AssertValid(layout.Folder);
        Assert.Equal(layout.Digest("1.2.3"), layout.Digest("latest"));
        var (image, files) = (ImageDocument.Of(layout, "1"), FileTree.Of(layout, "1").Entries);
        Assert.Equal("dotnet\n/srv/shop/Examples.dll\n--verbose", image.Command);
        Assert.Equal(("entry.sh", "1000:1000", "/srv/shop", "SIGINT"), (image.Entrypoint, image.User, image.WorkingFolder, image.StopSignal));
        Assert.Equal(("8080/tcp\n9090/udp", "/data"), (image.Ports, image.Volumes));
        Assert.Contains("NAME=value", image.Environment.Split('\n'));
        Assert.Contains("org.opencontainers.image.description=The shop", image.Labels.Split('\n'));
        Assert.DoesNotContain("org.opencontainers.image.authors", image.Labels, StringComparison.Ordinal);
        Assert.Contains("org.example.team=shop", image.Labels.Split('\n'));
        Assert.Equal("SHOP-1", (string?)layout.Manifest("1")["annotations"]!["org.example.ticket"]);
        Assert.Equal(0x1ED, files["usr/local/bin/entry.sh"].Mode);
        Assert.Equal((1654, 1654), (files["data/seed/one/first.json"].Uid, files["data/seed/one/first.json"].Gid));
        Assert.Contains("srv/shop/models/words.bin", layout.FilesOf("models", "1"));
    }

    /// <summary>The examples of a page, in MSBuild's language.</summary>
    internal static IEnumerable<string> ExamplesOf(string page) => Fence().Matches(File.ReadAllText(page)).Select(match => match.Groups[1].Value);

    [GeneratedRegex(@"^```xml\n(.*?)^```", RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();
}
