using Containerize.Core.Tests.FileSystems;
using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.FileSystems;
using Containerize.Images;
using Containerize.Layers;
using Containerize.Publishing;
using Containerize.Publishing.Files;
using Containerize.Publishing.Layering;
using Containerize.Publishing.Settings;
using Containerize.Recipes;
using Containerize.Recipes.Instructions;

namespace Containerize.Core.Tests.Publishing;

/// <summary>The folders of volumes, on a base with users and folders of its own.</summary>
public sealed class VolumeFoldersTests
{
    private static readonly Image Base = TestTar.Of([
        TestTar.Folder("etc"),
        TestTar.File("etc/passwd", "app:x:1654:1700::/home/app:/bin/sh\n"),
        TestTar.File("etc/group", "staff:x:50:\n"),
        Owned("home/app", 0b111_000_000, 1654),
        Owned("tmp", 0b1_111_111_111, 0),
        TestTar.Folder("run"),
        TestTar.Link("var/run", "/run"),
    ]);

    private static readonly LayerPlan Published = new(
        [
            new("dependencies", [Folder("/app"), File("/app/lib.dll")]),
            new(
                "app",
                [
                    Folder("/app"),
                    File("/app/app.dll"),
                    Folder("/app/data"),
                    File("/app/data/seed.db"),
                    File("/app/data/named.txt"),
                ]
            ),
        ],
        [],
        [],
        []
    );

    [Theory]
    [InlineData("/data", null, "/data 755 1654:1654")]
    [InlineData("/data", "1000", "/data 755 1000:1000")]
    [InlineData("/data", "1000:50", "/data 755 1000:50")]
    [InlineData("/data", "app", "/data 755 1654:1700")]
    [InlineData("/data", "app:staff", "/data 755 1654:50")]
    [InlineData("/data", "root", "/data 755 0:0")]
    [InlineData("/var/run/shop", "1000", "/run 755 0:0, /run/shop 755 1000:1000")]
    [InlineData("/tmp/deep/shop", "1000", "/tmp 1777 0:0, /tmp/deep 755 0:0, /tmp/deep/shop 755 1000:1000")]
    [InlineData("/home/app/db", "1000", "/home 755 0:0, /home/app 700 1654:1654, /home/app/db 755 1000:1000")]
    public async Task The_folder_is_the_users_and_those_above_stay_as_the_base_has_them(
        string volume,
        string? user,
        string expected
    )
    {
        var plan = await AddAsync(
            new ContainerSettings { User = user, Volumes = [ContainerVolume.Parse(volume, "", "", isWindows: false)] }
        );
        Assert.Equal(expected, Added(plan));
    }

    [Theory]
    [InlineData("7:8", "0770", "/data 770 7:8")]
    [InlineData("7", "", "/data 755 7:7")]
    [InlineData("", "1777", "/data 1777 1654:1654")]
    [InlineData("base", "", "")]
    public async Task The_project_may_say_otherwise(string owner, string mode, string expected) =>
        Assert.Equal(
            expected,
            Added(
                await AddAsync(
                    new ContainerSettings { Volumes = [ContainerVolume.Parse("/data", owner, mode, isWindows: false)] }
                )
            )
        );

    [Fact]
    public async Task What_the_project_publishes_into_it_is_its_owners_too_unless_it_is_a_ContainerFile()
    {
        var plan = await AddAsync(
            new ContainerSettings
            {
                Volumes = [new ContainerVolume("/app/data")],
                Files = [new ExtraFile("x", ContainerPath.Parse("/app/data/named.txt"))],
            }
        );
        Assert.Equal(
            [
                "/app 0:0",
                "/app/lib.dll 0:0",
                "/app 0:0",
                "/app/app.dll 0:0",
                "/app/data 1654:1654",
                "/app/data/named.txt 0:0",
                "/app/data/seed.db 1654:1654",
            ],
            plan.Layers.SelectMany(layer => layer.Entries).Select(entry => $"{entry.Path} {entry.Uid}:{entry.Gid}")
        );
    }

    [Theory]
    [InlineData("/data", "", "", "/data 755 1654:1654")]
    [InlineData("/data", "7:8", "0770", "/data 770 7:8")]
    [InlineData("/data", "app", "", "/data 755 1654:1700")]
    [InlineData("/data", "app:staff", "1777", "/data 1777 1654:50")]
    [InlineData("/data", "9:staff", "", "/data 755 9:50")]
    [InlineData("/data", "root", "", "/data 755 0:0")]
    [InlineData("state/db", "", "", "/app/state 755 0:0, /app/state/db 755 1654:1654")]
    [InlineData("/var/run/shop", "app", "", "/run 755 0:0, /run/shop 755 1654:1700")]
    public async Task A_folder_is_made_and_is_no_volume(string path, string owner, string mode, string expected)
    {
        var settings = new ContainerSettings
        {
            Volumes = [ContainerVolume.ParseFolder(path, owner, mode, new ContainerSettings())],
        };
        Assert.Equal(expected, Added(await AddAsync(settings)));
        var recipe = ContainerRecipe.Create(new RecipeBase("base", null, Base.Digest, Base), [], settings);
        Assert.DoesNotContain(recipe.Instructions, instruction => instruction is VolumeInstruction);
        var line = Assert.Single(
            recipe.ApplyTo(Base, DateTimeOffset.UnixEpoch).Config.HistoryLines,
            line => line.CreatedBy?.StartsWith('#') == true
        );
        Assert.Equal(
            $"# The layer app has the folder \"{settings.Volumes[0].Path}\", mode "
                + $"{(mode.Length > 0 ? mode : "0755")}, owner {(owner.Length > 0 ? owner : "as USER")}",
            line.CreatedBy
        );
    }

