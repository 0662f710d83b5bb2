using System.Formats.Tar;
using System.Text;
using Containerize.Images;

namespace Containerize.Core.Tests.Packages;

/// <summary>Base images that tests make of tar entries.</summary>
internal static class TestBase
{
    /// <summary>A system with merged <c>/usr</c>, and what dpkg has recorded.</summary>
    public static Image Debian(string codename, string status = "") =>
        Of([
            Folder("usr"),
            Folder("usr/lib"),
            Folder("var"),
            Folder("var/lib"),
            Link("lib", "usr/lib"),
            File("etc/os-release", $"ID=debian\nVERSION_CODENAME={codename}\nPRETTY_NAME=\"Debian test\"\n"),
            File("var/lib/dpkg/status", status),
        ]);

    /// <summary>An image of layers without compression.</summary>
    public static Image Of(params TarEntry[][] layers)
    {
        var image = Image.Scratch(new Platform("linux", "amd64"));
        foreach (var entries in layers)
        {
            using var bytes = new MemoryStream();
            using (var writer = new TarWriter(bytes, TarEntryFormat.Ustar, leaveOpen: true))
            {
                foreach (var entry in entries)
                {
                    entry.ModificationTime = DateTimeOffset.UnixEpoch;
                    writer.WriteEntry(entry);
                }
            }

            var blob = Blob.FromBytes(MediaTypes.Layer(ImageFormat.Oci, LayerCompression.None), bytes.ToArray());
            image = image.With(
                new Layer(blob, blob.Descriptor.Digest, Layer.BaseName),
                DateTimeOffset.UnixEpoch,
                "test"
            );
        }

        return image;
    }

    public static TarEntry Folder(string path) => new UstarTarEntry(TarEntryType.Directory, path);

    public static TarEntry Link(string path, string target) =>
        new UstarTarEntry(TarEntryType.SymbolicLink, path) { LinkName = target };

    public static TarEntry File(string path, string text) =>
        new UstarTarEntry(TarEntryType.RegularFile, path)
        {
            DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)),
        };
}
