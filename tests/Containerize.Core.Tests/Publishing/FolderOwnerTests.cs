using Containerize.Core.Tests.FileSystems;
using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.Images;
using Containerize.Layers;
using Containerize.Publishing;
using Containerize.Publishing.Files;
using Containerize.Publishing.Settings;

namespace Containerize.Core.Tests.Publishing;

/// <summary>The owners of folders and files, by name and by number.</summary>
public sealed class FolderOwnerTests : VolumeFoldersTest
{
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
}
