using System.Collections.Immutable;

namespace Containerize.Attestations.Licenses;

/// <summary>A licence, or several tied by AND and OR (SPDX 2.3, annex D).</summary>
public abstract record LicenseExpression
{
    /// <summary>Reads an expression.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Null for a text that is no expression, and for one with an id that is not in SPDX's list.</returns>
    public static LicenseExpression? Parse(string text) => LicenseParser.Parse(text);

    /// <summary>Whether who may use what is under some licences may use what is under this.</summary>
    /// <param name="allowed">The licences.</param>
    public abstract bool IsWithin(ImmutableArray<License> allowed);
}

/// <summary>All of several licences.</summary>
internal sealed record AllOf(LicenseExpression Left, LicenseExpression Right) : LicenseExpression
{
    public override bool IsWithin(ImmutableArray<License> allowed) => Left.IsWithin(allowed) && Right.IsWithin(allowed);

    // In an OR it stands as it is, since AND binds closer; an OR in it needs parentheses.
    public override string ToString() => $"{Inside(Left)} AND {Inside(Right)}";

    private static string Inside(LicenseExpression part) => part is OneOf ? $"({part})" : part.ToString();
}

/// <summary>One of several licences, by choice of the user.</summary>
internal sealed record OneOf(LicenseExpression Left, LicenseExpression Right) : LicenseExpression
{
    public override bool IsWithin(ImmutableArray<License> allowed) => Left.IsWithin(allowed) || Right.IsWithin(allowed);

    public override string ToString() => $"{Left} OR {Right}";
}

/// <summary>One licence.</summary>
/// <param name="Id">Its id as SPDX writes it, or a <c>LicenseRef-</c>.</param>
/// <param name="OrLater">Whether a <c>+</c> follows.</param>
/// <param name="Exception">The exception after WITH; null for none.</param>
public sealed record License(string Id, bool OrLater, string? Exception) : LicenseExpression
{
    private const string Later = "-or-later",
        Only = "-only";

    public override bool IsWithin(ImmutableArray<License> allowed) => allowed.Any(Fits);

    public override string ToString() => Id + (OrLater ? "+" : "") + (Exception is null ? "" : $" WITH {Exception}");

    // A later version is one of the same family; 'GPL-2.0', 'GPL-2.0-only' and 'GPL-2.0+' are older words.
    private (string Family, Version? Version, bool OrLater) Parts
    {
        get
        {
            var orLater = OrLater || Id.EndsWith(Later, StringComparison.Ordinal);
            var id =
                Id.EndsWith(Later, StringComparison.Ordinal) ? Id[..^Later.Length]
                : Id.EndsWith(Only, StringComparison.Ordinal) ? Id[..^Only.Length]
                : Id;
            var dash = id.LastIndexOf('-');
            var number = dash < 0 ? "" : id[(dash + 1)..];
            return Version.TryParse(
                number.Contains('.', StringComparison.Ordinal) ? number : number + ".0",
                out var version
            )
                ? (id[..dash], version, orLater)
                : (id, null, orLater);
        }
    }

    private bool Fits(License allowed)
    {
        if (allowed.Exception != Exception)
            return false;
        if (allowed.Id.Equals(Id, StringComparison.Ordinal))
            return true;
        var (mine, other) = (Parts, allowed.Parts);
        if (mine.Family != other.Family || mine.Version is null || other.Version is null)
            return false;
        return mine.Version == other.Version
            || (mine.OrLater && mine.Version < other.Version)
            || (other.OrLater && mine.Version > other.Version);
    }
}
