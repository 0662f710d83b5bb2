using Containerize.Diagnostics;
using Containerize.Packages.Formats;
using Containerize.Packages.Sources;

namespace Containerize.Packages.Resolving;

/// <summary>Finds the version of the package that was asked for.</summary>
internal static class RequestedPackage
{
    /// <summary>
    /// The version that apt would take, or the highest that the pin admits; for a virtual name its only provider.
    /// </summary>
    /// <exception cref="ContainerizeException">CTZ0079 or CTZ0080.</exception>
    public static AvailablePackage Find(PackageCatalog catalog, PackageRequest request)
    {
        var versions = catalog.VersionsOf(request.Name);
        if (versions.FirstOrDefault(version => request.Admits(version.Record.Version)) is { } found)
            return found;
        if (!versions.IsEmpty)
            throw new ContainerizeException(
                DiagnosticTable.PackageVersionMissing,
                $"No package source has '{request}' for {catalog.Architecture}. It is there as "
                    + $"{string.Join(", ", versions.Select(version => version.Record.Version).Distinct())}: pin one "
                    + "of these."
            );

        var providers = catalog
            .ProvidersOf(request.Name)
            .Where(provider =>
                catalog.VersionsOf(provider) is [var best, ..]
                && best.Record.ProvidesFor(new PackageRelation(request.Name))
            )
            .Order(StringComparer.Ordinal)
            .ToList();
        if (providers is [var only])
            return Find(catalog, request with { Name = only });
        if (providers.Count > 1)
            throw new ContainerizeException(
                DiagnosticTable.PackageUnknown,
                $"'{request.Name}' is a virtual package: several provide it. Name one of them instead: "
                    + $"{string.Join(", ", providers)}."
            );
        var near = catalog.Near(request.Name);
        throw new ContainerizeException(
            DiagnosticTable.PackageUnknown,
            $"No package source has a package '{request.Name}' for {catalog.Architecture}. "
                + (
                    near.IsEmpty
                        ? "Check the name, and that the right sources and components are configured."
                        : $"Is one of these meant: {string.Join(", ", near)}?"
                )
        );
    }
}
