using System.Text.Json.Nodes;

namespace Containerize.Tests.Settings;

/// <summary>What MSBuild hands a caller on standard output: nothing but JSON.</summary>
internal sealed record CallerAnswer(string Text)
{
    /// <summary>The properties of one image.</summary>
    public static readonly string[] Single =
    [
        "GeneratedContainerConfiguration",
        "GeneratedContainerDigest",
        "GeneratedContainerManifest",
        "GeneratedContainerMediaType",
    ];

    /// <summary>The properties that a caller asks for.</summary>
    public static readonly string[] Properties = [.. Single, "GeneratedArchiveOutputPath", "GeneratedImageIndex"];

    private JsonNode Document { get; } = JsonNode.Parse(Text)!;

    public JsonNode Result => Document["TargetResults"]!["PublishContainer"]!;

    public IEnumerable<string> Given =>
        Properties.Where(name => Property(name).Length > 0).Order(StringComparer.Ordinal);

    public IReadOnlyList<string> Digests =>
        [.. Result["Items"]!.AsArray().Select(item => (string)item!["ManifestDigest"]!).Distinct()];

    public string Property(string name) => (string)Document["Properties"]![name]!;

    public IEnumerable<string> Items(string name, string metadata = "Identity") =>
        Document["Items"]![name]!.AsArray().Select(item => (string)item![metadata]!);
}
