namespace Containerize.Publishing.Outputs;

/// <summary>Two projects of one solution whose images would take each other's place.</summary>
public static class DestinationClash
{
    /// <summary>What both would write, as the user would call it; null when they keep apart.</summary>
    public static string? With(this Destinations ours, Destinations theirs)
    {
        if (ours.Names.Intersect(theirs.Names).FirstOrDefault() is { } name)
            return $"the image {name}";
        if (ours.ArchivePath is { } archive && archive == theirs.ArchivePath)
            return $"the tarball '{archive}'";
        // In a layout the tag is the whole name.
        return
            ours.Layout.Length > 0
            && ours.Layout == theirs.Layout
            && ours.Tags.Intersect(theirs.Tags).FirstOrDefault() is { } tag
            ? $"the tag '{tag}' in the layout '{ours.Layout}'"
            : null;
    }
}
