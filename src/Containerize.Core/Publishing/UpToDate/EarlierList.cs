using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Containerize.Caching;
using Containerize.Images;
using Containerize.IO;
using Containerize.Publishing.Files;

namespace Containerize.Publishing.UpToDate;

/// <summary>What a publish that made no image says it put into the publish folder.</summary>
/// <param name="Paths">Below the publish folder, with <c>/</c> between names.</param>
/// <param name="Time">When the list was made; files that it means were written before.</param>
internal sealed record EarlierList(ImmutableArray<string> Paths, DateTimeOffset Time)
{
    private static readonly ImmutableArray<string> Names = ["earlier.txt", "earlier.json"];

    /// <summary>
    /// Reads and removes the lists in a folder: <c>earlier.txt</c> with a path in each line, and
    /// <c>earlier.json</c>, an endpoints manifest of static web assets.
    /// </summary>
    /// <param name="folder">The full path of the folder.</param>
    /// <returns>Those that can be read.</returns>
    public static ImmutableArray<EarlierList> Take(string folder) =>
        [.. Names.Select(name => TakeFile(Path.Combine(folder, name))).OfType<EarlierList>()];

    private static EarlierList? TakeFile(string file)
    {
        if (!File.Exists(file))
            return null;
        try
        {
            var state = FileState.Of(file);
            ImmutableArray<string> paths = file.EndsWith(".json", StringComparison.Ordinal)
                ? ReadEndpoints(file)
                : [.. File.ReadAllLines(file).Select(line => line.Replace('\\', '/'))];
            File.Delete(file);
            return new EarlierList(paths, new DateTimeOffset(Math.Max(state.Modified, state.Changed), TimeSpan.Zero));
        }
        catch (Exception exception) when (CacheFolder.IsFault(exception) || exception is JsonException)
        {
            return null;
        }
    }

    private static ImmutableArray<string> ReadEndpoints(string file)
    {
        using var stream = File.OpenRead(file);
        return JsonNode.Parse(stream) is JsonObject document && document["Endpoints"] is JsonArray endpoints
            ?
            [
                .. endpoints
                    .OfType<JsonObject>()
                    .Select(endpoint => OciJson.Text(endpoint["AssetFile"]))
                    .OfType<string>()
                    .Distinct()
                    .Select(path => FileTimes.Assets + path),
            ]
            : [];
    }
}
