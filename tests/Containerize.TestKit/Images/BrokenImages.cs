using System.Text.Json.Nodes;

namespace Containerize.TestKit.Images;

/// <summary>The corpus: images with one thing wrong each, and good ones beside them.</summary>
public static class BrokenImages
{
    public static IReadOnlyList<BrokenImage> All { get; } =
    [.. Good, .. BrokenTars.Tars, .. BrokenTars.Compressions, .. Configs, .. Manifests];

    private static IEnumerable<BrokenImage> Good =>
        [
            new("good", null),
            new("good hard link", null)
            {
                Tar = RawTar.Of([
                    BrokenTars.File,
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

    private static BrokenImage Start(string name, string violation, string member, JsonNode value) =>
        new(name, violation) { Config = json => json["config"]![member] = value.DeepClone() };
}
