using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Containerize.TestKit.Images;
using Containerize.TestKit.Servers;
using Containerize.TestKit.Tools;
using Containerize.Tests.Projects;
using Containerize.Tests.Settings;

namespace Containerize.Tests.Packages;

/// <summary>The examples of docs/settings/packages.md in a project that is published as the page says.</summary>
public sealed partial class PackagesPageTests(Machine machine)
{
    [Fact]
    public async Task The_examples_give_what_the_page_says_and_a_lock_file_needs_no_index()
    {
        using var authority = new TestAuthority();
        var (folder, feed) = (machine.Folder.Create("packages-page"), await machine.Feed);
        var examples = DocumentationTests
            .ExamplesOf(Path.Combine(TestFolder.Repository, "docs/settings/packages.md"))
            .ToList();
        Assert.Equal(6, examples.Count);
        var project = TestProject
            .Console("Examples")
            .Containerized(feed)
            .WithFile("Directory.Build.props", $"<Project>\n{string.Concat(examples)}</Project>\n")
            .WithFile("certificates/team.pem", authority.Pem)
            .WriteTo(folder, feed);
        var keys = Directory.CreateDirectory(Path.Combine(project.Folder, "keys")).FullName;
        var sources = await File.ReadAllTextAsync(
            "/etc/apt/sources.list.d/debian.sources",
            TestContext.Current.CancellationToken
        );
        File.Copy(Field().Match(sources).Groups["key"].Value, Path.Combine(keys, "debian.asc"));

        var first = await PublishAsync(
            project.With("ContainerUpdateLock", "true"),
            Field().Match(sources).Groups["mirror"].Value
        );
        Assert.Contains(first.Published.Lines, line => Regex.IsMatch(line, @"^\s*\+ libfontconfig1 \S+$"));
        var files = FileTree.Of(first.Layout).Entries;
        Assert.Contains(
            files.Keys,
            path => path.StartsWith("usr/share/fonts/truetype/dejavu/", StringComparison.Ordinal)
        );
        Assert.Contains(files.Keys, path => path.StartsWith("usr/share/man/", StringComparison.Ordinal));
        Assert.DoesNotContain(files.Keys, path => path.Contains("/gconv/", StringComparison.Ordinal));
        Assert.Equal(
            ["copyright"],
            files
                .Keys.Where(path => path.StartsWith("usr/share/doc/libfontconfig1/", StringComparison.Ordinal))
                .Select(Path.GetFileName)
        );
        Assert.Contains("etc/ssl/certs/team.pem", first.Layout.FilesOf("app"));

        var text = await File.ReadAllTextAsync(
            Path.Combine(project.Folder, "container.lock.json"),
            TestContext.Current.CancellationToken
        );
        Assert.Contains(
            JsonNode.Parse(text)!["platforms"]!["linux/amd64"]!["packages"]!.AsArray(),
            package => (string)package!["name"]! == "libfontconfig1"
        );
        var (locked, _) = await PublishAsync(project, "http://127.0.0.1:9/nobody");
        Assert.Equal(first.Layout.Digest(), locked.Digest());
    }

    private async Task<(OciLayout Layout, PublishResult Published)> PublishAsync(WrittenProject project, string mirror)
    {
        var layout = new OciLayout(Path.Combine(machine.Folder.Create("packages-page"), "layout"));
        var published = await project
            .With("DebianMirror", mirror)
            .With("ContainerOciLayoutPath", layout.Folder)
            .ContainerizeAsync();
        published.Succeeded();
        ImageValidator.AssertValid(layout.Folder);
        return (layout, published);
    }

    [GeneratedRegex(
        @"^URIs: (?<mirror>\S+)[\s\S]*?^Signed-By: (?<key>/\S+)",
        RegexOptions.CultureInvariant | RegexOptions.Multiline
    )]
    private static partial Regex Field();
}
