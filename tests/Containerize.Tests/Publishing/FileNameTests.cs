using System.Formats.Tar;
using Containerize.TestKit.Images;
using Containerize.TestKit.Tools;
using Containerize.Tests.Images;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Publishing;

/// <summary>Files as a publish can leave them, put there by a script of the project, and what engines make of
/// them.</summary>
public sealed class FileNameTests(Machine machine)
{
    /// <summary>Names that a tar's header of 100 bytes, a locale or a Windows machine would spoil.</summary>
    private static readonly string[] Names =
    [
        "İstanbul'da çığ öyküsü.txt",
        "party 🎉👩‍👩‍👧.txt",
        "cafe\u0301 decomposed.txt",
        "café composed.txt",
        " leading and trailing ",
        "back\\slash.txt",
        "-dash",
        "a:colon",
        "quote\"and'tick",
        "tab\tand%percent",
        "UPPER",
        "upper",
        "hidden/.dotfile",
        new('n', 101),
        new('e', 255),
        string.Concat(Enumerable.Repeat("ş", 127)),
        string.Join('/', Enumerable.Repeat(new string('d', 200), 15)) + "/deep",
    ];

    [Fact]
    public async Task Every_name_arrives_in_the_image_and_in_a_container_as_it_is()
    {
        var (layout, tarball) = await PublishAsync(
            "names",
            """
            cd "$1"
            while IFS= read -r name; do
              case $name in */*) mkdir -p "${name%/*}" ;; esac
              printf '%s' "$name" >"$name"
            done <"$2"
            mkdir -p 'empty too' empty/within

            """,
            string.Concat(Names.Select(name => name + "\n"))
        );

        var tree = FileTree.Of(layout).Below("app");
        foreach (var name in Names)
            Assert.True(
                tree.Entries.TryGetValue(name, out var entry) && entry.Kind == TarEntryType.RegularFile,
                $"'{name}' is not in the image."
            );
        foreach (var folder in new[] { "empty", "empty too", "empty/within" })
            Assert.Equal(TarEntryType.Directory, tree.Entries[folder].Kind);

        var root = await Umoci.UnpackAsync(
            layout.Folder,
            "latest",
            Path.Combine(machine.Folder.Create("names"), "bundle")
        );
        foreach (var name in Names)
            Assert.Equal(
                name,
                await File.ReadAllTextAsync(Path.Combine(root, "app", name), TestContext.Current.CancellationToken)
            );

        var docker = await machine.Docker;
        var saved = Path.Combine(machine.Folder.Create("names"), "saved");
        await docker.LoadAsync(tarball);
        await docker.SaveAsLayoutAsync("names:latest", saved);
        FileTree.Of(layout).AssertSame(FileTree.Of(new OciLayout(saved)), times: true);
    }

    [Fact]
    public async Task Links_that_stay_inside_stay_links_and_one_that_leads_nowhere_is_warned_about()
    {
        var (layout, _, result) = await TryPublishAsync(
            "links",
            """
            cd "$1"
            mkdir folder
            echo text > folder/file
            ln -s folder/file to-file
            ln -s folder to-folder
            ln -s ../folder/file folder/up-and-down
            ln -s nowhere dangling

            """,
            ""
        );
        result.Succeeded();
        var tree = FileTree.Of(layout).Below("app");
        Assert.Equal(
            [
                ("dangling", "nowhere"),
                ("folder/up-and-down", "../folder/file"),
                ("to-file", "folder/file"),
                ("to-folder", "folder"),
            ],
            tree.Entries.Where(entry => entry.Value.Kind == TarEntryType.SymbolicLink)
                .Select(entry => (entry.Key, entry.Value.Link))
        );
        Assert.DoesNotContain("to-folder/file", tree.Entries.Keys);
        Assert.Equal(["warning CTZ0013"], result.Codes);
        Assert.Contains(result.Lines, line => line.Contains("'dangling'", StringComparison.Ordinal));
    }

    private async Task<(OciLayout Layout, string Tarball)> PublishAsync(string name, string script, string input)
    {
        var (layout, tarball, result) = await TryPublishAsync(name, script, input);
        result.Succeeded();
        ImageValidator.AssertValid(layout.Folder);
        LayerFormat.AssertKept(layout);
        return (layout, tarball);
    }

    /// <summary>Publishes a program whose project runs a script in the publish folder, before the image is
    /// made.</summary>
    private async Task<(OciLayout Layout, string Tarball, PublishResult Result)> TryPublishAsync(
        string name,
        string script,
        string input
    )
    {
        var folder = machine.Folder.Create(name);
        var feed = await machine.Feed;
        var (layout, tarball) = (new OciLayout(Path.Combine(folder, "layout")), Path.Combine(folder, "image.tar"));
        var project = TestProject
            .Console()
            .Containerized(feed)
            .WithFile("files.sh", script)
            .WithFile("names.txt", input)
            .WithFile(
                "Directory.Build.targets",
                """
                <Project>
                  <Target Name="AddFiles" AfterTargets="CopyFilesToPublishDirectory">
                    <Exec Command="sh files.sh $(PublishDir) &quot;$(MSBuildProjectDirectory)/names.txt&quot;" />
                  </Target>
                </Project>
                """
            )
            .WriteTo(folder, feed)
            .With("ContainerBaseImage", (await machine.Bases).SmallReference)
            .With("ContainerRepository", name)
            .With("ContainerOciLayoutPath", layout.Folder)
            .With("ContainerArchiveOutputPath", tarball);
        return (layout, tarball, await project.ContainerizeAsync());
    }
}
