using System.Text.Json.Nodes;
using Containerize.Images;

namespace Containerize.Attestations.Keyless;

/// <summary>When a key or an authority is to be trusted (protobuf-specs, <c>TimeRange</c>).</summary>
/// <param name="Start">From then on; null for always.</param>
/// <param name="End">Until then; null for as long as it is listed.</param>
internal sealed record Period(DateTimeOffset? Start, DateTimeOffset? End)
{
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0024.</exception>
    public static Period Read(JsonNode? node, string where)
    {
        if (node is null)
            return new(null, null);
        var json = OciJson.Object(node, where);
        return new(
            ProtoJson.Time(json["start"], "validFor.start", where),
            ProtoJson.Time(json["end"], "validFor.end", where)
        );
    }

    public bool Contains(DateTimeOffset time) => !(time < Start) && !(time > End);
}
