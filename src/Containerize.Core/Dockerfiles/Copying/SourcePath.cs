using System.Collections.Immutable;
using Containerize.Dockerfiles.Syntax;
using Containerize.Entries;
using Containerize.FileSystems;

namespace Containerize.Dockerfiles.Copying;

/// <summary>A source of <c>COPY</c>: a path in a tree, perhaps with wildcards.</summary>
/// <param name="Names">Its names; <c>..</c> and <c>.</c> are done with.</param>
/// <param name="Pivot">How many names before <c>/./</c> do not count for <c>--parents</c>.</param>
internal sealed record SourcePath(ImmutableArray<string> Names, int Pivot)
{
    /// <summary>Reads a path; null for one that leads out of the tree.</summary>
    /// <param name="text">The path.</param>
    /// <param name="isRooted">Whether <c>..</c> at the root of the tree is the root, as in a container.</param>
    /// <param name="keepsParents">
    /// Whether it is of <c>--parents</c>: then <c>/./</c> counts, and <c>**</c> is any number of folders.
    /// </param>
    public static SourcePath? Parse(string text, bool isRooted = false, bool keepsParents = false)
    {
        var (names, pivot) = (ImmutableArray.CreateBuilder<string>(), 0);
        // Only the first "/./" is a pivot.
        var mark = text.IndexOf("/./", StringComparison.Ordinal);
        for (var (at, end) = (0, 0); at < text.Length; at = end + 1)
        {
            end = text.IndexOf('/', at) is var slash and >= 0 ? slash : text.Length;
            var name = text[at..end];
            if (at == mark + 1 && mark >= 0)
                pivot = names.Count;
            else if (name == ".." && names.Count > 0)
                names.RemoveAt(names.Count - 1);
            else if (name == ".." && !isRooted)
                return null;
            else if (name is not ("" or "." or ".."))
                names.Add(name);
        }

        return new SourcePath(names.ToImmutable(), Math.Min(pivot, names.Count)) { IsDeep = keepsParents };
    }

    /// <summary>Whether <c>**</c> is any number of folders; else it is <c>*</c>.</summary>
    public bool IsDeep { get; private init; }

    /// <summary>The first of its names that is no pattern; null where all are.</summary>
    public string? FindBadPattern() =>
        !HasWildcards ? null : Names.FirstOrDefault(name => GlobPattern.Parse(name) is null);

    /// <summary>Whether it may be several files.</summary>
    public bool HasWildcards => Names.Any(GlobPattern.HasWildcards);

    /// <summary>The paths of a tree that it names, sorted; one that is no pattern is what it is, whether or not
    /// something is there.</summary>
    public IEnumerable<ContainerPath> Resolve(IFileSource source)
    {
        if (!HasWildcards)
            return [ContainerPath.Root.Combine(string.Join('/', Names.Select(Unescape)))];
        return Match(source, ContainerPath.Root, 0).Distinct().Order();
    }

    private IEnumerable<ContainerPath> Match(IFileSource source, ContainerPath folder, int depth)
    {
        if (depth == Names.Length)
            return [folder];
        if (IsDeep && Names[depth] == "**")
            return Match(source, folder, depth + 1)
                .Concat(Folders(source, folder).SelectMany(below => Match(source, below, depth)));
        if (!GlobPattern.HasWildcards(Names[depth]))
            return source.Find(folder.Combine(Unescape(Names[depth]))) is { } exact
                ? Match(source, Lead(source, exact, depth), depth + 1)
                : [];
        return GlobPattern.Parse(Names[depth]) is not { } pattern
            ? []
            : source
                .ChildrenOf(folder)
                .Where(child => pattern.Matches(child.Path.Name))
                .SelectMany(child => Match(source, Lead(source, child, depth), depth + 1));
    }

    // On the way links are followed; what the last name finds is named as it is.
    private ContainerPath Lead(IFileSource source, ImageFile file, int depth) =>
        depth + 1 < Names.Length ? source.Follow(file.Path) ?? file.Path : file.Path;

    private static IEnumerable<ContainerPath> Folders(IFileSource source, ContainerPath folder) =>
        source.ChildrenOf(folder).Where(child => child.Kind == EntryKind.Directory).Select(child => child.Path);

    private static string Unescape(string name) => GlobPattern.Unescape(name);
}
