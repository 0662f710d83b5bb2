using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Dockerfiles.Syntax;
using Containerize.Entries;

namespace Containerize.Dockerfiles.Copying;

/// <summary>Finds what the sources of a <c>COPY</c> mean.</summary>
/// <param name="options">The instruction.</param>
/// <param name="tree">What paths are of.</param>
/// <param name="warn">Takes what is suspicious and no error, with its place.</param>
internal sealed class CopySelection(CopyOptions options, IFileSource tree, Action<SourcePosition, string> warn)
{
    private int _matches;

    private SourceText Source => options.Syntax.Line.Source;

    /// <summary>The files of a path, in order.</summary>
    /// <exception cref="ContainerizeException">CTZ0129, CTZ0130.</exception>
    public IEnumerable<CopiedFile> Select(SourceWord word, string text)
    {
        if (!options.Syntax.IsAdd && RemoteFile.IsUrl(text))
            throw Source.Error(
                DiagnosticTable.DockerfileSyntax,
                word.Position,
                $"'{text}' is a URL, which COPY does not fetch. Write ADD instead."
            );
        // The root of an image is a root, as in a container; above the context lie other folders of the machine.
        var path =
            SourcePath.Parse(text, isRooted: tree is not ContextFiles, options.KeepsParents)
            ?? throw Outside(word, text, "it leads out of it with '..'");
        if (path.FindBadPattern() is { } bad)
            throw Source.Error(
                DiagnosticTable.PatternInvalid,
                word.Position,
                $"'{bad}' is no pattern: a class needs letters and an end, as [a-z], and '\\' a letter after it. "
                    + "Write '\\[' for a '[' in a name."
            );
        var found = path.Resolve(tree).ToImmutableArray();
        if (found.IsEmpty)
            warn(word.Position, $"'{text}' fits no file of {tree.Name}, so nothing is copied for it.");
        return found.SelectMany(place => Select(word, path, place, _matches++));
    }

    private IEnumerable<CopiedFile> Select(SourceWord word, SourcePath path, ContainerPath place, int match)
    {
        var selected = Select(word, path, place).ToList();
        return selected.Count == 0
            ? []
            : Parents(path, place).Concat(selected).Select(copied => copied with { Match = match });
    }

    // With --parents the folders between the pivot and what is copied are copied, too, without what else is in them.
    private IEnumerable<CopiedFile> Parents(SourcePath path, ContainerPath place)
    {
        var names = place.Text.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (var count = path.Pivot + 1; options.KeepsParents && count < names.Length; count++)
        {
            var folder = ContainerPath.Root.Combine(string.Join('/', names.Take(count)));
            if (tree.Follow(folder) is { } followed && tree.Find(followed) is { Kind: EntryKind.Directory } found)
                yield return new CopiedFile(
                    found,
                    tree,
                    CopyShape.Below,
                    string.Join('/', names.Take(count).Skip(path.Pivot))
                );
        }
    }

    private IEnumerable<CopiedFile> Select(SourceWord word, SourcePath path, ContainerPath place)
    {
        var followed =
            tree.Follow(place) ?? throw Outside(word, place.Text[1..], "a symbolic link on the way leads out of it");
        var file =
            tree.Find(followed)
            ?? throw (tree.Find(place)?.LinkTarget is { } dead ? Dangling(word, place, dead) : Missing(word, place));
        var prefix = options.KeepsParents
            ? string.Join('/', place.Text.Split('/', StringSplitOptions.RemoveEmptyEntries).Skip(path.Pivot))
            : "";
        if (file.Kind != EntryKind.Directory)
            return options.Exclusions.Excludes(place.Name)
                ? []
                :
                [
                    options.KeepsParents
                        ? new CopiedFile(file, tree, CopyShape.Below, prefix)
                        : new CopiedFile(file, tree, CopyShape.File, place.Name),
                ];
        var self =
            prefix.Length == 0
                ? new CopiedFile(file, tree, CopyShape.Folder, "")
                : new CopiedFile(file, tree, CopyShape.Below, prefix);
        return Below(followed, followed, prefix).Prepend(self);
    }

    private IEnumerable<CopiedFile> Below(ContainerPath root, ContainerPath folder, string prefix)
    {
        foreach (var child in tree.ChildrenOf(folder))
        {
            var relative = child.Path.Text[(root == ContainerPath.Root ? 1 : root.Text.Length + 1)..];
            if (
                child.Kind == EntryKind.Directory
                    ? options.Exclusions.ExcludesAllOf(relative)
                    : options.Exclusions.Excludes(relative)
            )
                continue;
            if (!options.Exclusions.Excludes(relative))
                yield return new CopiedFile(
                    child,
                    tree,
                    CopyShape.Below,
                    prefix.Length == 0 ? relative : $"{prefix}/{relative}"
                );
            if (child.Kind != EntryKind.Directory)
                continue;
            foreach (var below in Below(root, child.Path, prefix))
                yield return below;
        }
    }

    private ContainerizeException Outside(SourceWord word, string path, string why) =>
        Source.Error(
            DiagnosticTable.CopyOutsideContext,
            word.Position,
            $"'{path}' lies outside of {tree.Name}: {why}. Only what is inside can be copied; move it there, "
                + "or build with a folder further up as the context."
        );

    // A link that leads to nothing has a name, which a search for similar ones would find.
    private ContainerizeException Dangling(SourceWord word, ContainerPath place, string target) =>
        Source.Error(
            DiagnosticTable.CopySourceMissing,
            word.Position,
            $"'{place.Text[1..]}' is a symbolic link to '{target}' in {tree.Name}, and nothing is there. "
                + "Put it there, or copy the folder of the link to copy the link itself."
        );

    private ContainerizeException Missing(SourceWord word, ContainerPath place)
    {
        var hint =
            tree is ContextFiles context && context.Ignores(place)
                ? " A .dockerignore file leaves it out: take it in again there with a line that begins with '!'."
            : place.Parent is { } folder
            && tree.ChildrenOf(tree.Follow(folder) ?? folder)
                .Where(file => EditDistance.Between(file.Path.Name, place.Name, 2) <= 2)
                .MinBy(file => EditDistance.Between(file.Path.Name, place.Name, 2))
                is { } near
                ? $" Did you mean '{near.Path.Text[1..]}'?"
            : "";
        return Source.Error(
            DiagnosticTable.CopySourceMissing,
            word.Position,
            $"'{place.Text[1..]}' does not exist in {tree.Name}.{hint}"
        );
    }
}
