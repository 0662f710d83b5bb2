using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Packages.Formats;
using Containerize.Packages.Sources;
using Containerize.Packages.Systems;

namespace Containerize.Packages.Resolving;

/// <summary>A package that is to be installed.</summary>
/// <param name="Package">Which, and from where.</param>
/// <param name="NeededBy">The chain of names that led to it, the one asked for first and its own last.</param>
public sealed record ResolvedPackage(AvailablePackage Package, ImmutableArray<string> NeededBy)
{
    public PackageRecord Record => Package.Record;

    public override string ToString() => Record.ToString();
}

/// <summary>The packages that must be installed for what was asked for, and nothing that is installed
/// already.</summary>
/// <param name="Packages">Sorted by name.</param>
/// <param name="LeftOut">The names of those that apt would install too and that only maintainer scripts need,
/// sorted.</param>
public sealed record Resolution(ImmutableArray<ResolvedPackage> Packages, ImmutableArray<string> LeftOut)
{
    /// <summary>
    /// Chooses packages as <c>apt-get install --no-install-recommends</c> does, without ever removing one.
    /// </summary>
    /// <param name="catalog">What the sources offer.</param>
    /// <param name="installed">What the base image has.</param>
    /// <param name="requests">What was asked for.</param>
    /// <param name="closure">Whether to leave out what only maintainer scripts need.</param>
    /// <exception cref="ContainerizeException">
    /// CTZ0079 for an unknown package, CTZ0080 for a version that no source has, CTZ0081 for a relation that nothing
    /// satisfies, CTZ0082 for packages that exclude each other; with the chain that led there.
    /// </exception>
    public static Resolution Of(
        PackageCatalog catalog,
        InstalledPackages installed,
        IEnumerable<PackageRequest> requests,
        PackageClosure closure
    )
    {
        var resolver = new Resolver(catalog, installed);
        resolver.Install([.. requests]);
        var all = resolver.Chosen;
        if (closure == PackageClosure.Full)
            return new([.. all.Values.OrderBy(package => package.Record.Name, StringComparer.Ordinal)], []);

        var needed = Needed(all, installed, resolver.Requested);
        return new(
            [
                .. all
                    .Values.Where(package => needed.Contains(package.Record.Name))
                    .OrderBy(package => package.Record.Name, StringComparer.Ordinal),
            ],
            [.. all.Keys.Where(name => !needed.Contains(name)).Order(StringComparer.Ordinal)]
        );
    }

    private static HashSet<string> Needed(
        IReadOnlyDictionary<string, ResolvedPackage> all,
        InstalledPackages installed,
        IEnumerable<string> requested
    )
    {
        var needed = new HashSet<string>(StringComparer.Ordinal);
        var waiting = new Queue<string>(requested.Where(all.ContainsKey));
        while (waiting.TryDequeue(out var name))
        {
            if (!needed.Add(name))
                continue;
            foreach (var dependency in all[name].Record.Depends)
            {
                if (
                    Satisfier(dependency, all, installed) is { } satisfier
                    && !ScriptOnlyPackages.Holds(name, satisfier)
                )
                    waiting.Enqueue(satisfier);
            }
        }

        return needed;
    }

    private static string? Satisfier(
        Dependency dependency,
        IReadOnlyDictionary<string, ResolvedPackage> all,
        InstalledPackages installed
    )
    {
        foreach (var alternative in dependency.Alternatives)
        {
            if (all.TryGetValue(alternative.Name, out var own) && own.Record.Satisfies(alternative))
                return alternative.Name;
            if (installed.All.Any(package => !all.ContainsKey(package.Name) && package.Satisfies(alternative)))
                return null;
            if (
                all
                    .Values.Where(package => package.Record.ProvidesFor(alternative))
                    .MinBy(package => package.Record.Name, StringComparer.Ordinal) is
                { } provider
            )
                return provider.Record.Name;
        }

        return null;
    }
}

/// <summary>How much of apt's closure is installed.</summary>
public enum PackageClosure
{
    /// <summary>What programs need when they run; what only maintainer scripts need is left out.</summary>
    Runtime,

    /// <summary>All that apt would install.</summary>
    Full,
}
