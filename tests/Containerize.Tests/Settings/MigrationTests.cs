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
        var page = await File.ReadAllTextAsync(
            Path.Combine(TestFolder.Repository, "docs/migrate-from-a-dockerfile.md"),
            TestContext.Current.CancellationToken
        );
        var rows = Row()
            .Matches(page)
            .Select(row => (Line: row.Groups["line"].Value, Xml: row.Groups["xml"].Value))
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

    [GeneratedRegex(
        @"^\| `(?<line>[A-Z]+ [^`]+)`[^|]* \| `(?<xml><Container[^`]+)`",
        RegexOptions.CultureInvariant | RegexOptions.Multiline
    )]
    private static partial Regex Row();
}
