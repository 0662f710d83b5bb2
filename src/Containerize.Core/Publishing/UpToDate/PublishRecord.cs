using System.Collections.Immutable;
using System.Globalization;
using Containerize.Caching;
using Containerize.IO;

namespace Containerize.Publishing.UpToDate;

/// <summary>
/// The files of a publish folder that publishes of the project listed, and how each looked after the last of them.
/// MSBuild does not remove what a project no longer publishes, so the image would depend on earlier publishes.
/// </summary>
/// <param name="Files">By their paths below the publish folder, with <c>/</c> between names.</param>
internal sealed record PublishRecord(ImmutableSortedDictionary<string, FileState> Files)
{
    private const string Header = "containerize published files 2";

    private static readonly ImmutableSortedDictionary<string, FileState> Nothing = ImmutableSortedDictionary.Create<
        string,
        FileState
    >(StringComparer.Ordinal);

    // A folder that was copied or unpacked (the cache of a CI service) has other inodes and times of change: only size
    // and time of the content tell then.
    private bool IsCopy { get; init; }

    /// <summary>Reads the record of a folder; one that is missing, unreadable or of another folder is empty.</summary>
    /// <param name="file">The full path of the record.</param>
    /// <param name="publishPath">The full path of the folder.</param>
    public static PublishRecord Read(string file, string publishPath)
    {
        try
        {
            var lines = File.ReadAllLines(file);
            if (lines.Length < 3 || lines[0] != Header || lines[1] != Relative(file, publishPath))
                return new PublishRecord(Nothing);
            var files = lines.Skip(3).Select(Parse);
            return new PublishRecord(Nothing.AddRange(files)) { IsCopy = lines[2] != Inode(file) };
        }
        catch (Exception exception)
            when (CacheFolder.IsFault(exception)
                || exception is FormatException or OverflowException or ArgumentException
            )
        {
            return new PublishRecord(Nothing);
        }
    }

    /// <summary>A copy that knows of publishes that left no record but lists of their files.</summary>
    /// <param name="lists">The lists.</param>
    /// <param name="folder">The publish folder now. A file written after its list belongs to somebody else.</param>
    public PublishRecord With(IEnumerable<EarlierList> lists, FolderState folder)
    {
        var now = ByPath(folder);
        var earlier = lists.SelectMany(list =>
            list.Paths.Where(path =>
                now.TryGetValue(path, out var state) && Math.Max(state.Modified, state.Changed) <= list.Time.UtcTicks
            )
        );
        return this with
        {
            Files = Files.SetItems(earlier.Distinct().Select(path => KeyValuePair.Create(path, now[path]))),
        };
    }

    /// <summary>The files to leave out: once listed, not listed now, and not written since.</summary>
    /// <param name="listed">What this publish lists.</param>
    /// <param name="folder">The publish folder now.</param>
    public ImmutableSortedSet<string> LeftOver(IReadOnlySet<string> listed, FolderState folder) =>
        [
            .. ByPath(folder)
                .Where(pair => !listed.Contains(pair.Key) && IsUntouched(pair.Key, pair.Value))
                .Select(pair => pair.Key),
        ];

    /// <summary>The record after this publish: what it lists, and what is still left over from others.</summary>
    /// <param name="listed">What this publish lists.</param>
    /// <param name="folder">The publish folder now.</param>
    public PublishRecord Next(IReadOnlySet<string> listed, FolderState folder) =>
        new(
            ByPath(folder)
                .Where(pair => listed.Contains(pair.Key) || IsUntouched(pair.Key, pair.Value))
                .ToImmutableSortedDictionary(StringComparer.Ordinal)
        );

    /// <summary>Writes the record. Where that fails, the next publish knows nothing of this one.</summary>
    /// <param name="file">The full path of the record.</param>
    /// <param name="publishPath">The full path of the folder.</param>
    public void Write(string file, string publishPath)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            // Made under the name that it keeps, so that it can hold its own inode.
            File.AppendAllText(file, "");
            var lines = Files.Select(pair => Format(pair.Key, pair.Value));
            File.WriteAllLines(file, [Header, Relative(file, publishPath), Inode(file), .. lines]);
        }
        catch (Exception exception) when (CacheFolder.IsFault(exception))
        {
            // Half a record would name half of the files.
            CacheFolder.Remove(file);
        }
    }

    private bool IsUntouched(string path, FileState now) =>
        Files.TryGetValue(path, out var then)
        && (then == now || (IsCopy && (then.Kind, then.Size, then.Modified) == (now.Kind, now.Size, now.Modified)));

    private static Dictionary<string, FileState> ByPath(FolderState folder) =>
        folder
            .Entries.Where(entry => entry.State.Kind != FileStateKind.Folder)
            .ToDictionary(entry => entry.Path.Replace(Path.DirectorySeparatorChar, '/'), entry => entry.State);

    // A project that was moved with its obj/ and bin/ keeps its record.
    private static string Relative(string file, string publishPath) =>
        Path.TrimEndingDirectorySeparator(Path.GetRelativePath(Path.GetDirectoryName(file)!, publishPath));

    private static string Inode(string file) => FileState.Of(file).Inode.ToString(CultureInfo.InvariantCulture);

    private static string Format(string path, FileState state) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{(int)state.Kind} {state.Size} {state.Modified} {state.Changed} {state.Inode} {path}"
        );

    private static KeyValuePair<string, FileState> Parse(string line)
    {
        var parts = line.Split(' ', 6);
        long Number(int at) => long.Parse(parts[at], CultureInfo.InvariantCulture);
        return parts.Length == 6
            ? new(parts[5], new FileState((FileStateKind)Number(0), Number(1), Number(2), Number(3), Number(4)))
            : throw new FormatException();
    }
}
