using System.Text.Json;
using System.Text.Json.Nodes;
using Containerize.TestKit.Tools;
using Json.Schema;

namespace Containerize.Tests.Images;

/// <summary>The published schema of the metadata file, read by a validator that is not ours.</summary>
public static class MetadataSchema
{
    private static readonly JsonSchema Schema = JsonSchema.FromText(
        File.ReadAllText(Path.Combine(TestFolder.Repository, "docs/metadata.schema.json"))
    );

    /// <summary>Asserts that the file fits, and returns what is in it.</summary>
    public static JsonObject AssertFits(string path)
    {
        var text = File.ReadAllText(path);
        Assert.True(Fits(text), text);
        return JsonNode.Parse(text)!.AsObject();
    }

    /// <summary>Whether the document fits.</summary>
    public static bool Fits(string json)
    {
        using var document = JsonDocument.Parse(json);
        return Schema.Evaluate(document.RootElement).IsValid;
    }
}
