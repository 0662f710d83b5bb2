using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.Packages.Sources;

namespace Containerize.Packages.Systems;

/// <summary>Which distribution an image is of (os-release(5)).</summary>
/// <param name="Id">The distribution: <c>debian</c>.</param>
/// <param name="Codename">The release: <c>bookworm</c>; empty when it has none.</param>
/// <param name="Name">Both as people read them.</param>
public sealed record OsRelease(string Id, string Codename, string Name)
{
    private static readonly ImmutableArray<string> Suffixes =
    [
        "-updates",
        "-security",
        "-backports",
        "-proposed-updates",
        "-proposed",
        "-backports-sloppy",
        "/updates",
    ];

    /// <summary>Reads it from a base; null when it has no such file.</summary>
    public static OsRelease? Of(BaseSystem system) =>
        (
            system.Texts.GetValueOrDefault(ContainerPath.Parse("/etc/os-release"))
            ?? system.Texts.GetValueOrDefault(ContainerPath.Parse("/usr/lib/os-release"))
        )
            is { } text
            ? Parse(text)
            : null;

    /// <summary>Reads lines of <c>NAME=value</c>, quoted or not.</summary>
    public static OsRelease Parse(string text)
    {
        var values = text.Split('\n')
            .Select(line => line.Trim().Split('=', 2))
            .Where(parts => parts.Length == 2)
            .GroupBy(parts => parts[0], StringComparer.Ordinal)
            .ToDictionary(parts => parts.Key, parts => parts.Last()[1].Trim('"', '\''), StringComparer.Ordinal);
        var id = values.GetValueOrDefault("ID", "linux");
        return new(id, values.GetValueOrDefault("VERSION_CODENAME", ""), values.GetValueOrDefault("PRETTY_NAME", id));
    }

    /// <summary>
    /// Refuses sources of another distribution, or of another release of the same. A source of somebody else, such as
    /// the maker of a program, says nothing about the distribution and is let pass beside one that does.
    /// </summary>
    /// <param name="origins">Where packages would come from.</param>
    /// <exception cref="ContainerizeException">CTZ0083 with the names of both.</exception>
    public void Check(IEnumerable<PackageOrigin> origins)
    {
        var known = origins.Where(origin => origin.Codename.Length > 0).Distinct().ToList();
        if (Fits(known))
            return;
        var other = known.Where(IsOther).ToList();
        var offered = string.Join(
            ", ",
            (other.Count > 0 ? other : known)
                .Select(origin => $"{origin.Distribution} {ReleaseOf(origin.Codename)}")
                .Distinct()
        );
        throw new ContainerizeException(
            DiagnosticTable.DistributionMismatch,
            $"The base image is {Name} ({Id} {Codename}), and the package sources have "
                + $"{(offered.Length > 0 ? offered : "no release that says what it is for")}. "
                + "Packages of one do not run on the other: use a base image of the sources' release, or "
                + "ContainerPackageSource items of the base's."
        );
    }

    /// <summary>Whether some sources are of the distribution, and none of another release of it.</summary>
    public bool Fits(IEnumerable<PackageOrigin> origins) =>
        origins.Where(origin => origin.Codename.Length > 0 && IsSame(origin)).ToList() is { Count: > 0 } same
        && !same.Exists(IsOther);

    /// <summary>Whether a source is of another release of the distribution.</summary>
    public bool IsOther(PackageOrigin origin) =>
        origin.Codename.Length > 0 && IsSame(origin) && Codename.Length > 0 && ReleaseOf(origin.Codename) != Codename;

    private bool IsSame(PackageOrigin origin) => origin.Distribution.Equals(Id, StringComparison.OrdinalIgnoreCase);

    private static string ReleaseOf(string codename) =>
        Suffixes.FirstOrDefault(suffix => codename.EndsWith(suffix, StringComparison.Ordinal)) is { } suffix
            ? codename[..^suffix.Length]
            : codename;
}
