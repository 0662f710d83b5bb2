using System.Collections.Immutable;
using Containerize.Entries;

namespace Containerize.Packages.Systems;

/// <summary>
/// The symbolic links of an image that stand for folders, and where a path really lies. With <c>lib</c> →
/// <c>usr/lib</c> a file <c>/lib/x</c> of a package is <c>/usr/lib/x</c>, and the link survives.
/// </summary>
/// <param name="links">The links with their targets as written.</param>
public sealed class FolderLinks(ImmutableDictionary<ContainerPath, string> links)
{
    // As many as Linux follows before it says ELOOP.
    private const int MostLinks = 40;

    /// <summary>Where an entry lies: the links on the way to it are followed, it itself is not.</summary>
    public ContainerPath Place(ContainerPath path) =>
        path.Parent is { } parent ? Follow(parent).Combine(path.Name) : path;

    /// <summary>Where a folder lies, links followed to the end; a chain without end leads nowhere else.</summary>
    public ContainerPath Follow(ContainerPath path) => Follow(path, MostLinks);

    private ContainerPath Follow(ContainerPath path, int most)
    {
        var at = ContainerPath.Root;
        foreach (var name in path.Text.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            at = at.Combine(name);
            if (links.TryGetValue(at, out var target) && most > 0)
                at = Follow(TargetOf(at, target), most - 1);
        }

        return at;
    }

    /// <summary>The path that the target of a link means, taken by its names alone.</summary>
    internal static ContainerPath TargetOf(ContainerPath link, string target)
    {
        var names = target.StartsWith('/')
            ? []
            : link.Text.Split('/', StringSplitOptions.RemoveEmptyEntries)[..^1].ToList();
        foreach (var name in target.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (name == ".." && names.Count > 0)
                names.RemoveAt(names.Count - 1);
            else if (name is not "." and not "..")
                names.Add(name);
        }

        return ContainerPath.Root.Combine(string.Join('/', names));
    }
}