    [Fact]
    public async Task What_is_published_into_a_folder_that_is_no_volume_stays_as_it_is()
    {
        var folder = ContainerVolume.ParseFolder("data", "", "0770", new ContainerSettings());
        var entries = (await AddAsync(new ContainerSettings { Volumes = [folder] })).Layers[1].Entries;
        Assert.Equal(
            ["/app 0:0", "/app/app.dll 0:0", "/app/data 1654:1654", "/app/data/named.txt 0:0", "/app/data/seed.db 0:0"],
            entries.Select(entry => $"{entry.Path} {entry.Uid}:{entry.Gid}")
        );
        Assert.Equal("770", Convert.ToString(entries.Single(entry => entry.Path.Text == "/app/data").Mode, 8));
    }

    [Theory]
    [InlineData("/", "", "")]
    [InlineData("../up", "", "")]
    [InlineData("/data", "a b", "")]
    [InlineData("/data", "base", "8")]
    [InlineData("/data", "", "rwx")]
    public void A_folder_that_cannot_be_made_is_an_error(string path, string owner, string mode) =>
        Assert.Equal(
            DiagnosticTable.InvalidFolder,
            Assert
                .Throws<ContainerizeException>(() =>
                    ContainerVolume.ParseFolder(path, owner, mode, new ContainerSettings())
                )
                .Diagnostic
        );

    [Fact]
    public async Task A_name_that_the_image_does_not_know_is_an_error_of_its_item()
    {
        var folder = ContainerVolume.ParseFolder("/data", "shop", "", new ContainerSettings());
        var volume = ContainerVolume.Parse("/data", "app:shop", "", isWindows: false);
        foreach (
            var (item, diagnostic) in new[]
            {
                (folder, DiagnosticTable.InvalidFolder),
                (volume, DiagnosticTable.VolumeFolder),
            }
        )
        {
            var exception = await Assert.ThrowsAsync<ContainerizeException>(() =>
                AddAsync(new ContainerSettings { Volumes = [item] })
            );
            Assert.Equal(diagnostic, exception.Diagnostic);
            Assert.Contains("no 'shop' in /etc/passwd", exception.Message, StringComparison.Ordinal);
        }

        Assert.Equal(
            DiagnosticTable.InvalidFolder,
            Assert
                .Throws<ContainerizeException>(() =>
                    ContainerVolume.ParseFolder(@"C:\data", "", "", new ContainerSettings { IsWindows = true })
                )
                .Diagnostic
        );
    }

    [Fact]
    public async Task A_ContainerFile_has_an_owner_by_name_in_every_layer_that_has_it()
    {
        var lib = new ExtraFile("x", ContainerPath.Parse("/app/lib.dll")).OwnedBy("app", "x");
        var seed = new ExtraFile("x", ContainerPath.Parse("/app/data/seed.db")).OwnedBy("root:staff", "x");
        var plan = await new NamedOwners(new ContainerSettings { Files = [lib, seed] }, Base, Views).AddToAsync(
            Published,
            TestContext.Current.CancellationToken
        );
        Assert.Equal(
            ["/app/lib.dll 1654:1700", "/app/data/seed.db 0:50"],
            plan.Layers.SelectMany(layer => layer.Entries)
                .Where(entry => entry.Uid + entry.Gid > 0)
                .Select(entry => $"{entry.Path} {entry.Uid}:{entry.Gid}")
        );
        var unknown = new ContainerSettings { Files = [lib.OwnedBy("shop", "x")] };
        Assert.Equal(
            DiagnosticTable.InvalidFile,
            (
                await Assert.ThrowsAsync<ContainerizeException>(() =>
                    new NamedOwners(unknown, Base, Views).AddToAsync(Published, TestContext.Current.CancellationToken)
                )
            ).Diagnostic
        );
        Assert.False(
            NamedOwners.AreIn(
                new ContainerSettings { Files = [new ExtraFile("x", ContainerPath.Parse("/x")).OwnedBy("7:8", "x")] }
            )
        );
    }

