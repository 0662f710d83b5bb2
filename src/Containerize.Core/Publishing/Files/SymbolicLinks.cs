using System.Collections.Frozen;
using Containerize.Diagnostics;
using Containerize.Entries;

namespace Containerize.Publishing.Files;

/// <summary>
/// Follows the symbolic links of a folder as the container's kernel would, with the folder as the whole world:
/// a link that leaves it would point at something else in the container than on the host.
/// </summary>
internal sealed class SymbolicLinks(PublishFolder folder)
{
    private const int MostHops = 40;

    private readonly PublishFolderEntry _root = new("", folder.Path, EntryKind.Directory, null);

    private readonly FrozenDictionary<string, PublishFolderEntry> _entries = folder.Entries.ToFrozenDictionary(
        entry => entry.RelativePath,
        StringComparer.Ordinal
    );

    /// <summary>What the link leads to in the folder; null when it dangles or goes round in circles.</summary>
    /// <exception cref="ContainerizeException">CTZ0011 when it leads out of the folder.</exception>
    public PublishFolderEntry? Follow(PublishFolderEntry link)
    {
        var pending = new Stack<string>(Names(link.RelativePath));
        var path = new List<string>();
        for (var hops = 0; pending.TryPop(out var name); )
        {
            if (name == "..")
            {
                if (path.Count == 0)
                    throw Leaves(link);
                path.RemoveAt(path.Count - 1);
                continue;
            }

            path.Add(name);
            if (!_entries.TryGetValue(string.Join('/', path), out var entry))
                return null;
            if (entry.Kind != EntryKind.SymbolicLink)
                continue;
            if (++hops > MostHops)
                return null;
            if (Path.IsPathFullyQualified(entry.LinkTarget!) || entry.LinkTarget!.StartsWith('/'))
                throw Leaves(link);
            path.RemoveAt(path.Count - 1);
            foreach (var next in Names(entry.LinkTarget!))
                pending.Push(next);
        }

        return path.Count == 0 ? _root : _entries[string.Join('/', path)];
    }

    // Last name first, since they go on a stack.
    private static IEnumerable<string> Names(string path) =>
        path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(name => name != ".").Reverse();

    private ContainerizeException Leaves(PublishFolderEntry link) =>
        new(
            DiagnosticTable.LinkLeavesFolder,
            $"The symbolic link '{link.FullPath}' points at '{link.LinkTarget}', which is outside the folder "
                + $"'{folder.Path}' and will not be in the image. "
                + "Put a copy of what it points at there, or make the link relative and keep its target below that "
                + "folder."
        );
}
