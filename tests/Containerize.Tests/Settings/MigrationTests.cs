using System.Formats.Tar;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Containerize.TestKit.Images;
using Containerize.TestKit.Tools;
using Containerize.Tests.Images;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Settings;

/// <summary>The page for who comes from a Dockerfile: what a builder makes of its left column is what we make of its
/// right one.</summary>
public sealed partial class MigrationTests(Machine machine)
{
    private static readonly string[] Instructions =
    [
        "WORKDIR",
        "ENV",
        "LABEL",
        "EXPOSE",
        "VOLUME",
        "USER",
        "STOPSIGNAL",
        "COPY",
        "ENTRYPOINT",
    ];

    [Fact]
    public async Task Each_instruction_has_a_setting_that_does_the_same()
    {
        var (feed, folder) = (await machine.Feed, machine.Folder.Create("migration"));
        var rows = (await RowsAsync(areWorded: false))
            .Where(row =>
                Instructions.Contains(row.Line.Split(' ')[0]) && !row.Line.Contains("--from", StringComparison.Ordinal)
            )
            .ToList();
        Assert.Equal(
            Instructions.Order(StringComparer.Ordinal),
            rows.Select(row => row.Line.Split(' ')[0]).Order(StringComparer.Ordinal)
        );

        // From a registry: buildah takes a layout's path for a name, and that for lower case.
        var baseImage = $"{(await machine.Registry).Address}/bases/migration:1";
        await Skopeo.CopyAsync((await machine.Bases).SmallReference, $"docker://{baseImage}");
        const string Script = "#!/bin/sh\nexec \"$@\"\n";
        var context = Directory.CreateDirectory(Path.Combine(folder, "context")).FullName;
        await File.WriteAllTextAsync(Path.Combine(context, "entry.sh"), Script, TestContext.Current.CancellationToken);
        await File.WriteAllLinesAsync(
            Path.Combine(context, "Dockerfile"),
            rows.Select(row => row.Line).Prepend($"FROM {baseImage}"),
            TestContext.Current.CancellationToken
        );
        var (built, layout) = (
            new OciLayout(Path.Combine(folder, "built")),
            new OciLayout(Path.Combine(folder, "layout"))
        );
        await machine.Buildah.BuildAsync(context, built.Folder);

        var items = rows.ToLookup(row => row.Xml.Contains("Include=", StringComparison.Ordinal), row => row.Xml);
        (
            await TestProject
                .Console("Shop")
                .Containerized(feed)
                .WithProperty("ContainerGenerateLabels", "false")
                .WithFile("entry.sh", Script)
                .WithFile(
                    "Directory.Build.props",
                    $"<Project><PropertyGroup>{string.Concat(items[false])}</PropertyGroup>"
                        + $"<ItemGroup>{string.Concat(items[true])}</ItemGroup></Project>"
                )
                .WriteTo(folder, feed)
                .With("ContainerBaseImage", baseImage)
                .With("ContainerOciLayoutPath", layout.Folder)
                .ContainerizeAsync()
        ).Succeeded();

        var (ours, theirs) = (ImageDocument.Of(layout), ImageDocument.Of(built));
        Assert.Equal(theirs with { Command = "" }, ours with { Command = "" });
        Assert.Equal("dotnet\n/srv/shop/Shop.dll", ours.Command);
        Assert.Equal(
            FileTree.Of(built).Entries["usr/local/bin/entry.sh"] with
            {
                Modified = default,
            },
            FileTree.Of(layout).Entries["usr/local/bin/entry.sh"] with
            {
                Modified = default,
            }
        );
    }

