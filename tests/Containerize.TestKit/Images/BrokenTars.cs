using System.Text;
using System.Text.Json.Nodes;

namespace Containerize.TestKit.Images;

/// <summary>Layers that are broken, each by one thing.</summary>
public static class BrokenTars
{
    /// <summary>A tar of one file that is right.</summary>
    public static byte[] File { get; } = RawTar.Entry('0', "file", "content"u8.ToArray());
    private static readonly string Long = string.Join('/', Enumerable.Repeat(new string('a', 99), 50));

    public static IEnumerable<BrokenImage> Tars =>
        [
            Tar(
                "content of 8 GiB in a tar of 2 kB",
                "to its end",
                RawTar.Entry('0', "x", "a"u8.ToArray(), size: "77777777777")
            ),
            new("cut off in a content", "to its end") { Tar = RawTar.Entry('0', "x", new byte[2000])[..1500] },
            new("cut off in a header", "to its end") { Tar = RawTar.Of([File])[..1300] },
            new("no end", "two blocks of zeros") { Tar = File },
            Tar("wrong checksum", "checksum", Damaged(File, 0)),
            Tar("size that is not octal", "not octal", RawTar.Entry('0', "x", size: "0000000009x")),
            Tar(
                "negative size",
                "negative size",
                RawTar.Entry('0', "x", size: "\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00f0")
            ),
            Tar("hard link to nothing", "does not have before it", RawTar.Entry('1', "x", link: "nothing")),
            Tar("hard link to itself", "does not have before it", RawTar.Entry('1', "x", link: "x")),
            Tar("hard link to a folder", "the folder", RawTar.Entry('5', "d/"), RawTar.Entry('1', "x", link: "d")),
            Tar(
                "hard link to a file of the machine",
                "does not have before it",
                RawTar.Entry('1', "x", link: "/etc/hostname")
            ),
            Tar(
                "hard link out of the root",
                "leads out of the root",
                RawTar.Entry('1', "x", link: "../../etc/hostname")
            ),
            Tar("hard link to what comes later", "does not have before it", RawTar.Entry('1', "x", link: "file"), File),
            Tar("hard link without a target", "leads nowhere", RawTar.Entry('1', "x")),
            Tar("volume label", "of the kind 'V'", RawTar.Entry('V', "x")),
            Tar("contiguous file", "of the kind '7'", RawTar.Entry('7', "x")),
            Tar("vendor's kind", "of the kind 'Z'", RawTar.Entry('Z', "x")),
            Tar("several volumes", "of the kind 'M'", RawTar.Entry('M', "x")),
            Tar("sparse file", "sparse", RawTar.Entry('S', "x")),
            Tar("path out of the root", "leaves the root", RawTar.Entry('0', "../x")),
            Tar("path out of the root by a detour", "leaves the root", RawTar.Entry('0', "a/../../x")),
            Tar("absolute path", "leaves the root", RawTar.Entry('0', "/x")),
            Tar("name of 256 bytes", "255 bytes", RawTar.Pax(("path", new string('n', 256))), RawTar.Entry('0', "x")),
            Tar("path of 5000 bytes", "the most that Linux takes", RawTar.Pax(("path", Long)), RawTar.Entry('0', "x")),
            Tar("GNU path of 5000 bytes", "the most that Linux takes", RawTar.Long('L', Long), RawTar.Entry('0', "x")),
            Tar(
                "link target of 5000 bytes",
                "the most that Linux takes",
                RawTar.Pax(("linkpath", Long)),
                RawTar.Entry('2', "x")
            ),
            Tar(
                "attribute with a name of 300 bytes",
                "attribute",
                RawTar.Pax(("SCHILY.xattr.user." + new string('n', 300), "v")),
                RawTar.Entry('0', "x")
            ),
            Tar(
                "attribute of 70,000 bytes",
                "attribute",
                RawTar.Pax(("SCHILY.xattr.user.a", new string('v', 70_000))),
                RawTar.Entry('0', "x")
            ),
            Tar(
                "record with a wrong length",
                "no valid length",
                RawTar.Entry('x', "p", "99 path=y\n"u8.ToArray()),
                RawTar.Entry('0', "x")
            ),
            Tar(
                "record without a key",
                "no key",
                RawTar.Entry('x', "p", "6 =ab\n"u8.ToArray()),
                RawTar.Entry('0', "x")
            ),
            Tar(
                "record with a size that is no number",
                "no number",
                RawTar.Pax(("size", "ten")),
                RawTar.Entry('0', "x")
            ),
            Tar("record with a NUL in a path", "NUL", RawTar.Pax(("path", "a\0b")), RawTar.Entry('0', "x")),
            Tar(
                "records of 2 MiB",
                "records of",
                RawTar.Pax(("comment", new string('c', 2 << 20))),
                RawTar.Entry('0', "x")
            ),
            Tar(
                "block of zeros between entries",
                "zeros",
                RawTar.Entry('0', "x"),
                new byte[512],
                RawTar.Entry('0', "y")
            ),
            Tar("path that is there twice", "twice", File, File),
            Tar("whiteout of nothing", "a whiteout of nothing", RawTar.Entry('0', ".wh.")),
            Tar("whiteout of a whiteout", "hides nothing", RawTar.Entry('0', ".wh..wh.x")),
            Tar("symbolic link without a target", "leads nowhere", RawTar.Entry('2', "x")),
            new("no tar at all", "to its end") { Tar = Encoding.ASCII.GetBytes(new string('x', 2048)) },
        ];

    public static IEnumerable<BrokenImage> Compressions =>
        [
            new("gzip that is cut off", "to its end") { Compress = tar => BrokenImage.Gzip(tar)[..^12] },
            new("gzip with a wrong sum", "to its end") { Compress = tar => Damaged(BrokenImage.Gzip(tar), -6) },
            new("gzip in name only", "is compressed with None") { Compress = tar => tar },
            new("zstd that is gzip", "is compressed with Gzip")
            {
                Manifest = Layer("application/vnd.oci.image.layer.v1.tar+zstd"),
            },
            new("encrypted layer", "no engine unpacks")
            {
                Manifest = Layer("application/vnd.oci.image.layer.v1.tar+gzip+encrypted"),
            },
            new("layer of an unknown media type", "no engine unpacks") { Manifest = Layer("application/x-something") },
            new("layer that is not there", "is not in") { Store = _ => null },
            new("layer of other bytes", "in truth") { Store = bytes => [.. bytes, 0] },
        ];

    private static BrokenImage Tar(string name, string violation, params byte[][] parts) =>
        new(name, violation) { Tar = RawTar.Of(parts) };

    private static Action<JsonObject> Layer(string mediaType) => json => json["layers"]![0]!["mediaType"] = mediaType;

    private static byte[] Damaged(byte[] bytes, int at)
    {
        var copy = bytes.ToArray();
        copy[at < 0 ? copy.Length + at : at] ^= 1;
        return copy;
    }
}
