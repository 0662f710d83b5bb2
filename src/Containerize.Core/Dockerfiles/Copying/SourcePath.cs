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
    public static SourcePath? Parse(string text)
    {
        var (names, pivot) = (ImmutableArray.CreateBuilder<string>(), 0);
        var parts = text.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < parts.Length; i++)
        {
            if (parts[i] == ".")
                pivot = i == 0 && !text.StartsWith('/') ? pivot : names.Count;
            else if (parts[i] != "..")
                names.Add(parts[i]);
            else if (names.Count == 0)
                return null;
            else
                names.RemoveAt(names.Count - 1);
        }

        return new SourcePath(names.ToImmutable(), Math.Min(pivot, names.Count));
    }

    /// <summary>Whether it may be several files.</summary>
    public bool HasWildcards => Names.Any(PathPattern.HasWildcards);

    /// <summary>The paths of a tree that it names, sorted; one that is no pattern is what it is, whether or not something is there.</summary>
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
        if (Names[depth] == "**")
            return Match(source, folder, depth + 1).Concat(Folders(source, folder).SelectMany(below => Match(source, below, depth)));
        if (!PathPattern.HasWildcards(Names[depth]))
            return source.Find(folder.Combine(Unescape(Names[depth]))) is { } exact ? Match(source, Lead(source, exact, depth), depth + 1) : [];
        return PathPattern.Parse(Names[depth]) is not { } pattern ? []
            : source.ChildrenOf(folder).Where(child => pattern.Matches(child.Path.Name)).SelectMany(child => Match(source, Lead(source, child, depth), depth + 1));
    }

    // On the way links are followed; what the last name finds is named as it is.
    private ContainerPath Lead(IFileSource source, ImageFile file, int depth) =>
        depth + 1 < Names.Length ? source.Follow(file.Path) ?? file.Path : file.Path;

    private static IEnumerable<ContainerPath> Folders(IFileSource source, ContainerPath folder) =>
        source.ChildrenOf(folder).Where(child => child.Kind == EntryKind.Directory).Select(child => child.Path);

    private static string Unescape(string name) => name.Replace("\\", "", StringComparison.Ordinal);
}
