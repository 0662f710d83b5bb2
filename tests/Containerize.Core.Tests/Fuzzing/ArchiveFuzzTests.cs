using System.Text;
using Containerize.Core.Tests.Stores;
using Containerize.Core.Tests.Stores.Archives;
using Containerize.FileSystems;
using Containerize.Images;
using Containerize.Inspection.Verification;
using Containerize.Stores;
using Containerize.Stores.Archives;
using Containerize.Tar;

namespace Containerize.Core.Tests.Fuzzing;

/// <summary>Tars, PAX headers, image tarballs and package files that were changed.</summary>
public sealed class ArchiveFuzzTests : ArchiveFuzzTest
{
    [Fact]
    public void Tars_as_layers() =>
        Fuzz.Bytes(
            101,
            12_000,
            Tars,
            tar =>
            {
                var items = new List<ListedItem>();
                Guard(() =>
                {
                    using var reader = new TarItemReader(new MemoryStream(tar));
                    while (reader.Read() is { } item)
                    {
                        reader.CopyContentTo(Stream.Null);
                        items.Add(new ListedItem(item, null, null));
                    }

                    reader.Finish();
                });
                var listing = LayerListing.Parse(new LayerListing([.. items]).ToBytes());
                Assert.Equal(items.Select(item => item.Item.Name), listing!.Items.Select(item => item.Item.Name));
                var files = ImageFiles.Empty.With([(TestImage.Layer("x"), listing)]);
                Assert.All(files.All, file => Assert.True(file.Path.Text.Length > 1));
            },
            Mend
        );

    [Fact]
    public void Tars_that_are_verified() =>
        Fuzz.Bytes(
            102,
            5_000,
            Tars,
            tar =>
                Guard(() =>
                {
                    using var bytes = new MemoryStream(tar);
                    Assert.Equal(
                        Digest.Of(tar),
                        new TarVerification("x", new ViolationList()).Check(
                            bytes,
                            TestContext.Current.CancellationToken
                        )
                    );
                }),
            Mend
        );

    [Fact]
    public void PAX_headers() =>
        Fuzz.Bytes(
            103,
            10_000,
            [
                .. new[]
                {
                    "12 path=a/b\n",
                    "30 mtime=1350244992.023960108\n",
                    "28 SCHILY.xattr.user.a=12345\n",
                    "9 uid=77\n10 size=1\n",
                }.Select(Encoding.ASCII.GetBytes),
            ],
            bytes =>
                Guard(() =>
                {
                    var records = PaxRecords.Parse(bytes);
                    _ = (
                        records.Text("path"),
                        records.Number("uid", 0),
                        records.Number("size", 0),
                        records.Seconds("mtime", 0),
                        records.ExtendedAttributes
                    );
                })
        );

    [Fact]
    public void Image_tarballs()
    {
        var config =
            "{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\""
            + Digest.Of("layer"u8)
            + "\"]}}";
        byte[][] corpus =
        [
            new Tarball()
                .File("manifest.json", "[{\"Config\":\"c.json\",\"RepoTags\":[\"a:1\"],\"Layers\":[\"l/layer.tar\"]}]")
                .File("c.json", config)
                .File("l/layer.tar", "layer")
                .ToBytes(),
            new Tarball()
                .File("manifest.json", "[{\"Config\":\"c.json\",\"RepoTags\":null,\"Layers\":[\"link\"]}]")
                .File("c.json", config)
                .File("real", "layer")
                .SymbolicLink("link", "real")
                .ToBytes(),
        ];
        var path = Folder["image.tar"];
        Fuzz.Bytes(
            104,
            2_000,
            corpus,
            bytes =>
            {
                File.WriteAllBytes(path, bytes);
                using var source = Wait(
                    ArchiveSource.OpenAsync(
                        new ImageLocation(path, null),
                        Folder.Root,
                        TestContext.Current.CancellationToken
                    )
                );
                Wait(source.PullAsync(TestImage.Amd64, TestContext.Current.CancellationToken));
            },
            Mend
        );
    }

    // Makes the checksums of all that looks like a header right: else nearly every change would end there.
    internal static byte[] Mend(byte[] tar)
    {
        for (var at = 0; at + 512 <= tar.Length; at += 512)
        {
            var block = tar.AsSpan(at, 512);
            if (!block[257..262].SequenceEqual("ustar"u8))
                continue;
            block.Slice(148, 8).Fill((byte)' ');
            var sum = 0;
            foreach (var value in block)
                sum += value;
            Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ", block[148..]);
        }

        return tar;
    }
}
