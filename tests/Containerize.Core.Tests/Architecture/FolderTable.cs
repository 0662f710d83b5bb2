using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Containerize.Core.Tests.Architecture;

/// <summary>The table of <c>docs/architecture.md</c>: the folders of Core from the lowest up, and what each may
/// use.</summary>
/// <param name="Rows">The rows, in the order of the page.</param>
internal sealed partial record FolderTable(ImmutableArray<FolderTable.Row> Rows)
{
    /// <summary>One folder.</summary>
    /// <param name="Folder">Its path below <c>src/Containerize.Core</c>.</param>
    /// <param name="MayUse">The folders that it may use; <c>A/*</c> stands for all folders below <c>A</c>.</param>
    internal sealed record Row(string Folder, ImmutableArray<string> MayUse);

    /// <summary>Reads the page of the repository.</summary>
    public static FolderTable Read() =>
        Parse(File.ReadAllText(Path.Combine(Repository.Root, "docs", "architecture.md")));

    /// <summary>Reads the rows whose first cell is a folder in backquotes.</summary>
    public static FolderTable Parse(string page) =>
        new([
            .. RowPattern()
                .Matches(page)
                .Select(row => new Row(
                    row.Groups["folder"].Value,
                    [.. FolderPattern().Matches(row.Groups["uses"].Value).Select(folder => folder.Groups[1].Value)]
                )),
        ]);

    /// <summary>Whether code in one folder may use code in another.</summary>
    public bool Allows(string user, string used) =>
        user == used || Rows.Any(row => row.Folder == user && row.MayUse.Any(folder => IsMeant(used, folder)));

    /// <summary>The entries that name no row above their own: with them the folders would have no order.</summary>
    public IEnumerable<string> Backward() =>
        from row in Rows
        let above = Rows.TakeWhile(other => other != row).Select(other => other.Folder).ToHashSet()
        from used in row.MayUse
        let meant = Rows.Where(other => IsMeant(other.Folder, used)).ToArray()
        where meant.Length == 0 || meant.Any(other => !above.Contains(other.Folder))
        select $"{row.Folder} may not use {used}, which is not above it";

    private static bool IsMeant(string folder, string entry) =>
        entry.EndsWith("/*", StringComparison.Ordinal)
            ? folder.StartsWith(entry[..^1], StringComparison.Ordinal)
            : folder == entry;

    [GeneratedRegex(@"^\| `(?<folder>[\w/]+)` \|[^|\n]*\|(?<uses>[^|\n]*)\|$", RegexOptions.Multiline)]
    private static partial Regex RowPattern();

    [GeneratedRegex(@"`([\w/]+(?:/\*)?)`")]
    private static partial Regex FolderPattern();
}
