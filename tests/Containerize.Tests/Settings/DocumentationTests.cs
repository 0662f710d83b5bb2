using System.Text.RegularExpressions;
using Containerize.TestKit.Images;
using Containerize.TestKit.Tools;
using Containerize.Tests.Images;
using Containerize.Tests.Projects;

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
        var examples = Directory
            .GetFiles(Path.Combine(Docs, "settings"), "*.md")
            .Where(page => Path.GetFileName(page) != "packages.md")
            .Concat(Directory.GetFiles(Docs, "migrate-*.md"))
            .Order(StringComparer.Ordinal)
            .SelectMany(ExamplesOf)
            // What the reader has to fill in is the reference to the package, which the project has anyway.
            .Where(example => !example.Contains("PackageReference", StringComparison.Ordinal))
            .ToList();
        Assert.True(examples.Count >= 7, $"There are {examples.Count} examples.");
        // The host that the pages speak of is the registry of the tests, which has such a base for the platforms that
        // they name.
        var registry = (await machine.Registry).Address;
        await PlatformImage.PushBaseAsync(machine, folder, "team/dotnet", "10.0", (await machine.Bases).SmallReference);
        var project = TestProject
            .Console("Examples")
            .Containerized(feed)
            .WithFile(
                "Directory.Build.props",
                $"<Project>\n{string.Concat(examples).Replace("registry.example", registry, StringComparison.Ordinal)}"
                    + "</Project>\n"
            )
            .WithItem("Content", "models/**", ("CopyToPublishDirectory", "Always"))
            .WithFile("models/words.bin", "words")
            .WithFile("deploy/entry.sh", "#!/bin/sh\nexec \"$@\"\n")
            .WithFile("seed/one/first.json", "{}")
            .WriteTo(folder, feed)
            .With("ContainerOciLayoutPath", layout.Folder);
        (await project.ContainerizeAsync()).Succeeded();

        ImageValidator.AssertValid(layout.Folder);
        Assert.Equal(layout.Digest("1.2.3"), layout.Digest("latest"));
        Assert.Equal(
            ["linux/amd64", "linux/arm64"],
            layout.IndexDocument("1")["manifests"]!
                .AsArray()
                .Select(manifest => $"{manifest!["platform"]!["os"]}/{manifest["platform"]!["architecture"]}")
        );
        var only = new OciLayout(Path.Combine(folder, "amd64"));
        await Shell.RunAsync(
            "skopeo",
            "copy",
            "--quiet",
            "--override-arch",
            "amd64",
            $"oci:{layout.Folder}:1",
            $"oci:{only.Folder}:1"
        );
        var (image, files) = (ImageDocument.Of(only), FileTree.Of(only).Entries);
        Assert.Contains("FROM_BASE=yes", image.Environment.Split('\n'));
        Assert.Equal("dotnet\n/srv/shop/Examples.dll\n--verbose", image.Command);
        Assert.Equal(
            ("entry.sh", "1000:1000", "/srv/shop", "SIGINT"),
            (image.Entrypoint, image.User, image.WorkingFolder, image.StopSignal)
        );
        Assert.Equal(("8080/tcp\n9090/udp", "/data\n/var/cache\n/var/lib/shop"), (image.Ports, image.Volumes));
        Assert.Contains("NAME=value", image.Environment.Split('\n'));
        Assert.Contains("org.opencontainers.image.description=The shop", image.Labels.Split('\n'));
        Assert.DoesNotContain("org.opencontainers.image.authors", image.Labels, StringComparison.Ordinal);
        Assert.Contains("org.example.team=shop", image.Labels.Split('\n'));
        Assert.Equal("SHOP-1", (string?)only.Manifest()["annotations"]!["org.example.ticket"]);
        Assert.Equal(0x1ED, files["usr/local/bin/entry.sh"].Mode);
        Assert.Equal((1654, 1654), (files["data/seed/one/first.json"].Uid, files["data/seed/one/first.json"].Gid));
        Assert.Equal((1000, 1000, 0x1ED), (files["data"].Uid, files["data"].Gid, files["data"].Mode));
        Assert.Contains("srv/shop/models/words.bin", only.FilesOf("models"));
    }

    /// <summary>The examples of a page, in MSBuild's language.</summary>
    internal static IEnumerable<string> ExamplesOf(string page) =>
        Fence().Matches(File.ReadAllText(page)).Select(match => match.Groups[1].Value);

    [GeneratedRegex(
        @"^```xml\n(.*?)^```",
        RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.Multiline
    )]
    private static partial Regex Fence();
}
