using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.Publishing;
using Containerize.Publishing.Files;
using Containerize.Publishing.Layering;
using Containerize.Publishing.Settings;
using Containerize.Recipes;
using Containerize.Recipes.Instructions;

namespace Containerize.Core.Tests.Publishing;

/// <summary>The folders of volumes, on a base with users and folders of its own.</summary>
public sealed class VolumeFoldersTests : VolumeFoldersTest
{
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
                ).AddToAsync(
                    new LayerPlan([], [], [], []) { WorkingDirectory = ContainerPath.Root },
                    TestContext.Current.CancellationToken
                )
            )
        );
    }
}
