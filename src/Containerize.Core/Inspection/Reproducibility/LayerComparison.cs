using System.Globalization;
using Containerize.Images;
using Containerize.Layers;

namespace Containerize.Inspection.Reproducibility;

/// <summary>What differs between two layers of one name.</summary>
internal static class LayerComparison
{
    // An image with more of them has one cause for all.
    private const int MostFiles = 20;

    public static async Task<IEnumerable<Difference>> CompareAsync(
        Layer first,
        Layer second,
        BuildTraces traces,
        CancellationToken cancellationToken
    )
    {
        var (one, other) = (
            await ListAsync(first, cancellationToken).ConfigureAwait(false),
            await ListAsync(second, cancellationToken).ConfigureAwait(false)
        );
        var changed = one
            .Keys.Union(other.Keys)
            .Where(path => one.GetValueOrDefault(path) != other.GetValueOrDefault(path))
            .Order(StringComparer.Ordinal)
            .ToList();
        var shown = changed.Take(MostFiles).ToHashSet(StringComparer.Ordinal);
        var (before, after) = (
            await ReadAsync(first, shown, cancellationToken).ConfigureAwait(false),
            await ReadAsync(second, shown, cancellationToken).ConfigureAwait(false)
        );
        var differences = changed
            .Take(MostFiles)
            .Select(path => new Difference(first.Name, "/" + path, CauseOf(path)))
            .ToList();
        if (changed.Count > MostFiles)
            differences.Add(
                new Difference(
                    first.Name,
                    string.Create(CultureInfo.InvariantCulture, $"{changed.Count - MostFiles} more files"),
                    "differ"
                )
            );
        if (changed.Count == 0)
            differences.Add(
                new Difference(
                    first.Name,
                    "the order or the compression of its files",
                    "differs, which is a defect of Containerize: report it"
                )
            );
        return differences;

        string CauseOf(string path)
        {
            if (!one.TryGetValue(path, out var entry) | !other.TryGetValue(path, out var otherEntry))
                return entry is not null
                    ? $"is in the first image only{traces.OnlyFirst}"
                    : $"is in the second image only{traces.OnlySecond}";
            var (content, otherContent) = (before[path], after[path]);
            if (content.AsSpan().SequenceEqual(otherContent))
                return $"has another kind, mode, owner or time: {entry} and {otherEntry}";
            var assembly = Path.ChangeExtension(path, ".dll");
            var cause = ContentCauses.Of(content, otherContent, traces);
            return path.EndsWith(".pdb", StringComparison.Ordinal) && shown.Contains(assembly) && !IsOfSources(cause)
                ? $"holds the symbols of {Path.GetFileName(assembly)}, which differs"
                : cause;
        }
    }

    private static bool IsOfSources(string cause) =>
        cause.StartsWith("holds the path", StringComparison.Ordinal)
        || cause.StartsWith("has the generated source", StringComparison.Ordinal);

    // Everything about an entry in one text, its content by its hash.
    private static async Task<Dictionary<string, string>> ListAsync(Layer layer, CancellationToken cancellationToken)
    {
        var entries = new Dictionary<string, string>(StringComparer.Ordinal);
        await LayerTar
            .ReadAsync(
                layer,
                (item, reader) =>
                {
                    using var content = new HashingStream(Stream.Null);
                    reader.CopyContentTo(content);
                    entries[item.Name.TrimEnd('/')] = string.Create(
                        CultureInfo.InvariantCulture,
                        $"{item.Type} {Convert.ToString(item.Mode, 8)} {item.Uid}:{item.Gid} "
                            + $"{item.ModificationTime:O} {item.LinkName} {content.Finish()}"
                    );
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        return entries;
    }

    private static async Task<Dictionary<string, byte[]>> ReadAsync(
        Layer layer,
        HashSet<string> paths,
        CancellationToken cancellationToken
    )
    {
        var contents = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        await LayerTar
            .ReadAsync(
                layer,
                (item, reader) =>
                {
                    if (!paths.Contains(item.Name.TrimEnd('/')))
                        return;
                    using var content = new MemoryStream();
                    reader.CopyContentTo(content);
                    contents[item.Name.TrimEnd('/')] = content.ToArray();
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        return contents;
    }
}
