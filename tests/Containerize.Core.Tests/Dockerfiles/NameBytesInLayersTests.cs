using Containerize.Core.Tests.FileSystems;
using Containerize.Core.Tests.Stores;
using Containerize.Diagnostics;
using Containerize.Dockerfiles.Execution.Changes;
using Containerize.Entries;
using Containerize.FileSystems;
using Containerize.Stores.RootFileSystems;
using Containerize.Tar;

namespace Containerize.Core.Tests.Dockerfiles;

/// <summary>Names that are not UTF-8 where layers are written and read, and where they leave them.</summary>
public sealed class NameBytesInLayersTests : IDisposable
{
    private static readonly string Name = NameBytes.Decode([0x61, 0xE9]);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_tar_has_the_bytes_of_paths_targets_and_attributes()
    {
        var item = Assert.Single(
            Read(
                new LayerEntry(ContainerPath.Root.Combine(Name), EntryKind.SymbolicLink, LayerEntry.LinkMode)
                {
                    LinkTarget = Name,
                    ExtendedAttributes = LayerEntry.NoAttributes.Add("user.é" + Name, [1, 2]),
                }
            )
        );
        Assert.Equal((Name, Name), (item.Name, item.LinkName));
        Assert.Equal(["user.é" + Name], item.ExtendedAttributes.Keys);
    }

    [Fact]
    public void A_listing_that_was_kept_knows_them()
    {
        var entry = new LayerEntry(ContainerPath.Root.Combine(Name), EntryKind.SymbolicLink, LayerEntry.LinkMode)
        {
            LinkTarget = Name,
            ExtendedAttributes = LayerEntry.NoAttributes.Add("user." + Name, [1]),
        };
        var listing = new LayerListing([.. Read(entry).Select(item => new ListedItem(item, null, null))]);
        var item = Assert.Single(LayerListing.Parse(listing.ToBytes())!.Items).Item;
        Assert.Equal((Name, Name), (item.Name, item.LinkName));
        Assert.Equal(["user." + Name], item.ExtendedAttributes.Keys);
    }

    [Fact]
    public void What_a_command_left_has_them()
    {
        using (var file = File.Create(_folder["changes.tar"]))
        {
            var tar = new TarWriter(file);
            tar.Write(
                new LayerEntry(ContainerPath.Root.Combine(Name), EntryKind.File, 0b110_100_100)
                {
                    Content = FileContent.FromBytes([1], "test"),
                }
            );
            tar.Finish();
        }

        using var handle = File.OpenHandle(_folder["changes.tar"]);
        var entry = Assert.Single(
            new UpperdirReader(handle, DateTimeOffset.UnixEpoch).Read(TestContext.Current.CancellationToken)
        );
        Assert.Equal("/" + Name, entry.Path.Text);
    }

    // What is taken away of a folder is an argument of a program, which is UTF-8.
    [Fact]
    public async Task A_difference_of_such_paths_is_bytes()
    {
        var path = ContainerPath.Root.Combine(Name);
        using var input = new MemoryStream();
        await new UpperdirCleanup([], [path], DateTimeOffset.UnixEpoch)
            .Script("/x")
            .Input(input, TestContext.Current.CancellationToken);
        Assert.Equal([(byte)'.', (byte)'/', 0x61, 0xE9, 0], input.ToArray());
    }

    [Fact]
    public async Task A_folder_does_not_take_them()
    {
        var image = TestTar.Of(
            TestTar.Layer(
                Write(
                    new LayerEntry(ContainerPath.Root.Combine(Name), EntryKind.SymbolicLink, LayerEntry.LinkMode)
                    {
                        LinkTarget = "x",
                    }
                )
            )
        );
        Assert.Contains(
            @"'/a\xE9' of the image cannot be written",
            await TestImage.FailsAsync(
                DiagnosticTable.FolderRefused,
                () => new RootFolderSink(_folder["out"], keepsOwners: false).PushAsync(image)
            ),
            StringComparison.Ordinal
        );
        Assert.Empty(_folder.Snapshot());
    }

    private static byte[] Write(params LayerEntry[] entries)
    {
        using var bytes = new MemoryStream();
        var tar = new TarWriter(bytes);
        foreach (var entry in entries)
            tar.Write(entry);
        tar.Finish();
        return bytes.ToArray();
    }

    private static List<TarItem> Read(params LayerEntry[] entries)
    {
        using var reader = new TarItemReader(new MemoryStream(Write(entries)));
        var items = new List<TarItem>();
        while (reader.Read() is { } item)
            items.Add(item);
        return items;
    }
}
