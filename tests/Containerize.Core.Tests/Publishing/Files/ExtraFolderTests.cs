using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.Publishing.Files;
using Containerize.Publishing.Layering;
using Containerize.Publishing.Settings;

namespace Containerize.Core.Tests.Publishing.Files;

/// <summary>A folder as <c>ContainerFile</c>.</summary>
public sealed class ExtraFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("containerize-folder-").FullName;

    public ExtraFolderTests()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "publish"));
        File.WriteAllText(Path.Combine(_folder, "publish/app.txt"), "");
        Directory.CreateDirectory(Path.Combine(_folder, "seed/inner"));
        Directory.CreateDirectory(Path.Combine(_folder, "seed/empty"));
        Directory.CreateDirectory(Path.Combine(_folder, "nothing"));
        File.WriteAllText(Path.Combine(_folder, "seed/inner/a.json"), "{}");
        File.WriteAllText(Path.Combine(_folder, "seed/run"), "#!/bin/sh\n");
        File.CreateSymbolicLink(Path.Combine(_folder, "seed/link"), "inner/a.json");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void All_that_is_in_it_goes_to_the_place_with_its_owner() =>
        Assert.Equal(
            [
                "/app d 755 0:0",
                "/app/app.txt f 644 0:0",
                "/data d 755 12:34",
                "/data/empty d 755 12:34",
                "/data/inner d 755 12:34",
                "/data/inner/a.json f 644 12:34",
                "/data/link l 777 12:34",
                "/data/run f 755 12:34",
            ],
            Entries(Item("seed", "/data") with { Uid = 12, Gid = 34 })
        );

    [Fact]
    public void A_folder_with_nothing_in_it_is_made() =>
        Assert.Equal(
            ["/app d 755 0:0", "/app/app.txt f 644 0:0", "/var/cache/x d 755 0:0"],
            Entries(Item("nothing", "/var/cache/x"))
        );

    [Theory]
    [InlineData("600", "700", "600")]
    [InlineData("0640", "750", "640")]
    [InlineData("0775", "775", "775")]
    public void One_mode_is_for_files_and_lets_who_may_read_a_folder_enter_it(
        string mode,
        string folder,
        string file
    ) =>
        Assert.Equal(
            [$"/data d {folder} 0:0", $"/data/inner d {folder} 0:0", $"/data/inner/a.json f {file} 0:0"],
            Entries(Item("seed", "/data") with { Mode = ExtraFile.ParseMode(mode, "x") })
                .Where(entry =>
                    entry.Contains("/data ", StringComparison.Ordinal)
                    || entry.Contains("/inner", StringComparison.Ordinal)
                )
        );

    [Fact]
    public void Folders_that_the_project_says_nothing_of_stay_as_the_base_has_them() =>
        Assert.Equal(
            [
                "/app d 755 0:0",
                "/app/app.txt f 644 0:0",
                "/empty d 755 0:0",
                "/inner/a.json f 644 0:0",
                "/link l 777 0:0",
                "/run f 755 0:0",
            ],
            Entries(Item("seed", "/"))
        );

    [Fact]
    public void In_the_working_directory_it_is_the_same_in_every_layer()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "publish/data"));
        File.WriteAllText(Path.Combine(_folder, "publish/data/own.txt"), "");
        var plan = Plan(Item("seed", "/app/data") with { Uid = 7, Gid = 7, Layer = "seed" });
        Assert.Equal(["seed", "app"], plan.Layers.Select(layer => layer.Name));
        Assert.All(
            plan.Layers,
            layer =>
                Assert.Equal(
                    (7, 7),
                    layer
                        .Entries.Where(entry => entry.Path.Text == "/app/data")
                        .Select(entry => (entry.Uid, entry.Gid))
                        .Single()
                )
        );
    }

    [Fact]
    public void A_link_out_of_it_is_an_error()
    {
        File.CreateSymbolicLink(Path.Combine(_folder, "seed/out"), "../publish/app.txt");
        Assert.Equal(
            DiagnosticTable.LinkLeavesFolder,
            Assert.Throws<ContainerizeException>(() => Plan(Item("seed", "/data"))).Diagnostic
        );
    }

    [Fact]
    public void What_is_not_there_is_an_error_that_does_not_say_it_were_a_file()
    {
        var exception = Assert.Throws<ContainerizeException>(() => Plan(Item("gone", "/data")));
        Assert.Equal(DiagnosticTable.InvalidFile, exception.Diagnostic);
        Assert.Contains("no such file or folder", exception.Message, StringComparison.Ordinal);
    }

    private ExtraFile Item(string name, string path) => new(Path.Combine(_folder, name), ContainerPath.Parse(path));

    private LayerPlan Plan(ExtraFile item) =>
        LayerPlan.Create(
            PublishFolder.List(Path.Combine(_folder, "publish")),
            [],
            new ContainerSettings { Files = [.. item.WithAllBelow()] }
        );

    private IEnumerable<string> Entries(ExtraFile item) =>
        Plan(item)
            .Layers.SelectMany(layer => layer.Entries)
            .Select(entry =>
                $"{entry.Path} "
                + $"{entry.Kind switch { EntryKind.Directory => 'd', EntryKind.SymbolicLink => 'l', _ => 'f' }} "
                + $"{Convert.ToString(entry.Mode, 8)} {entry.Uid}:{entry.Gid}"
            );
}
