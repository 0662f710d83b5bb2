using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Containerize.Tests.Projects;

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

    /// <summary>The names of what the publisher says of each image; MSBuild adds its own.</summary>
    public IReadOnlyList<string> ResultNames =>
        [
            .. Result["Items"]!
                .AsArray()
                .SelectMany(item => item!.AsObject().Select(member => member.Key))
                .Where(name => name.StartsWith("Manifest", StringComparison.Ordinal) || name == "Configuration")
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];

    public string Property(string name) => (string)Document["Properties"]![name]!;

    public IEnumerable<string> Items(string name, string metadata = "Identity") =>
        Document["Items"]![name]!.AsArray().Select(item => (string)item![metadata]!);

    /// <summary>Publishes a project as a caller's line says, and asks for all outputs.</summary>
    public static async Task<CallerAnswer> AskAsync(WrittenProject written, string[] line)
    {
        var result = await written.PublishAsync([
            .. line,
            .. Properties.Select(name => "--getProperty:" + name),
            "--getItem:GeneratedContainer",
            "--getItem:GeneratedContainerName",
            .. line.Contains("/t:PublishContainer") ? ["--getTargetResult:PublishContainer"] : Array.Empty<string>(),
        ]);
        return new CallerAnswer(result.Succeeded().Command.Output);
    }

    /// <summary>Fails unless this answer, ours, has the outputs of another, the SDK's, and each is of the same
    /// form.</summary>
    /// <param name="theirs">What the SDK's own publisher says for the same line.</param>
    /// <param name="expected">The names of the outputs.</param>
    /// <param name="only">Those that we have and the SDK does not.</param>
    public void AssertSameOutputs(CallerAnswer theirs, string[] expected, params string[] only)
    {
        Assert.Equal(expected.Order(StringComparer.Ordinal), theirs.Given);
        Assert.Equal(expected.Concat(only).Order(StringComparer.Ordinal), Given);
        foreach (var answer in new[] { this, theirs })
            Assert.All(answer.Given, name => Assert.Matches(Form(name), answer.Property(name)));
        Assert.Contains("containerize.v2", Text, StringComparison.Ordinal);
        Assert.DoesNotContain("containerize.v2", theirs.Text, StringComparison.Ordinal);
    }

    private static string Form(string name) =>
        name switch
        {
            "GeneratedContainerDigest" => @"^sha256:[0-9a-f]{64}\z",
            "GeneratedContainerMediaType" => @"^application/vnd\.oci\.image\.(manifest|index)\.v1\+json\z",
            "GeneratedArchiveOutputPath" => @"^/.*\.tar\z",
            _ => @"^\{.*\}\z",
        };

    /// <summary>The digest of a document as it is handed on.</summary>
    public static string DigestOf(string text) =>
        "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
