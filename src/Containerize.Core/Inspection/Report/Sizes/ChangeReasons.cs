using System.Collections.Immutable;
using System.Globalization;
using Containerize.IO;

namespace Containerize.Inspection.Report.Sizes;

/// <summary>Why the digest of an image is not that of the one before it, in at most ten sentences.</summary>
internal static class ChangeReasons
{
    private const int Most = 3;

    /// <summary>The sentences, the most important first.</summary>
    /// <param name="report">A report with a comparison.</param>
    public static ImmutableArray<string> Of(ImageReport report)
    {
        var change = report.Comparison!;
        var lines = ImmutableArray.CreateBuilder<string>();
        lines.Add(change.Reason);
        if (change.ManifestDigest == report.ManifestDigest)
            return lines.ToImmutable();
        lines.Add($"{change.Name} is {change.ManifestDigest}.");
        lines.Add($"{report.Name} is {report.ManifestDigest}.");
        lines.Add(
            $"A node that has the first pulls {ByteSize.Text(change.PulledBytes)} of {ByteSize.Text(report.Bytes)}, "
                + $"with {report.Layers.Length - change.AddedLayers.Length} of {report.Layers.Length} layers kept."
        );
        Add(
            "Layers",
            change
                .AddedLayers.Select(index => $"{report.Layers[index].Name} is new")
                .Concat(change.RemovedLayers.Select(layer => $"{layer.Name} went"))
        );
        Add("Packages", change.Packages.OrderByDescending(package => package.Bytes).Select(Package));
        Add("Files added", Paths(ChangeKind.Added));
        Add("Files removed", Paths(ChangeKind.Removed));
        Add("Files changed", Paths(ChangeKind.Changed));
        Add("Config and manifest", change.Members.Select(member => member.Name));
        return lines.ToImmutable();

        IEnumerable<string> Paths(ChangeKind kind) =>
            change
                .Files.Where(file => file.Change == kind)
                .OrderByDescending(file => Math.Max(file.SizeBefore ?? 0, file.SizeAfter ?? 0))
                .Select(file => file.Path);

        void Add(string what, IEnumerable<string> found)
        {
            var all = found.ToList();
            if (all.Count == 0)
                return;
            var rest =
                all.Count > Most ? string.Create(CultureInfo.InvariantCulture, $" and {all.Count - Most:N0} more") : "";
            lines.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{what} ({all.Count:N0}): {string.Join(", ", all.Take(Most))}{rest}."
                )
            );
        }
    }

    private static string Package(PackageChange package) =>
        package.Change switch
        {
            ChangeKind.Added => $"{package.Name} {package.After} came",
            ChangeKind.Removed => $"{package.Name} {package.Before} went",
            _ => $"{package.Name} {package.Before} → {package.After}",
        };
}
