namespace Containerize.Diagnostics;

/// <summary>What a name was probably meant to be.</summary>
internal static class Spelling
{
    private const int Limit = 2;

    /// <summary>The known name that differs by at most two letters, casing aside; null where there is none.</summary>
    public static string? Nearest(string name, IEnumerable<string> known)
    {
        var written = name.ToUpperInvariant();
        var nearest = known
            .Select(candidate =>
                (Name: candidate, Distance: EditDistance.Between(candidate.ToUpperInvariant(), written, Limit))
            )
            .OrderBy(candidate => candidate.Distance)
            .ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .FirstOrDefault();
        return nearest.Name is not null && nearest.Distance <= Limit ? nearest.Name : null;
    }
}
