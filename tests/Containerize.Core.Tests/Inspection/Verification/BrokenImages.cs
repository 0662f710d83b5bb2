using System.Text;
using System.Text.Json.Nodes;
using Containerize.Core.Tests.FileSystems;

namespace Containerize.Core.Tests.Inspection.Verification;

/// <summary>The corpus: images with one thing wrong each, and good ones beside them.</summary>
internal static class BrokenImages
{
    private static readonly byte[] File = RawTar.Entry('0', "file", "content"u8.ToArray());
    private static readonly string Long = string.Join('/', Enumerable.Repeat(new string('a', 99), 50));

    public static IReadOnlyList<BrokenImage> All { get; } =
    [.. Good, .. Tars, .. Compressions, .. Configs, .. Manifests];

    private static IEnumerable<BrokenImage> Good =>
        [
            new("good", null),
            new("good hard link", null)
            {
                Tar = RawTar.Of([
                    File,
                    RawTar.Entry('1', "other", link: "file"),
                    RawTar.Entry('1', "third", link: "./file"),
                ]),
            },
            new("good records", null)
            {
                Tar = RawTar.Of([
                    RawTar.Pax(("path", "ü/ä"), ("uid", "3000000000"), ("SCHILY.xattr.user.a", "b")),
                    RawTar.Entry('0', "x"),
                ]),
            },
            new("good mode of old programs", null) { Tar = RawTar.Of([RawTar.Entry('0', "x", mode: "0100644")]) },
        ];

    private static IEnumerable<BrokenImage> Tars =>
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

    private static IEnumerable<BrokenImage> Compressions =>
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

    private static IEnumerable<BrokenImage> Configs =>
        [
            Start("Env that is a text", "'config.Env' is not a list", "Env", "PATH=/bin"),
            Start("Env with a number", "'config.Env[0]' is not a text", "Env", new JsonArray(1)),
            Start("Labels that are a list", "'config.Labels' is not an object", "Labels", new JsonArray(1)),
            Start("label that is a number", "'config.Labels.a' is not a text", "Labels", new JsonObject { ["a"] = 1 }),
            Start("Cmd that is an object", "'config.Cmd' is not a list", "Cmd", new JsonObject()),
            Start("Entrypoint that is a number", "'config.Entrypoint' is not a list", "Entrypoint", 1),
            Start(
                "ExposedPorts that are a list",
                "'config.ExposedPorts' is not an object",
                "ExposedPorts",
                new JsonArray("80/tcp")
            ),
            Start("Volumes that are a text", "'config.Volumes' is not an object", "Volumes", "/v"),
            Start(
                "volume that is true",
                "'config.Volumes./v' is not an object",
                "Volumes",
                new JsonObject { ["/v"] = true }
            ),
            Start("User that is a number", "'config.User' is not a text", "User", 1000),
            Start("WorkingDir that is a list", "'config.WorkingDir' is not a text", "WorkingDir", new JsonArray("/")),
            Start("OnBuild that is a text", "'config.OnBuild' is not a list", "OnBuild", "RUN x"),
            Start(
                "Healthcheck with a text for a time",
                "'config.Healthcheck.Interval' is not a whole number",
                "Healthcheck",
                new JsonObject { ["Interval"] = "5s" }
            ),
            new("history entry that is a text", "'history[0]' is not an object")
            {
                Config = json => json["history"] = new JsonArray("ADD x /"),
            },
            new("history entry that is a number", "'history[0]' is not an object")
            {
                Config = json => json["history"] = new JsonArray(1),
            },
            new("empty_layer that is a text", "'history[0].empty_layer' is not true or false")
            {
                Config = json => json["history"]![0]!["empty_layer"] = "no",
            },
            new("created that is a number", "'created' is not a text") { Config = json => json["created"] = 1 },
            new("created that is no time", "no time") { Config = json => json["created"] = "yesterday" },
            new("architecture that is a number", "'architecture' is not a text")
            {
                Config = json => json["architecture"] = 64,
            },
            new("os.features that are a text", "'os.features' is not a list")
            {
                Config = json => json["os.features"] = "x",
            },
            new("diff id of another tar", "and it is sha256:")
            {
                Config = json => json["rootfs"]!["diff_ids"]![0] = "sha256:" + new string('0', 64),
            },
            new("diff id too many", "2 diff ids for 1 layers")
            {
                Config = json => json["rootfs"]!["diff_ids"]!.AsArray().Add("sha256:" + new string('0', 64)),
            },
            new("no rootfs", "no rootfs") { Config = json => json.Remove("rootfs") },
            new("config that is no JSON", "cannot be understood") { ConfigText = "<html>" },
            new("config that is a list", "cannot be understood") { ConfigText = "[]" },
            new("config that is cut off", "cannot be understood") { ConfigText = "{\"architecture\":\"amd64\"" },
            new("config with a name that is there twice", "cannot be understood")
            {
                ConfigText = "{\"os\":\"linux\",\"os\":\"windows\"}",
            },
        ];

    private static IEnumerable<BrokenImage> Manifests =>
        [
            new("layers that are an object", "'layers' is not a list")
            {
                Manifest = json => json["layers"] = new JsonObject(),
            },
            new("schemaVersion that is a text", "'schemaVersion' is not a whole number")
            {
                Manifest = json => json["schemaVersion"] = "2",
            },
            new("annotations that are a number", "'annotations' is not an object")
            {
                Manifest = json => json["annotations"] = 1,
            },
            new("config without a digest", "cannot be understood")
            {
                Manifest = json => json["config"]!.AsObject().Remove("digest"),
            },
            new("config that is a text", "'config' is not an object")
            {
                Manifest = json => json["config"] = "sha256:" + new string('0', 64),
            },
            new("layer with a digest of MD5", "cannot be understood")
            {
                Manifest = json => json["layers"]![0]!["digest"] = "md5:" + new string('0', 32),
            },
            new("layer of another size", "bytes long and should be")
            {
                Manifest = json => json["layers"]![0]!["size"] = 7,
            },
            new("layer with a size that is a text", "'layers[0].size' is not a whole number")
            {
                Manifest = json => json["layers"]![0]!["size"] = "7",
            },
            new("config of an unknown media type", "is no image")
            {
                Manifest = json => json["config"]!["mediaType"] = "application/x-config",
            },
            new("more layers than Docker loads", "Docker loads 125")
            {
                Manifest = json =>
                    json["layers"] = new JsonArray([
                        .. Enumerable.Range(0, 130).Select(_ => json["layers"]![0]!.DeepClone()),
                    ]),
                Config = json =>
                {
                    json["rootfs"]!["diff_ids"] = new JsonArray([
                        .. Enumerable.Range(0, 130).Select(_ => json["rootfs"]!["diff_ids"]![0]!.DeepClone()),
                    ]);
                    json.Remove("history");
                },
            },
        ];

    private static BrokenImage Tar(string name, string violation, params byte[][] parts) =>
        new(name, violation) { Tar = RawTar.Of(parts) };

    private static BrokenImage Start(string name, string violation, string member, JsonNode value) =>
        new(name, violation) { Config = json => json["config"]![member] = value.DeepClone() };

    private static Action<JsonObject> Layer(string mediaType) => json => json["layers"]![0]!["mediaType"] = mediaType;

    private static byte[] Damaged(byte[] bytes, int at)
    {
        var copy = bytes.ToArray();
        copy[at < 0 ? copy.Length + at : at] ^= 1;
        return copy;
    }
}
