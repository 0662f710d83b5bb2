using System.Collections.Immutable;
using Containerize.Layers;

namespace Containerize.Publishing.Settings;

/// <summary>
/// How many layers published files are split into. What is left of the budget when every kind of file has its layer
/// goes to single packages, so that a newer version of one does not send the others; where the kinds alone are too
/// many, those that change together are put together. The rule knows the files of this publish and the project's lock
/// file: the same input, the same layers.
/// </summary>
internal static class LayerBudget
{
    /// <summary>How many layers there are at most unless the project says otherwise.</summary>
    public const int Default = 8;

    /// <summary>The least number of bytes that a package has to have for a layer of its own.</summary>
    public const long LeastPackage = 1 << 20;

    // Which of the kinds costs least to lie with another, first.
    private static readonly ImmutableArray<(string From, string To)> Joins =
    [
        (LayerNames.AssetsRuntime, LayerNames.AssetsDependencies),
        (LayerNames.Host, LayerNames.App),
        (LayerNames.Prerelease, LayerNames.Dependencies),
        (LayerNames.AssetsDependencies, LayerNames.Assets),
        (LayerNames.Runtime, LayerNames.Dependencies),
        (LayerNames.Client, LayerNames.App),
        (LayerNames.Assets, LayerNames.App),
        (LayerNames.Dependencies, LayerNames.App),
    ];

    /// <summary>The packages that get a layer of their own: large ones, and those that changed. The one goes first that
    /// saves most bytes; where nothing changed yet, that is the largest, and by name where they are equal.</summary>
    /// <param name="packages">The packages of the layer <c>dependencies</c>.</param>
    /// <param name="room">How many layers are left of the budget.</param>
    /// <returns>The names of their layers.</returns>
    public static ImmutableHashSet<string> OfTheirOwn(IEnumerable<BudgetedPackage> packages, int room)
    {
        var left = packages
            .OrderByDescending(package => package.Size)
            .ThenBy(package => package.Layer, StringComparer.Ordinal)
            .ToList();
        var own = ImmutableHashSet.CreateBuilder<string>(StringComparer.Ordinal);
        while (own.Count < room && Next(left) is { } next)
        {
            own.Add(next.Layer);
            left.Remove(next);
        }

        return own.ToImmutable();
    }

    // A layer is sent as a whole whenever something in it changes. A package that leaves it is no longer sent with the
    // changes of the others, and the others not with its own. Nothing is saved by parting what is alone.
    private static BudgetedPackage? Next(List<BudgetedPackage> left)
    {
        var (size, weight) = (left.Sum(package => package.Size), left.Sum(package => package.Weight));
        return left.Where(package => package.Size >= LeastPackage || (package.Changes > 0 && left.Count > 1))
            .OrderByDescending(package =>
                ((Int128)package.Size * (weight - package.Weight)) + ((Int128)package.Weight * (size - package.Size))
            )
            .FirstOrDefault();
    }

    /// <summary>Which kinds lie in the layer of another, so that there are no more layers than the budget
    /// reset.</summary>
    /// <param name="used">The names of the layers that hold something; those of the project's own count and
    /// stay.</param>
    /// <param name="budget">How many there may be.</param>
    /// <returns>By a layer's name, the layer that its files lie in.</returns>
    public static ImmutableDictionary<string, string> Join(IEnumerable<string> used, int budget)
    {
        var left = used.ToHashSet(StringComparer.Ordinal);
        var joined = left.ToDictionary(name => name, name => name, StringComparer.Ordinal);
        foreach (var (from, to) in Joins)
        {
            if (left.Count <= budget)
                break;
            if (!left.Remove(from))
                continue;
            left.Add(to);
            foreach (var name in joined.Keys.Where(name => joined[name] == from).ToList())
                joined[name] = to;
        }

        return joined.ToImmutableDictionary(StringComparer.Ordinal);
    }
}
