using Containerize.Images;
using Containerize.Tar;

namespace Containerize.Inspection.Verification;

/// <summary>
/// The entries of a layer's tar: each path once and within the root, whiteouts that hide something that can be named
/// (layer.md, "Whiteouts"), kinds that engines unpack, and hard links to files that the layer has before them. What
/// <c>docker load</c> or <c>umoci unpack</c> refuse is a violation.
/// </summary>
/// <param name="where">The layer.</param>
/// <param name="violations">Gets what is wrong.</param>
internal sealed class TarVerification(string where, ViolationList violations)
{
    private const string Whiteout = ".wh.";
    private const string Opaque = ".wh..wh..opq";

    // NAME_MAX of Linux's file systems.
    private const int MostName = 255;

    // The paths so far, and whether each is a folder.
    private readonly Dictionary<string, bool> _paths = new(StringComparer.Ordinal);

    /// <summary>Reads the tar to the end of its bytes.</summary>
    /// <returns>The digest of all of it.</returns>
    /// <exception cref="InvalidDataException">When it is no tar.</exception>
    /// <exception cref="EndOfStreamException">When it ends within an entry.</exception>
    public Digest Check(Stream plain, CancellationToken cancellationToken)
    {
        using var tar = new TarItemReader(plain);
        while (tar.Read() is { } item)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Check(item);
        }

        return tar.Finish();
    }

    private void Check(TarItem item)
    {
        var names = PathOf(item.Name);
        var path = string.Join('/', names);
        var name = names is [.., var last] ? last : "";
        // Messages are only made for what is wrong: there may be a million entries.
        if (item.Flag is < TarItem.File or > TarItem.Fifo)
            Add($"has '{path}' of the kind '{item.Flag}', which no engine unpacks");
        if (item.Name.StartsWith('/') || names.Contains(".."))
            Add($"has the path '{item.Name}', which leaves the root");
        if (names.Any(IsTooLong))
            Add($"has '{path}' with a name of more than {MostName} bytes, the most that file systems take");
        CheckWhiteout(path, name);
        if (item.Type is TarItem.SymbolicLink or TarItem.HardLink && item.LinkName.Length == 0)
            Add($"the link '{path}' leads nowhere");
        else if (item.Type == TarItem.HardLink)
            CheckHardLink(path, item.LinkName);
        if (!_paths.TryAdd(path, item.Type == TarItem.Directory))
            Add($"has '{path}' twice");
    }

    private void CheckWhiteout(string path, string name)
    {
        if (!name.StartsWith(Whiteout, StringComparison.Ordinal) || name == Opaque)
        {
            if (_paths.ContainsKey(Sibling(path, Whiteout + name)))
                Add($"has '{path}' and a whiteout of it");
            return;
        }

        var hidden = name[Whiteout.Length..];
        if (hidden.Length == 0)
            Add($"has a whiteout of nothing: '{path}'");
        else if (hidden.StartsWith(Whiteout, StringComparison.Ordinal) || hidden is "." or "..")
            Add($"has the whiteout '{path}', which hides nothing that a layer may hold");
        else if (_paths.ContainsKey(Sibling(path, hidden)))
            Add($"has '{path}' and what it hides");
    }

    // Engines unpack a layer in its order, and Docker each into a folder of its own: the file must be there by then.
    private void CheckHardLink(string path, string linkName)
    {
        var names = PathOf(linkName);
        if (names.Contains(".."))
            Add($"the hard link '{path}' leads out of the root, to '{linkName}'");
        else if (!_paths.TryGetValue(string.Join('/', names), out var isFolder))
            Add($"the hard link '{path}' leads to '{linkName}', which the layer does not have before it");
        else if (isFolder)
            Add($"the hard link '{path}' leads to the folder '{linkName}'");
    }

    private void Add(string violation) => violations.Add(where, violation);

    private static bool IsTooLong(string name) =>
        name.Length > MostName / 4 && System.Text.Encoding.UTF8.GetByteCount(name) > MostName;

    // The names of a path as file systems see it; those that lead up stay, to be refused.
    private static string[] PathOf(string name) =>
        [.. name.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".")];

    private static string Sibling(string path, string name) =>
        path.LastIndexOf('/') is var slash and >= 0 ? path[..(slash + 1)] + name : name;
}
