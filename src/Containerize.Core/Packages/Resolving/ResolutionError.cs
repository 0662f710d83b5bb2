using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Packages.Formats;
using Containerize.Packages.Sources;
using Containerize.Packages.Systems;

namespace Containerize.Packages.Resolving;

/// <summary>What to say when packages cannot be chosen.</summary>
internal static class ResolutionError
{
    /// <summary>Nothing satisfies a relation.</summary>
    public static ContainerizeException Unmet(
        PackageCatalog catalog,
        InstalledPackages installed,
        ResolvedPackage package,
        Dependency dependency
    )
    {
        var offers = dependency
            .Alternatives.Select(alternative => alternative.Name)
            .Select(name =>
                (
                    Name: name,
                    Versions: catalog
                        .VersionsOf(name)
                        .Select(version => version.Record.Version.Text)
                        .Distinct()
                        .ToList()
                )
            )
            .Select(offer =>
                offer.Versions.Count == 0 ? $"no {offer.Name}" : $"{offer.Name} as {string.Join(", ", offer.Versions)}"
            );
        var present = dependency
            .Alternatives.Select(alternative => installed.Find(alternative.Name))
            .OfType<PackageRecord>()
            .Select(record => $" The base image has {record}.");
        return new(
            DiagnosticTable.DependencyUnmet,
            $"{Chain(package.NeededBy)}: {package} needs '{dependency}'. The sources have "
                + $"{string.Join("; ", offers)}.{string.Concat(present)} "
                + "A source or a component is missing, or the sources are of another release than the packages that "
                + "they are combined with."
        );
    }

    /// <summary>Two packages exclude each other.</summary>
    public static ContainerizeException Conflict(
        ResolvedPackage package,
        string conflict,
        Func<string, ImmutableArray<string>> chainOf
    )
    {
        var other = conflict
            .Split(' ', ',')
            .Select(chainOf)
            .FirstOrDefault(chain => !chain.IsDefaultOrEmpty && chain[^1] != package.Record.Name);
        return new(
            DiagnosticTable.PackageConflict,
            $"{Chain(package.NeededBy)}: {conflict}"
                + (other.IsDefaultOrEmpty ? ". " : $" (needed by {Chain(other)}). ")
                + "Ask for one of them only, or pin other versions."
        );
    }

    private static string Chain(ImmutableArray<string> names) => string.Join(" → ", names);
}
