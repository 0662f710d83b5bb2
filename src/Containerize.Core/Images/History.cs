using System.Globalization;
using System.Text.Json.Nodes;

namespace Containerize.Images;

/// <summary>One line of an image's history (image-spec, config.md, "history").</summary>
/// <param name="Created">When; always written, since readers fall over its absence.</param>
/// <param name="CreatedBy">The instruction, in a Dockerfile's words.</param>
/// <param name="EmptyLayer">True for an instruction that made no layer.</param>
internal sealed record History(DateTimeOffset Created, string CreatedBy, bool EmptyLayer)
{
    /// <summary>Tells our entries from others'; changes with the layer format only, never with our version.</summary>
    public const string Comment = "containerize.v2";

    /// <summary>The history text of a layer of ours: it is added as a tar of its name.</summary>
    public static string OfLayer(string name) => $"ADD {name}.tar /";

    /// <summary>The name of the layer that <see cref="OfLayer"/> speaks of; null for anything else.</summary>
    public static string? LayerNameOf(string? createdBy) =>
        createdBy is not null
        && createdBy.StartsWith("ADD ", StringComparison.Ordinal)
        && createdBy.EndsWith(".tar /", StringComparison.Ordinal)
            ? createdBy[4..^6]
            : null;

    /// <summary>RFC 3339 in UTC with whole seconds, as all documents write times.</summary>
    public static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    internal JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["created"] = Format(Created),
            ["created_by"] = CreatedBy,
            ["comment"] = Comment,
        };
        if (EmptyLayer)
            json["empty_layer"] = true;
        return json;
    }
}