    [Fact]
    public async Task A_folder_below_the_working_directory_has_all_above_it_in_its_layer()
    {
        var plan = await AddAsync(new ContainerSettings { Volumes = [new ContainerVolume("/app/state/db")] });
        Assert.Equal("/app/state 755 0:0, /app/state/db 755 1654:1654", Added(plan));
        Assert.Equal(
            "/app 755 0:0, /app/state 755 0:0, /app/state/db 755 1654:1654",
            Added(
                await new VolumeFolders(
                    new ContainerSettings { Volumes = [new ContainerVolume("/app/state/db")] },
                    Base,
                    Views
                ).AddToAsync(new LayerPlan([], [], [], []), TestContext.Current.CancellationToken)
            )
        );
    }

    [Fact]
    public async Task A_user_that_the_image_does_not_know_is_an_error_that_names_the_ways_out()
    {
        var exception = await Assert.ThrowsAsync<ContainerizeException>(() =>
            AddAsync(new ContainerSettings { User = "shop", Volumes = [new ContainerVolume("/data")] })
        );
        Assert.Equal(DiagnosticTable.VolumeFolder, exception.Diagnostic);
        Assert.Contains("'shop'", exception.Message, StringComparison.Ordinal);
        var settings = new ContainerSettings
        {
            User = "shop",
            Volumes = [ContainerVolume.Parse("/data", "9", "", isWindows: false)],
        };
        Assert.Equal("/data 755 9:9", Added(await AddAsync(settings)));
    }

    [Fact]
    public async Task A_user_of_the_projects_own_passwd_is_known()
    {
        var users = File("/etc/passwd") with
        {
            Content = FileContent.FromBytes("shop:x:77:78::/:\n"u8.ToArray(), "passwd"),
        };
        var plan = Published with { Layers = Published.Layers.Add(new PlannedLayer("accounts", [users])) };
        var settings = new ContainerSettings { User = "shop", Volumes = [new ContainerVolume("/data")] };
        var added = await new VolumeFolders(settings, Base, Views).AddToAsync(
            plan,
            TestContext.Current.CancellationToken
        );
        Assert.Equal(
            (77, 78),
            added
                .Layers.SelectMany(layer => layer.Entries)
                .Where(entry => entry.Path.Text == "/data")
                .Select(entry => (entry.Uid, entry.Gid))
                .Single()
        );
    }

    [Fact]
    public async Task Where_a_number_says_all_no_layer_of_the_base_is_read()
    {
        var blob = new Blob(
            new Descriptor(MediaTypes.OciLayer, Digest.Of("x"u8), 1),
            _ => throw new InvalidOperationException("It was opened.")
        );
        var image = TestTar.Of(new Layer(blob, Digest.Of("x"u8), Layer.BaseName));
        var settings = new ContainerSettings
        {
            Volumes = [new ContainerVolume("/data"), new ContainerVolume("/app/data")],
        };
        var plan = await new VolumeFolders(settings, image, Views).AddToAsync(
            Published,
            TestContext.Current.CancellationToken
        );
        Assert.Equal("/data 755 1654:1654", Added(plan));
    }

    [Theory]
    [InlineData("me too", "")]
    [InlineData("", "9")]
    [InlineData("base", "0755")]
    public void An_owner_or_a_mode_that_is_none_is_an_error(string owner, string mode) =>
        Assert.Equal(
            DiagnosticTable.VolumeFolder,
            Assert
                .Throws<ContainerizeException>(() => ContainerVolume.Parse("/data", owner, mode, isWindows: false))
                .Diagnostic
        );

    [Fact]
    public void Windows_has_no_such_owners() =>
        Assert.Equal(
            DiagnosticTable.VolumeFolder,
            Assert
                .Throws<ContainerizeException>(() => ContainerVolume.Parse(@"C:\data", "1", "", isWindows: true))
                .Diagnostic
        );

    private static ImageFileSystemCache Views => new(null, TimeProvider.System);

    private static Task<LayerPlan> AddAsync(ContainerSettings settings) =>
        new VolumeFolders(settings, Base, Views).AddToAsync(Published, TestContext.Current.CancellationToken);

    // What the layer app has beyond what was published.
    private static string Added(LayerPlan plan) =>
        string.Join(
            ", ",
            plan.Layers.Single(layer => layer.Name == "app")
                .Entries.Where(entry =>
                    plan.Layers.Length == 1 || !Published.Layers[1].Entries.Any(known => known.Path == entry.Path)
                )
                .Select(entry => $"{entry.Path} {Convert.ToString(entry.Mode, 8)} {entry.Uid}:{entry.Gid}")
        );

    private static System.Formats.Tar.TarEntry Owned(string path, int mode, int owner)
    {
        var folder = TestTar.Folder(path, mode);
        (folder.Uid, folder.Gid) = (owner, owner);
        return folder;
    }

    private static LayerEntry Folder(string path) => new(ContainerPath.Parse(path), EntryKind.Directory, 493);

    private static LayerEntry File(string path) =>
        new(ContainerPath.Parse(path), EntryKind.File, 420) { Content = FileContent.FromBytes([], path) };
}
