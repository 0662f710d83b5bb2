using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Containerize.Images;

namespace Containerize.Stores.Archives;

/// <summary>
/// One image of a docker archive's <c>manifest.json</c>, as <c>docker save</c> writes and <c>docker load</c> reads it
/// (moby, image/tarexport). Its paths are free-form.
/// </summary>
/// <param name="Config">The name of the config's file in the archive.</param>
/// <param name="RepoTags">The image's names, with their tags.</param>
/// <param name="Layers">The names of the layers' files, lowest first.</param>
internal sealed record DockerManifest(string Config, ImmutableArray<string> RepoTags, ImmutableArray<string> Layers)
{
    /// <summary>The name of the document in the archive.</summary>
    public const string FileName = "manifest.json";

    /// <summary>Reads the document.</summary>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0024.</exception>
    public static ImmutableArray<DockerManifest> Parse(ReadOnlySpan<byte> bytes, string where) =>
        [.. OciJson.ParseArray(bytes, where).Select(item => Read(OciJson.Object(item, where), where))];

    /// <summary>The document for these images.</summary>
    public static byte[] ToBytes(params IEnumerable<DockerManifest> images) =>
        OciJson.ToBytes(new JsonArray([.. images.Select(image => image.ToJson())]));

    private static DockerManifest Read(JsonObject json, string where)
    {
        DocumentShapes.ArchiveItem.Check(json, where);
        return new(
            OciJson.RequiredText(json, nameof(Config), where),
            OciJson.List(json[nameof(RepoTags)]),
            OciJson.List(json[nameof(Layers)])
        );
    }

    private JsonObject ToJson() =>
        new()
        {
            [nameof(Config)] = Config,
            [nameof(RepoTags)] = OciJson.From(RepoTags),
            [nameof(Layers)] = OciJson.From(Layers),
        };
}
