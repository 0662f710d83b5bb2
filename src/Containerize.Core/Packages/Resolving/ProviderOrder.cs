using Containerize.Packages.Sources;

namespace Containerize.Packages.Resolving;

/// <summary>
/// The order in which apt tries the packages that satisfy one relation: the one that bears the name, essential ones,
/// protected ones, the more important, and last the one that its indexes speak of last.
/// </summary>
/// <param name="catalog">All packages.</param>
/// <param name="wanted">The name in the relation.</param>
internal sealed class ProviderOrder(PackageCatalog catalog, string wanted) : IComparer<AvailablePackage>
{
    public int Compare(AvailablePackage? x, AvailablePackage? y)
    {
        var (left, right) = (x!.Record, y!.Record);
        if (left.Name == right.Name)
            return 0;
        var byRank = (left.Name != wanted).CompareTo(right.Name != wanted);
        if (byRank == 0)
            byRank = right.IsEssential.CompareTo(left.IsEssential);
        if (byRank == 0)
            byRank = right.IsProtected.CompareTo(left.IsProtected);
        if (byRank == 0)
            byRank = left.PriorityRank.CompareTo(right.PriorityRank);
        return byRank != 0 ? byRank : catalog.FirstMention(right.Name).CompareTo(catalog.FirstMention(left.Name));
    }
}
