using System.Collections.Immutable;
using Containerize.Caching;
using Containerize.IO;
using Containerize.Layers.Caching;

namespace Containerize.Publishing.UpToDate;

/// <summary>What one look at each name of a folder tells of everything in it.</summary>
/// <param name="Entries">Paths below the folder, with the system's separator, and their states; in one order.</param>
/// <param name="Time">When the look began.</param>
public sealed record FolderState(ImmutableArray<(string Path, FileState State)> Entries, DateTimeOffset Time)
{
    /// <summary>A folder with nothing in it.</summary>
    public static FolderState Empty { get; } = new([], default);

    /// <summary>Looks at everything in a folder; one that is not there, or cannot be read, holds nothing.</summary>
    /// <param name="path">The absolute path.</param>
    /// <param name="clock">The clock that files are changed by.</param>
    public static FolderState Of(string path, TimeProvider clock)
    {
        var time = clock.GetUtcNow();
        var entries = ImmutableArray.CreateBuilder<(string, FileState)>();
        try
        {
            Add(path, Path.TrimEndingDirectorySeparator(path).Length + 1, entries);
        }
        catch (Exception exception) when (CacheFolder.IsFault(exception))
        {
            return Empty;
        }

        return new FolderState(entries.ToImmutable(), time);
    }

    /// <summary>
    /// What is known of the entries after a run that read them; null when one is not any more what the look saw, so
    /// that it is not known what was read.
    /// </summary>
    /// <param name="path">The folder's absolute path.</param>
    /// <param name="hashes">What the run read.</param>
    public ImmutableArray<KnownFile>? Known(string path, ContentHashes? hashes)
    {
        var files = ImmutableArray.CreateBuilder<KnownFile>(Entries.Length);
        foreach (var (name, state) in Entries)
        {
            var full = Path.Combine(path, name);
            var known = hashes?.Find(full, name);
            if (known is null && FileState.Of(full) != state)
                return null;
            // What was rewritten on its way into a layer is not among the hashes of what went in.
            files.Add(
                known
                    ?? new KnownFile(
                        name,
                        state.IsSettled(Time) ? state : FileState.Missing,
                        state.Kind == FileStateKind.File ? ContentHashes.OfFile(full) : "",
                        state.Size
                    )
            );
        }

        return files.ToImmutable();
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
