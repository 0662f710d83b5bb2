namespace Containerize.Tar;

/// <summary>
/// How much one archive, or one tree of an image's files, may keep in memory. An archive of some megabytes inflates to
/// gigabytes of names, so the sum is limited and not only each of them: two million entries, and of text (paths,
/// targets of links, extended attributes) 8 MiB and 512 bytes for each entry on average. Layers of a million files
/// pass.
/// </summary>
internal sealed class EntryBudget
{
    /// <summary>The most entries of one archive or tree.</summary>
    public const int MostEntries = 1 << 21;

    /// <summary>The bytes of text that are free, however few entries there are.</summary>
    public const long FreeText = 8 << 20;

    /// <summary>The bytes of text that each entry adds to what is free.</summary>
    public const int TextPerEntry = 512;

    private int _entries;
    private long _text;

    private EntryBudget(int entries, long text) => (_entries, _text) = (entries, text);

    public EntryBudget()
        : this(0, 0) { }

    /// <summary>Counts one more entry.</summary>
    /// <param name="text">The bytes of its path, its link target and its attributes.</param>
    /// <returns>Why the entry is too much; null when it is not.</returns>
    public string? Take(long text)
    {
        _entries++;
        _text += text;
        if (_entries > MostEntries)
            return $"it has more than {MostEntries} entries";
        return _text <= FreeText + ((long)TextPerEntry * _entries)
            ? null
            : $"the paths, link targets and attributes of its {_entries} entries have {_text} bytes, "
                + $"and {FreeText} and {TextPerEntry} for each entry are the most";
    }

    /// <summary>A budget of which as much is used as of this one, for a tree that grows from this one's.</summary>
    public EntryBudget Copy() => new(_entries, _text);
}
