using Containerize.Diagnostics;
using Containerize.Entries;

namespace Containerize.FileSystems;

/// <summary>Follows symbolic links as a process in an image follows them: never out of its root.</summary>
internal static class LinkWalk
{
    // As many as Linux follows (path_resolution(7)).
    private const int MostLinks = 40;

    /// <summary>Where a path leads to.</summary>
    /// <param name="path">The path; nothing need be there.</param>
    /// <param name="targetOf">The target of the link at a path as it is written; null for anything but a link.</param>
    /// <param name="last">Whether a link at the path itself is followed, too.</param>
    /// <exception cref="ContainerizeException">CTZ0141 when the links lead in a circle.</exception>
    public static ContainerPath Follow(ContainerPath path, Func<ContainerPath, string?> targetOf, bool last = true)
    {
        var left = new Stack<string>(LayerOverlay.Names(path.Text).Reverse());
        var place = ContainerPath.Root;
        for (var links = 0; left.TryPop(out var name); )
        {
            if (name == "..")
            {
                place = place.Parent ?? ContainerPath.Root;
                continue;
            }

            var next = place.Combine(name);
            if ((left.Count == 0 && !last) || targetOf(next) is not { } target)
            {
                place = next;
                continue;
            }

            if (++links > MostLinks)
                throw new ContainerizeException(
                    DiagnosticTable.LinksWithoutEnd,
                    $"'{path}' leads through more than {MostLinks} symbolic links of the image, "
                        + $"the last of them '{next}'. "
                        + "They lead in a circle: name another path."
                );
            place = target.StartsWith('/') ? ContainerPath.Root : place;
            var parts = target.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".");
            foreach (var part in parts.Reverse())
                left.Push(part);
        }

        return place;
    }
}
