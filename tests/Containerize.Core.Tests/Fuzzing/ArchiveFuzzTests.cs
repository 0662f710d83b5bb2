using System.Text;
using Containerize.Compression;
using Containerize.Core.Tests.FileSystems;
using Containerize.Core.Tests.Packages;
using Containerize.Core.Tests.Stores;
using Containerize.Core.Tests.Stores.Archives;
using Containerize.Diagnostics;
using Containerize.FileSystems;
using Containerize.Images;
using Containerize.Inspection.Verification;
using Containerize.Packages.Formats;
using Containerize.Packages.Unpacking;
using Containerize.Stores;
using Containerize.Stores.Archives;
using Containerize.Tar;

namespace Containerize.Core.Tests.Fuzzing;

/// <summary>Tars, PAX headers, image tarballs and package files that were changed.</summary>
public sealed class ArchiveFuzzTests : IDisposable
{
    private static readonly byte[][] Tars =
    [
        RawTar.Of([
            RawTar.Entry('5', "d/"),
            RawTar.Entry('0', "d/f", "content"u8.ToArray()),
            RawTar.Entry('2', "d/l", link: "f"),
            RawTar.Entry('1', "d/h", link: "d/f"),
        ]),
        RawTar.Of([
            RawTar.Pax(
                ("path", "a/very/long/ü"),
                ("size", "3"),
                ("uid", "3000000000"),
                ("mtime", "1.5"),
                ("SCHILY.xattr.user.a", "\u0001\u00ff")
            ),
            RawTar.Entry('0', "x", "abc"u8.ToArray()),
        ]),
        RawTar.Of([
            RawTar.Long('L', new string('n', 200)),
            RawTar.Long('K', new string('k', 200)),
            RawTar.Entry('2', "x", link: "y"),
        ]),
        RawTar.Of([
            RawTar.Entry('0', "a/.wh.b"),
            RawTar.Entry('0', "c/.wh..wh..opq"),
            RawTar.Entry('3', "dev"),
            RawTar.Entry('6', "pipe"),
            RawTar.Entry('g', "pax", "12 comment=x\n"u8.ToArray()),
        ]),
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

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
        var path = _folder["image.tar"];
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
                        _folder.Root,
                        TestContext.Current.CancellationToken
                    )
                );
                Wait(source.PullAsync(TestImage.Amd64, TestContext.Current.CancellationToken));
            },
            Mend
        );
    }

    [Fact]
    public void Members_of_ar() =>
        Fuzz.Bytes(
            105,
            4_000,
            [new TestDeb("a", "1").File("./usr/a", "x").ToBytes()],
            bytes => Guard(() => ArMember.ReadAll(new MemoryStream(bytes)))
        );

    [Fact]
    public void Package_files()
    {
        var (path, data) = (_folder["a.deb"], _folder["data.tar"]);
        byte[][] corpus =
        [
            .. new[] { "", ".gz", ".zst" }.Select(compression =>
                new TestDeb("a", "1") { Compression = compression }
                    .Folder("./usr/")
                    .File("./usr/a", "text")
                    .Link("./usr/l", "a")
                    .HardLink("./usr/h", "./usr/a")
                    .Control("postinst", "#!/bin/sh\n")
                    .ToBytes()
            ),
        ];
        Fuzz.Bytes(
            106,
            2_000,
            corpus,
            bytes =>
            {
                File.WriteAllBytes(path, bytes);
                var deb = Wait(
                    DebFile.OpenAsync(
                        path,
                        Digest.Of(bytes),
                        data,
                        "The package a",
                        TestContext.Current.CancellationToken
                    )
                );
                PackageEntry.ReadAll(deb, "a", DateTimeOffset.UnixEpoch);
            }
        );
    }

    [Fact]
    public void Layers_that_are_compressed()
    {
        byte[][] corpus = [Tarball.Gzip(Tars[0]), TestTar.Compress(Tars[0])];
        Fuzz.Bytes(
            107,
            3_000,
            corpus,
            bytes =>
            {
                var compression = CompressionMagic.CompressionOf(bytes);
                var layer = new Layer(
                    Blob.FromBytes(MediaTypes.Layer(ImageFormat.Oci, compression), bytes),
                    Digest.Of(Tars[0]),
                    "x"
                );
                Wait(ImageFiles.ReadAsync(TestTar.Of(layer), TestContext.Current.CancellationToken));
            }
        );
    }

    // What these readers throw for damage, which the code that calls them makes a coded error of (LayerTar,
    // ArchiveTree, DebFile).
    private static void Guard(Action read)
    {
        try
        {
            read();
        }
        catch (Exception exception)
            when (exception is InvalidDataException or EndOfStreamException or OverflowException)
        {
            throw new ContainerizeException(DiagnosticTable.InvalidManifest, exception.Message, exception);
        }
    }

    private static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();

    // Makes the checksums of all that looks like a header right: else nearly every change would end there.
    private static byte[] Mend(byte[] tar)
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
