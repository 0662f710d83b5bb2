using System.Collections.Immutable;
using Containerize.Publishing.UpToDate;

namespace Containerize.Projects;

/// <summary>What of the publish folder is no part of the image: leftovers of earlier publishes, native
/// symbols.</summary>
/// <param name="Folder">The full path of the publish folder.</param>
/// <param name="HistoryFolder">The full path of the folder that remembers what was published into it.</param>
/// <param name="State">The state of the publish folder.</param>
public sealed record LeftoverFiles(string Folder, string HistoryFolder, FolderState State)
{
    /// <summary>Paths below the folder of what this publish has put there.</summary>
    public IEnumerable<string> Paths { get; init; } = [];

    /// <summary>Full paths of what targets wrote; those below the folder count.</summary>
    public IEnumerable<string> Writes { get; init; } = [];

    /// <summary>The name, without its end, of the native program whose debug symbols are left out; or empty.</summary>
    public string Program { get; init; } = "";

    /// <summary>
    /// The paths to leave out; and remembers what this publish has. It is asked before anything is made: the record
    /// must know of a publish whose image cannot be stored, too.
    /// </summary>
    public ImmutableSortedSet<string> TakeLeftOut()
    {
        var root = Path.TrimEndingDirectorySeparator(Folder) + Path.DirectorySeparatorChar;
        HashSet<string> listed =
        [
            .. Paths.Select(path => path.Replace('\\', '/')),
            .. Writes
                .Where(path => path.StartsWith(root, StringComparison.Ordinal))
                .Select(path => path[root.Length..].Replace(Path.DirectorySeparatorChar, '/')),
        ];
        var file = Path.Combine(HistoryFolder, "published.txt");
        var record = PublishRecord.Read(file, Folder).With(EarlierList.Take(HistoryFolder), State);
        record.Next(listed, State).Write(file, Folder);
        return record.LeftOver(listed, State).Union(NativeSymbols());
    }

    // Beside the program, by the names that the native compiler's targets give them: a file, or on a Mac a folder.
    private IEnumerable<string> NativeSymbols() =>
        Program.Length == 0
            ? []
            : State
                .Entries.Select(entry => entry.Path.Replace(Path.DirectorySeparatorChar, '/'))
                .Where(path =>
                    path == Program + ".dbg"
                    || path == Program + ".dwarf"
                    || path == Program + ".pdb"
                    || path.StartsWith(Program + ".dSYM/", StringComparison.Ordinal)
                );
}