    [Fact]
    public async Task Rows_with_words_do_the_same_too()
    {
        var (feed, folder) = (await machine.Feed, machine.Folder.Create("worded"));
        var rows = (await RowsAsync(areWorded: true)).ConvertAll(row =>
            (Line: row.Line.Replace("…", "true", StringComparison.Ordinal), row.Xml)
        );
        Assert.Equal(
            ["COPY", "ENV", "EXPOSE", "HEALTHCHECK", "RUN", "USER"],
            rows.Select(row => row.Line.Split(' ')[0]).Order(StringComparer.Ordinal)
        );
        var health = rows.Single(row => row.Line.StartsWith("HEALTHCHECK", StringComparison.Ordinal)).Line;
        // The row names one option and says "likewise" of the others.
        var options = Option()
            .Matches(health)
            .Select(option =>
                $"ContainerHealthcheck{option.Groups["name"].Value.Replace("-", "", StringComparison.Ordinal)}"
            );
        var values = Option().Matches(health).Select(option => option.Groups["value"].Value);

        var context = Directory.CreateDirectory(Path.Combine(folder, "context")).FullName;
        await File.WriteAllTextAsync(Path.Combine(context, "seed"), "seed", TestContext.Current.CancellationToken);
        var baseImage = $"{(await machine.Registry).Address}/bases/worded:1";
        await Skopeo.CopyAsync(
            $"oci:{ShellBase().WriteTo(Path.Combine(folder, "base")).Folder}:1.0",
            $"docker://{baseImage}"
        );
        // The user last: what is above is done by root.
        var dockerfile = Path.Combine(context, "Dockerfile");
        await File.WriteAllLinesAsync(
            dockerfile,
            rows.Select(row => row.Line)
                .OrderBy(line => line.StartsWith("USER", StringComparison.Ordinal))
                .Prepend($"FROM {baseImage}"),
            TestContext.Current.CancellationToken
        );
        var (built, layout) = (
            new OciLayout(Path.Combine(folder, "built")),
            new OciLayout(Path.Combine(folder, "layout"))
        );
        await machine.Buildah.BuildForDockerAsync(context, dockerfile, built.Folder);

        var xml = rows.ToLookup(row => row.Xml.Contains("Include=", StringComparison.Ordinal), row => row.Xml);
        (
            await TestProject
                .Console("Worded")
                .Containerized(feed)
                .WithProperty("ContainerGenerateLabels", "false")
                .WithProperty("ContainerHealthcheckCommand", "true")
                .WithProperty("ContainerImageFormat", "Docker")
                .WithFile("seed", "seed")
                .WithFile(
                    "Directory.Build.props",
                    $"<Project><PropertyGroup>{string.Concat(xml[false])}"
                        + string.Concat(options.Zip(values, (name, value) => $"<{name}>{value}</{name}>"))
                        + $"</PropertyGroup><ItemGroup>{string.Concat(xml[true])}</ItemGroup></Project>"
                )
                .WriteTo(folder, feed)
                .With("ContainerBaseImage", baseImage)
                .With("ContainerOciLayoutPath", layout.Folder)
                .ContainerizeAsync()
        ).Succeeded();

        var (ours, theirs) = (ImageDocument.Of(layout), ImageDocument.Of(built));
        Assert.Equal(
            theirs,
            ours with
            {
                Entrypoint = theirs.Entrypoint,
                Command = theirs.Command,
                WorkingFolder = theirs.WorkingFolder,
            }
        );
        Assert.True(JsonNode.DeepEquals(HealthOf(built), HealthOf(layout)), HealthOf(layout).ToJsonString());
        foreach (var path in new[] { "data/seed", "var/lib/shop" })
            Assert.Equal(
                FileTree.Of(built).Entries[path] with
                {
                    Modified = default,
                },
                FileTree.Of(layout).Entries[path] with
                {
                    Modified = default,
                }
            );
    }

    private static JsonNode HealthOf(OciLayout layout) => layout.Config()["config"]!["Healthcheck"]!;

    private static async Task<List<(string Line, string Xml)>> RowsAsync(bool areWorded) =>
        [
            .. Row()
                .Matches(
                    await File.ReadAllTextAsync(
                        Path.Combine(TestFolder.Repository, "docs/migrate-from-a-dockerfile.md"),
                        TestContext.Current.CancellationToken
                    )
                )
                .Where(row => row.Groups["words"].Length > 0 == areWorded)
                .Select(row => (row.Groups["line"].Value, row.Groups["xml"].Value)),
        ];

    // With a shell, and the accounts and the PATH of which the rows speak.
    private static HandmadeImage ShellBase()
    {
        var program = new[] { "/bin/busybox", "/usr/bin/busybox" }.First(File.Exists);
        return new HandmadeImage(
            [
                [
                    HandmadeImage.Folder("bin"),
                    new UstarTarEntry(TarEntryType.RegularFile, "bin/busybox")
                    {
                        Mode = (UnixFileMode)0x1ED,
                        DataStream = new MemoryStream(File.ReadAllBytes(program)),
                    },
                    .. new[] { "sh", "mkdir", "chown" }.Select(name => HandmadeImage.Link("bin/" + name, "busybox")),
                    HandmadeImage.Folder("var"),
                    HandmadeImage.Folder("var/lib"),
                    HandmadeImage.Folder("etc"),
                    HandmadeImage.File("etc/passwd", "root:x:0:0::/:/bin/sh\napp:x:1654:1654::/:/bin/sh\n"),
                    HandmadeImage.File("etc/group", "root:x:0:\napp:x:1654:\nstaff:x:50:\n"),
                ],
            ],
            new JsonObject { ["Env"] = new JsonArray("PATH=/usr/local/bin:/usr/bin:/bin") }
        );
    }

    [GeneratedRegex("--(?<name>[a-z-]+)=(?<value>[^ ]+)")]
    private static partial Regex Option();

    [GeneratedRegex(
        @"^\| `(?<line>[A-Z]+ [^`]+)`[^|]* \| (?<words>[^`|]*)`(?<xml><Container[^`]+)`",
        RegexOptions.CultureInvariant | RegexOptions.Multiline
    )]
    private static partial Regex Row();
}
