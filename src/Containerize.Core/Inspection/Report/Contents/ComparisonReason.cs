using System.Collections.Immutable;
using System.Globalization;
using Containerize.Inspection.Diff;
using Containerize.IO;

namespace Containerize.Inspection.Report.Contents;

/// <summary>
/// Says in one sentence why an image is not the one before it: what changed in the largest layer that is new.
/// </summary>
internal static class ComparisonReason
{
    /// <param name="before">The image before.</param>
    /// <param name="after">The image of the report.</param>
    /// <param name="added">The layers that are new.</param>
    /// <param name="comparison">All that differs.</param>
    /// <param name="packages">The packages that came, went or changed.</param>
    public static string Of(
        ImageContents before,
        ImageContents after,
        ImmutableArray<ReportedLayer> added,
        ImageComparison comparison,
        ImmutableArray<PackageChange> packages
    )
    {
        if (before.Image.Digest == after.Image.Digest)
            return "Both are the same image.";
        if (added.IsEmpty)
            return WithoutLayers(before, after, comparison);
        var largest = added.MaxBy(layer => layer.Bytes)!;
        var others =
            added.Length == 1
                ? ""
                : Invariant($", and {Count(added.Length - 1, "more layer is", "more layers are")} new");
        return $"{Cause(before, after, largest, comparison, packages)} ({ByteSize.Text(largest.Bytes)}){others}.";
    }

    private static string WithoutLayers(ImageContents before, ImageContents after, ImageComparison comparison)
    {
        if (!before.Layers.Select(layer => layer.Digest).SequenceEqual(after.Layers.Select(layer => layer.Digest)))
            return "Layers went or changed their order, and none came.";
        var named = comparison
            .Members.Where(member => !member.Name.StartsWith("history[", StringComparison.Ordinal))
            .Select(member => member.Name)
            .ToList();
        return named.Count switch
        {
            0 => "All layers are the same; the manifest or the history differs.",
            1 => $"All layers are the same; {named[0]} of the config differs.",
            var several => Invariant($"All layers are the same; {named[0]} and ")
                + $"{Count(several - 1, "more member", "more members")} of the config differ.",
        };
    }

    private static string Cause(
        ImageContents before,
        ImageContents after,
        ReportedLayer layer,
        ImageComparison comparison,
        ImmutableArray<PackageChange> packages
    )
    {
        var inLayer = after
            .Packages.Where(package => package.Layers.Contains(layer.Index))
            .Select(package => (package.Package.Kind, package.Package.Name))
            .ToHashSet();
        var changed = packages
            .Where(package => inLayer.Contains((package.Kind, package.Name)))
            .OrderByDescending(package => package.Bytes)
            .ToList();
        if (changed is [var first, ..])
        {
            var what = first.Before is null
                ? $"{first.Name} {first.After} came to"
                : $"{first.Name} {first.Before} → {first.After} changed";
            return changed.Count == 1
                ? $"{what} {layer.Name}"
                : Invariant($"{what} {layer.Name}, with {Count(changed.Count - 1, "more package", "more packages")}");
        }

        // What has only another time or mode is the reason where nothing else is.
        var files = comparison
            .Files.Where(file => file.B?.Layer == layer.Index)
            .ToLookup(file => file.A is null || file.Aspects.Contains(FileAspect.Content))
            .OrderByDescending(group => group.Key)
            .Take(1)
            .SelectMany(group => group)
            .OrderByDescending(file => file.B!.Size)
            .ToList();
        if (files is [var largest, ..])
        {
            var rest = files.Count == 1 ? "" : Invariant($" and {Count(files.Count - 1, "more path", "more paths")}");
            return $"{largest.Path}{rest} {(largest.A is null && files.Count == 1 ? "came to" : "changed in")} "
                + $"{layer.Name}";
        }

        return before.Layers.Any(other => other.DiffId == layer.DiffId)
            ? $"{layer.Name} has the same content and is compressed otherwise"
            : $"{layer.Name} is new and shows the same files";
    }

    private static string Count(int count, string one, string several) =>
        Invariant($"{count} {(count == 1 ? one : several)}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
