using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Containerize.Layers;

namespace Containerize.Caching;

/// <summary>
/// The SHA-256 of files, remembered by path, size and time of change, so that an unchanged file costs one look at its
/// entry in the folder and not a reading. One of our own files in <c>obj</c> per project; a damaged one is an empty one.
/// </summary>
public sealed class ContentHashes
{
    // A file that was changed within the clock's grain of its reading may change again without its time changing.
    private static readonly TimeSpan Grain = TimeSpan.FromSeconds(2);

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

    /// <summary>The SHA-256 of a content, in hexadecimal.</summary>
    public string Of(FileContent content)
    {
        if (content.Path is not { } path)
            return Hash(content);
        var info = new FileInfo(path);
        var (size, changed) = (info.Length, info.LastWriteTimeUtc.Ticks);
        if (!_known.TryGetValue(path, out var known) || known.Size != size || known.Changed != changed)
            known = new Known(size, changed, Hash(content));
        if (_time.GetUtcNow().UtcDateTime.Ticks - changed > Grain.Ticks)
            _used[path] = known;
        return known.Hash;
    }

    /// <summary>Remembers what was asked for in this run, and forgets the rest.</summary>
    public void Write()
    {
        var temporary = $"{_file}.{Guid.NewGuid():N}";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
            File.WriteAllLines(temporary, _used.OrderBy(pair => pair.Key, StringComparer.Ordinal)
                .Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Value.Hash} {pair.Value.Size} {pair.Value.Changed} {pair.Key}")));
            File.Move(temporary, _file, overwrite: true);
        }
        catch (Exception exception) when (CacheFolder.IsFault(exception))
        {
            CacheFolder.Remove(temporary);
        }
    }

    private static string Hash(FileContent content)
    {
        using var stream = content.Open();
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private void Learn(string line)
    {
        var parts = line.Split(' ', 4);
        if (parts.Length == 4 && parts[0].Length == 64
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            && long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var changed))
            _known[parts[3]] = new Known(size, changed, parts[0]);
    }

    private sealed record Known(long Size, long Changed, string Hash);
}
