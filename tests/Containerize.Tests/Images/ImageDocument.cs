using System.Text.Json.Nodes;
using Containerize.TestKit.Images;

namespace Containerize.Tests.Images;

/// <summary>The config of an image as plain values, to be compared with another's.</summary>
/// <param name="Environment"><c>NAME=value</c>, in order.</param>
/// <param name="Ports"><c>port/tcp</c>, sorted.</param>
/// <param name="Volumes">Paths, sorted.</param>
/// <param name="Labels"><c>key=value</c>, sorted.</param>
public sealed record ImageDocument(
    string Platform,
    string Entrypoint,
    string Command,
    string Environment,
    string User,
    string WorkingFolder,
    string Ports,
    string Volumes,
    string Labels,
    string StopSignal
)
{
    /// <summary>Reads the config of a layout's image.</summary>
    public static ImageDocument Of(OciLayout layout, string? tag = null)
    {
        var document = layout.Config(tag);
        var config = document["config"] ?? new JsonObject();
        return new ImageDocument(
            $"{document["os"]}/{document["architecture"]}",
            Lines(config["Entrypoint"]),
            Lines(config["Cmd"]),
            Lines(config["Env"]),
            (string?)config["User"] ?? "",
            (string?)config["WorkingDir"] ?? "",
            Keys(config["ExposedPorts"]),
            Keys(config["Volumes"]),
            Pairs(config["Labels"]),
            (string?)config["StopSignal"] ?? ""
        );
    }

    private static string Lines(JsonNode? array) =>
        string.Join('\n', array?.AsArray().Select(item => (string)item!) ?? []);

    private static string Keys(JsonNode? map) => Sorted(map?.AsObject().Select(item => item.Key));

    private static string Pairs(JsonNode? map) => Sorted(map?.AsObject().Select(item => $"{item.Key}={item.Value}"));

    private static string Sorted(IEnumerable<string>? lines) =>
        string.Join('\n', (lines ?? []).Order(StringComparer.Ordinal));
}
