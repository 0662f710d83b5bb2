using Containerize.Compression;
using Containerize.Core.Tests.FileSystems;
using Containerize.Core.Tests.Packages;
using Containerize.Core.Tests.Stores.Archives;
using Containerize.FileSystems;
using Containerize.Images;
using Containerize.Packages.Formats;
using Containerize.Packages.Unpacking;

namespace Containerize.Core.Tests.Fuzzing;

/// <summary>Bytes that are nearly the files of packages, and layers that are compressed.</summary>
public sealed class PackageArchiveFuzzTests : ArchiveFuzzTest
{
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
        var (path, data) = (Folder["a.deb"], Folder["data.tar"]);
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
}
