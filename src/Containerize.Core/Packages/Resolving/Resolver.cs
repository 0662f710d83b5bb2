using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Packages.Formats;
using Containerize.Packages.Sources;
using Containerize.Packages.Systems;

namespace Containerize.Packages.Resolving;

/// <summary>
/// The depth-first choice of apt's own solver: the first alternative that can be installed, of several providers the
/// one that apt likes best. A package that turns out not to be installable is taken back with all that came with it.
/// </summary>
/// <param name="catalog">What the sources offer.</param>
/// <param name="installed">What the base image has.</param>
internal sealed class Resolver(PackageCatalog catalog, InstalledPackages installed)
{
    private readonly Dictionary<string, ResolvedPackage> _chosen = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];
    private readonly Dictionary<string, AvailablePackage> _pinned = new(StringComparer.Ordinal);
    private ContainerizeException? _failure;

    /// <summary>What was chosen, by name.</summary>
    public IReadOnlyDictionary<string, ResolvedPackage> Chosen => _chosen;

    /// <summary>The names that were asked for, a virtual one replaced by its only provider.</summary>
    public List<string> Requested { get; } = [];

    /// <summary>Chooses what was asked for, and all that it needs.</summary>
    public void Install(ImmutableArray<PackageRequest> requests)
    {
        // All that was asked for is chosen before any relation is looked at, as apt does: it satisfies relations of the
        // others.
        foreach (var request in requests)
        {
            var package = RequestedPackage.Find(catalog, request);
            var name = package.Record.Name;
            Requested.Add(name);
            if (
                installed.Find(name) is { } present
                && (
                    present.Version == package.Record.Version
                    || (request.Pin is null && present.Version > package.Record.Version)
                )
            )
                continue;
            _pinned[name] = package;
            if (_chosen.TryGetValue(name, out var other) && other.Record.Version != package.Record.Version)
                throw ConflictWith(
                    other,
                    $"'{name}' is asked for twice, as {other.Record.Version} and as {package.Record.Version}"
                );
            Choose(new ResolvedPackage(package, [name]));
        }

        foreach (var root in _order.ToList())
        {
            if (!AvoidConflicts(_chosen[root]) || !InstallDependencies(_chosen[root]))
                throw _failure!;
        }
    }

    private bool TryInstall(AvailablePackage package, ResolvedPackage neededBy)
    {
        var name = package.Record.Name;
        if (_chosen.TryGetValue(name, out var chosen))
            return chosen.Record.Version == package.Record.Version;
        var mark = _order.Count;
        var candidate = new ResolvedPackage(package, neededBy.NeededBy.Add(name));
        Choose(candidate);
        if (AvoidConflicts(candidate) && InstallDependencies(candidate))
            return true;
        foreach (var undone in _order.Skip(mark))
            _chosen.Remove(undone);
        _order.RemoveRange(mark, _order.Count - mark);
        return false;
    }

    private void Choose(ResolvedPackage package)
    {
        if (_chosen.TryAdd(package.Record.Name, package))
            _order.Add(package.Record.Name);
    }

    private bool InstallDependencies(ResolvedPackage package)
    {
        foreach (var dependency in package.Record.Depends)
        {
            if (dependency.Alternatives.Any(IsSatisfied))
                continue;
            var solutions = Solutions(dependency);
            if (solutions.IsEmpty)
                return Fail(ResolutionError.Unmet(catalog, installed, package, dependency));
            if (!solutions.Any(solution => TryInstall(solution, package)))
                return Fail(_failure ?? ResolutionError.Unmet(catalog, installed, package, dependency));
        }

        return true;
    }

    private bool IsSatisfied(PackageRelation relation) =>
        (Present(relation.Name) is { } own && own.Satisfies(relation))
        || AllPresent().Any(package => package.ProvidesFor(relation));

    private ImmutableArray<AvailablePackage> Solutions(Dependency dependency)
    {
        var solutions = new List<AvailablePackage>();
        foreach (var alternative in dependency.Alternatives)
        {
            solutions.AddRange(
                catalog
                    .ProvidersOf(alternative.Name)
                    .Append(alternative.Name)
                    .Distinct(StringComparer.Ordinal)
                    .Select(Candidate)
                    .OfType<AvailablePackage>()
                    .Where(candidate => candidate.Record.Satisfies(alternative))
                    .Order(new ProviderOrder(catalog, alternative.Name))
            );
        }

        // An upgrade of what is there comes before anything new, whatever alternative it stands in.
        return
        [
            .. solutions
                .OrderBy(solution => installed.Find(solution.Record.Name) is null)
                .DistinctBy(solution => solution.Record.Name),
        ];
    }

    private AvailablePackage? Candidate(string name)
    {
        if (_pinned.TryGetValue(name, out var pinned))
            return pinned;
        var best = catalog.VersionsOf(name).FirstOrDefault();
        return best is not null && installed.Find(name) is { } present && present.Version >= best.Record.Version
            ? null
            : best;
    }

    private bool AvoidConflicts(ResolvedPackage package)
    {
        foreach (var present in AllPresent().Where(present => present.Name != package.Record.Name).ToList())
        {
            var conflict = Between(package.Record, present) ?? Between(present, package.Record);
            if (conflict is null || UpgradeAway(package, present))
                continue;
            return Fail(ConflictWith(package, conflict));
        }

        return true;

        static string? Between(PackageRecord package, PackageRecord other) =>
            package.Conflicts.SelectMany(conflict => conflict.Alternatives).FirstOrDefault(other.Satisfies)
                is { } relation
                ? $"{package} excludes '{relation}', and {other} is that"
                : null;
    }

    // What the base has installed may be too old to stand beside the package; a newer one may do.
    private bool UpgradeAway(ResolvedPackage package, PackageRecord present) =>
        !_chosen.ContainsKey(present.Name)
        && Candidate(present.Name) is { } newer
        && !package
            .Record.Conflicts.Concat(newer.Record.Conflicts)
            .SelectMany(conflict => conflict.Alternatives)
            .Any(relation => newer.Record.Satisfies(relation) || package.Record.Satisfies(relation))
        && TryInstall(newer, package);

    private PackageRecord? Present(string name) =>
        _chosen.TryGetValue(name, out var chosen) ? chosen.Record : installed.Find(name);

    private IEnumerable<PackageRecord> AllPresent() =>
        _chosen
            .Values.Select(chosen => chosen.Record)
            .Concat(installed.All.Where(package => !_chosen.ContainsKey(package.Name)));

    private ContainerizeException ConflictWith(ResolvedPackage package, string conflict) =>
        ResolutionError.Conflict(
            package,
            conflict,
            name => _chosen.TryGetValue(name, out var chosen) ? chosen.NeededBy : []
        );

    private bool Fail(ContainerizeException failure)
    {
        _failure = failure;
        return false;
    }
}
