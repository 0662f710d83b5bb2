namespace Containerize.IO;

/// <summary>Names within a tree of files, followed through its links and never out of it.</summary>
internal static class TreePath
{
    // What Linux follows before it says ELOOP.
    private const int MaxLinks = 40;

    /// <summary>A name in its one form: without <c>.</c>, doubled or outer slashes; null when it leaves the
    /// tree.</summary>
    public static string? Normalize(string name) => Resolve(name, _ => null);

    /// <summary>The name of what a name leads to; null when a link leads out of the tree, or in circles.</summary>
    /// <param name="name">Names with <c>/</c> between them, from the root of the tree.</param>
    /// <param name="linkAt">
    /// Where the link of this name points: relative to where it lies, or from the root of the tree with a leading
    /// <c>/</c>; null when it is no link.
    /// </param>
    public static string? Resolve(string name, Func<string, string?> linkAt)
    {
        var resolved = new List<string>();
        var ahead = new Stack<string>(name.Split('/').Reverse());
        var links = 0;
        while (ahead.TryPop(out var part))
        {
            if (part is "" or ".")
                continue;
            if (part == "..")
            {
                if (resolved.Count == 0)
                    return null;
                resolved.RemoveAt(resolved.Count - 1);
                continue;
            }

            resolved.Add(part);
            if (linkAt(string.Join('/', resolved)) is not { } target)
                continue;
            if (++links > MaxLinks)
                return null;
            if (target.StartsWith('/'))
                resolved.Clear();
            else
                resolved.RemoveAt(resolved.Count - 1);
            foreach (var next in target.Split('/').Reverse())
                ahead.Push(next);
        }

        return string.Join('/', resolved);
    }
}
