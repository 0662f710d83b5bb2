using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Containerize.Caching;
using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.IO;

namespace Containerize.Layers.Caching;

/// <summary>
/// The SHA-256 of files, remembered by path and look (size, times, inode), so that an unchanged file costs one look at
/// its entry in the folder and not a reading. One of our own files in <c>obj</c> per project; a damaged one is an empty
/// one.
/// </summary>
public sealed class ContentHashes
{
    private readonly ConcurrentDictionary<string, Known> _known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Known> _used = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;
    private readonly string _file;

    private ContentHashes(string file, TimeProvider time)
    {
        _file = file;
        _time = time;
    }

    /// <summary>Reads what is remembered.</summary>
    /// <param name="file">The absolute path of the file that remembers.</param>
    /// <param name="time">The clock that files are changed by.</param>
    public static ContentHashes Read(string file, TimeProvider time)
    {
        var hashes = new ContentHashes(file, time);
        try
        {
            foreach (var line in File.ReadLines(file))
                hashes.Learn(line);
        }
        catch (Exception exception) when (CacheFolder.IsFault(exception))
        {
            hashes._known.Clear();
        }

        return hashes;
    }

    /// <summary>
    /// The SHA-256 of a content, in hexadecimal; of a file the one that it had when this was first asked for it.
    /// </summary>
    public string Of(FileContent content)
    {
        if (content.Path is not { } path)
            return Hash(content);
        // Key, times and bytes of a layer are all of one file: whatever it becomes meanwhile, the run knows the one
        // that it hashed first.
        if (_used.TryGetValue(path, out var used))
            return used.Hash;
        var state = FileState.Of(path);
        // Before the reading: a change while it goes on is one after the look.
        var isSettled = state.IsSettled(_time.GetUtcNow());
        if (!_known.TryGetValue(path, out var known) || known.State != state)
            known = new Known(state, Hash(content), isSettled);
        return _used.GetOrAdd(path, known).Hash;
    }

    /// <summary>
    /// The same layer, each content with the hash that it has now: packing it fails with CTZ0012 for other bytes.
    /// </summary>
    /// <param name="plan">The layer.</param>
    /// <param name="cancellationToken">Ends it between two files.</param>
    public PlannedLayer Pin(PlannedLayer plan, CancellationToken cancellationToken)
    {
        return plan with { Entries = [.. plan.Entries.Select(Pinned)] };

        LayerEntry Pinned(LayerEntry entry)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return entry.Content is { } content
                ? entry with
                {
                    Content = content with { Sha256 = Of(content) },
                }
                : entry;
        }
    }

    /// <summary>Takes over what others of this process have hashed, by the same look at the files.</summary>
    public void LearnFrom(ContentHashes other)
    {
        foreach (var (path, known) in other._used.Where(pair => pair.Value.IsSettled))
            _known[path] = known;
    }

    /// <summary>Hashes files on all cores, for later calls of <see cref="Of"/>. What cannot be read is an error
    /// there.</summary>
    public void HashAhead(IEnumerable<string> paths, CancellationToken cancellationToken) =>
        Parallel.ForEach(
            paths,
            new ParallelOptions { CancellationToken = cancellationToken },
            path =>
            {
                try
                {
                    Of(FileContent.FromFile(path));
                }
                catch (ContainerizeException)
                {
                    // A later call of Of says so.
                }
            }
        );

    /// <summary>Whether a file that was hashed in this run was not touched since.</summary>
    /// <param name="path">The absolute path.</param>
    public bool IsUntouched(string path) =>
        _used.TryGetValue(path, out var known)
        && FileState.Of(path) == known.State
        && (known.IsSettled || OfFile(path) == known.Hash);

    /// <summary>
    /// Forgets all files, also in the file that remembers them. For when one was packed that is not what was remembered
    /// of it: what the next run reads decides.
    /// </summary>
    public void Forget()
    {
        _known.Clear();
        _used.Clear();
        CacheFolder.Remove(_file);
    }

    /// <summary>The hash of a file hashed in this build, with its stamp where that is old enough to be trusted (a
    /// change within the clock's resolution leaves it as it is). Null for any other file.</summary>
    /// <param name="path">The absolute path.</param>
    /// <param name="name">What it is to be called.</param>
    public KnownFile? Find(string path, string name) =>
        _used.TryGetValue(path, out var known)
            ? new KnownFile(name, known.IsSettled ? known.State : FileState.Missing, known.Hash, known.State.Size)
            : null;

    /// <summary>The SHA-256 of a file, in hexadecimal; empty when it cannot be read.</summary>
    public static string OfFile(string path)
    {
        try
        {
            using var stream = RegularFile.Open(path);
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (Exception exception) when (CacheFolder.IsFault(exception))
        {
            return "";
        }
    }

    /// <summary>Remembers what was asked for in this run, and forgets the rest.</summary>
    public void Write() =>
        CacheFolder.Replace(
            _file,
            stream =>
            {
                using var writer = new StreamWriter(stream, leaveOpen: true);
                // A line of text has no room for names that are not UTF-8: such a file is read again the next time.
                foreach (
                    var (path, known) in _used
                        .Where(pair => pair.Value.IsSettled && !NameBytes.HasBytes(pair.Key))
                        .OrderBy(pair => pair.Key, StringComparer.Ordinal)
                )
                    writer.Write(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{known.Hash} {known.State.Size} {known.State.Modified} {known.State.Changed} "
                                + $"{known.State.Inode} {path}\n"
                        )
                    );
            }
        );

    private static string Hash(FileContent content)
    {
        using var stream = content.Open();
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private void Learn(string line)
    {
        var parts = line.Split(' ', 6);
        var numbers = new long[4];
        if (parts.Length < 6 || parts[0].Length != 64)
            return;
        for (var i = 0; i < numbers.Length; i++)
        {
            if (!long.TryParse(parts[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
                return;
        }

        _known[parts[5]] = new Known(
            new FileState(FileStateKind.File, numbers[0], numbers[1], numbers[2], numbers[3]),
            parts[0],
            true
        );
    }

    private sealed record Known(FileState State, string Hash, bool IsSettled);
}
