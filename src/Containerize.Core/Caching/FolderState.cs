using System.Collections.Immutable;

namespace Containerize.Caching;

/// <summary>What one look at each name of a folder tells of everything in it.</summary>
/// <param name="Entries">Paths below the folder, with the system's separator, and their states; in one order.</param>
public sealed record FolderState(ImmutableArray<(string Path, FileState State)> Entries)
{
    /// <summary>Looks at everything in a folder; one that is not there, or cannot be read, holds nothing.</summary>
    /// <param name="path">The absolute path.</param>
    public static FolderState Of(string path)
    {
        var entries = ImmutableArray.CreateBuilder<(string, FileState)>();
        try
        {
            Add(path, Path.TrimEndingDirectorySeparator(path).Length + 1, entries);
        }
        catch (Exception exception) when (CacheFolder.IsFault(exception))
        {
            return new FolderState([]);
        }

        return new FolderState(entries.ToImmutable());
    }

    private static void Add(string folder, int prefix, ImmutableArray<(string Path, FileState State)>.Builder entries)
    {
        var names = Directory.GetFileSystemEntries(folder);
        Array.Sort(names, StringComparer.Ordinal);
        foreach (var name in names)
        {
            var state = FileState.Of(name);
            entries.Add((name[prefix..], state));
            if (state.Kind == FileStateKind.Folder)
                Add(name, prefix, entries);
        }
    }
}
