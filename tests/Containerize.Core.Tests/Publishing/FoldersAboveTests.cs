using Containerize.Core.Tests.FileSystems;
using Containerize.Entries;
using Containerize.FileSystems;
using Containerize.Images;
using Containerize.Layers;
using Containerize.Publishing;
using Containerize.Publishing.Files;
using Containerize.Publishing.Layering;
using Containerize.Publishing.Settings;

namespace Containerize.Core.Tests.Publishing;

/// <summary>
/// A layer by itself does not change what the base has above a project's own file: Docker and Podman make a folder
/// without an entry root's and 0755, and hide a link of the base with it (measured with Docker 20.10 and Podman 4.3).
/// </summary>
public sealed class FoldersAboveTests
{
    private static readonly Image Base = TestTar.Of([
        VolumeFoldersTest.Owned("home/app", 0b111_000_000, 1654),
        VolumeFoldersTest.Owned("tmp", 0b1_111_111_111, 0),
        VolumeFoldersTest.Owned("var/cache/shop", 0b111_101_101, 7),
        TestTar.Folder("usr/bin"),
        TestTar.Folder("run"),
        TestTar.Folder("plain/deep"),
        TestTar.Link("bin", "usr/bin"),
        TestTar.Link("var/run", "/run"),
        TestTar.Link("srv/link", "../home/app"),
    ]);

    [Theory]
    [InlineData("/home/app/x", "/home/app 700 1654:1654, /home/app/x 644 0:0")]
    [InlineData("/home/app/new/x", "/home/app 700 1654:1654, /home/app/new/x 644 0:0")]
    [InlineData("/tmp/x", "/tmp 1777 0:0, /tmp/x 644 0:0")]
    [InlineData("/var/cache/shop/x", "/var/cache/shop 755 7:7, /var/cache/shop/x 644 0:0")]
    [InlineData("/bin/tool", "/usr/bin/tool 644 0:0")]
    [InlineData("/var/run/x", "/run/x 644 0:0")]
    [InlineData("/srv/link/x", "/home/app 700 1654:1654, /home/app/x 644 0:0")]
    [InlineData("/plain/deep/x", "/plain/deep/x 644 0:0")]
    [InlineData("/not/there/x", "/not/there/x 644 0:0")]
    [InlineData("/etc/x", "/etc/x 644 0:0")]
    public async Task What_lies_above_a_file_stays_as_the_base_has_it(string path, string expected)
    {
        var file = new LayerEntry(ContainerPath.Parse(path), EntryKind.File, 420)
        {
            Content = FileContent.FromBytes([], path),
        };
        var settings = new ContainerSettings { Files = [new ExtraFile("x", file.Path)] };
        Assert.Equal(expected, Text(await AddAsync([new("app", [file])], settings)));
        Assert.Equal(path != "/etc/x", FoldersAbove.AreIn(settings));
    }

    [Theory]
    [InlineData("/home/app/site", "/home/app 700 1654:1654, /home/app/site 755 0:0, /home/app/site/a.dll 644 0:0")]
    [InlineData("/var/run/site", "/run/site 755 0:0, /run/site/a.dll 644 0:0")]
    public async Task So_does_what_lies_above_the_working_directory_in_every_layer(string folder, string expected)
    {
        var settings = new ContainerSettings { WorkingDirectory = ContainerPath.Parse(folder) };
        Assert.True(FoldersAbove.AreIn(settings));
        var entries = new[]
        {
            new LayerEntry(settings.WorkingDirectory, EntryKind.Directory, 493),
            new LayerEntry(settings.WorkingDirectory.Combine("a.dll"), EntryKind.File, 420)
            {
                Content = FileContent.FromBytes([], "a.dll"),
            },
        };
        var plan = await AddAsync([new("runtime", [.. entries]), new("app", [.. entries])], settings);
        Assert.Equal($"{expected}; {expected}", Text(plan));
    }

    [Fact]
    public async Task A_folder_that_the_project_names_is_its_own()
    {
        var path = ContainerPath.Parse("/home/app");
        var settings = new ContainerSettings { Files = [new ExtraFile("home", path) { Kind = EntryKind.Directory }] };
        var folder = new LayerEntry(path, EntryKind.Directory, 0b111_111_000) { Uid = 5, Gid = 6 };
        Assert.Equal("/home/app 770 5:6", Text(await AddAsync([new("app", [folder])], settings)));
        // Also in a higher layer, whose entry would hide the lower one's.
        var file = new LayerEntry(path.Combine("x"), EntryKind.File, 420) { Content = FileContent.FromBytes([], "x") };
        Assert.Equal(
            "/home/app 770 5:6; /home/app 770 5:6, /home/app/x 644 0:0",
            Text(await AddAsync([new("home", [folder]), new("app", [file])], settings))
        );
    }

    [Fact]
    public void Nothing_is_read_for_what_lies_where_every_base_has_the_same()
    {
        Assert.False(FoldersAbove.AreIn(new ContainerSettings()));
        Assert.False(FoldersAbove.AreIn(Of("/usr/local/bin/entry.sh")));
        Assert.False(FoldersAbove.AreIn(Of("/data")));
        Assert.False(FoldersAbove.AreIn(Of("/app/deep/x")));
        Assert.False(FoldersAbove.AreIn(Of("/elsewhere/x") with { IsWindows = true }));

        static ContainerSettings Of(string path) => new() { Files = [new ExtraFile("x", ContainerPath.Parse(path))] };
    }

    private static Task<LayerPlan> AddAsync(PlannedLayer[] layers, ContainerSettings settings) =>
        new FoldersAbove(settings, Base, new ImageFileSystemCache(null, TimeProvider.System)).AddToAsync(
            new LayerPlan([.. layers], [], [], []) { WorkingDirectory = settings.WorkingDirectory },
            TestContext.Current.CancellationToken
        );

    private static string Text(LayerPlan plan) =>
        string.Join(
            "; ",
            plan.Layers.Select(layer =>
                string.Join(
                    ", ",
                    layer.Entries.Select(entry =>
                        $"{entry.Path} {Convert.ToString(entry.Mode, 8)} {entry.Uid}:{entry.Gid}"
                    )
                )
            )
        );
}
