using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Inspection.Diff;

namespace Containerize.Inspection.Report.Contents;

/// <summary>Puts together how an image differs from the one before it.</summary>
internal static class ComparisonReader
{
    /// <param name="name">What the user called the image before.</param>
    /// <param name="before">The image before.</param>
    /// <param name="after">The image of the report.</param>
    public static ReportComparison Compare(string name, ImageContents before, ImageContents after)
    {
        var comparison = ImageComparison.Of(
            before.Image,
            before.Files,
            after.Image,
            after.Files,
            new ComparisonSettings()
        );
        var (old, now) = (DigestsOf(before), DigestsOf(after));
        var added = after.Layers.Where(layer => !old.Contains(layer.Digest)).ToImmutableArray();
        var packages = PackagesOf(before, after);
        return new ReportComparison
        {
            Name = Passwords.Hide(name),
            ManifestDigest = before.Image.Digest,
            Reason = ComparisonReason.Of(before, after, added, comparison, packages),
            PulledBytes = added.DistinctBy(layer => layer.Digest).Sum(layer => layer.Bytes),
            AddedLayers = [.. added.Select(layer => layer.Index)],
            RemovedLayers =
            [
                .. before
                    .Layers.Where(layer => !now.Contains(layer.Digest))
                    .Select(layer => new RemovedLayer(layer.Name, layer.Digest, layer.Bytes)),
            ],
            Packages = packages,
            Files = [.. comparison.Files.Select(file => ChangeOf(file, before, after))],
            Members =
            [
                .. comparison.Members.Select(member => new MemberDifference(
                    member.Name,
                    Masked(before.Mask, member.Name, member.A),
                    Masked(after.Mask, member.Name, member.B)
                )),
            ],
        };
    }

    private static HashSet<Digest> DigestsOf(ImageContents contents) =>
        [.. contents.Layers.Select(layer => layer.Digest)];

    private static FileChange ChangeOf(FileDifference file, ImageContents before, ImageContents after) =>
        new(
            file.Path.Text,
            file.A is null ? ChangeKind.Added
                : file.B is null ? ChangeKind.Removed
                : ChangeKind.Changed,
            file.Aspects,
            file.A?.Size,
            file.B?.Size,
            file.B is not null ? after.Layers[file.B.Layer].Name : before.Layers[file.A!.Layer].Name
        );

    private static ImmutableArray<PackageChange> PackagesOf(ImageContents before, ImageContents after)
    {
        var (old, now) = (ByName(before), ByName(after));
        return
        [
            .. old.Select(group => group.Key)
                .Union(now.Select(group => group.Key))
                .OrderBy(key => key.Kind)
                .ThenBy(key => key.Name, StringComparer.Ordinal)
                .Select(key => new PackageChange(
                    key.Kind,
                    key.Name,
                    Versions(old[key]),
                    Versions(now[key]),
                    now[key].Sum(package => package.Bytes)
                ))
                .Where(change => change.Before != change.After),
        ];

        static ILookup<(PackageKind Kind, string Name), ReportedPackage> ByName(ImageContents contents) =>
            contents.Packages.ToLookup(package => (package.Package.Kind, package.Package.Name));

        static string? Versions(IEnumerable<ReportedPackage> packages) =>
            packages.Any() ? string.Join(", ", packages.Select(package => package.Package.Version)) : null;
    }

    // A member is JSON: its name may be that of a secret, and its text may hold one.
    private static string? Masked(SecretMask mask, string name, string? json) =>
        json is null ? null
        : mask.Variable(name, json).Value == SecretMask.Stars ? $"\"{SecretMask.Stars}\""
        : mask.Text(json);
}
