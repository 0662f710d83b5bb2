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
    private SourceText Source => options.Syntax.Line.Source;

    /// <summary>The files of a path, in order.</summary>
    /// <exception cref="ContainerizeException">CTZ0129, CTZ0130.</exception>
    public IEnumerable<CopiedFile> Select(SourceWord word, string text)
    {
        var path = SourcePath.Parse(text) ?? throw Outside(word, text, "it leads out of it with '..'");
        var found = path.Resolve(tree).ToImmutableArray();
        if (found.IsEmpty)
            warn(word.Position, $"'{text}' fits no file of {tree.Name}, so nothing is copied for it.");
        if (found.Length > 1 && !options.KeepsParents && !options.Destination.EndsWith('/'))
            throw Source.Error(DiagnosticTable.CopyRefused, options.Syntax.Destination.Position,
                $"'{text}' fits {found.Length} files, and several go into a folder: write '{options.Destination}/' with a slash at its end.");
        return found.SelectMany(place => Select(word, path, place));
    }

    private IEnumerable<CopiedFile> Select(SourceWord word, SourcePath path, ContainerPath place)
    {
        var followed = tree.Follow(place) ?? throw Outside(word, place.Text[1..], "a symbolic link on the way leads out of it");
        var file = tree.Find(followed) ?? throw Missing(word, place);
        var prefix = options.KeepsParents ? string.Join('/', place.Text.Split('/', StringSplitOptions.RemoveEmptyEntries).Skip(path.Pivot)) : "";
        if (file.Kind != EntryKind.Directory)
            return options.Exclusions.Excludes(place.Name) ? []
                : [options.KeepsParents ? new CopiedFile(file, tree, CopyShape.Below, prefix) : new CopiedFile(file, tree, CopyShape.File, place.Name)];
        var self = prefix.Length == 0 ? new CopiedFile(file, tree, CopyShape.Folder, "") : new CopiedFile(file, tree, CopyShape.Below, prefix);
        return Below(followed, followed, prefix).Prepend(self);
    }

    private IEnumerable<CopiedFile> Below(ContainerPath root, ContainerPath folder, string prefix)
    {
        foreach (var child in tree.ChildrenOf(folder))
        {
            var relative = child.Path.Text[(root == ContainerPath.Root ? 1 : root.Text.Length + 1)..];
            if (child.Kind == EntryKind.Directory ? options.Exclusions.ExcludesAllOf(relative) : options.Exclusions.Excludes(relative))
                continue;
            if (!options.Exclusions.Excludes(relative))
                yield return new CopiedFile(child, tree, CopyShape.Below, prefix.Length == 0 ? relative : $"{prefix}/{relative}");
            if (child.Kind != EntryKind.Directory)
                continue;
            foreach (var below in Below(root, child.Path, prefix))
                yield return below;
        }
    }

    private ContainerizeException Outside(SourceWord word, string path, string why) => Source.Error(DiagnosticTable.CopyOutsideContext, word.Position,
        $"'{path}' lies outside of {tree.Name}: {why}. Only what is inside can be copied; move it there, or build with a folder further up as the context.");

    private ContainerizeException Missing(SourceWord word, ContainerPath place)
    {
        var hint = tree is ContextFiles context && context.Ignores(place) ? " A .dockerignore file leaves it out: take it in again there with a line that begins with '!'."
            : place.Parent is { } folder && tree.ChildrenOf(tree.Follow(folder) ?? folder).Where(file => EditDistance.Between(file.Path.Name, place.Name, 2) <= 2)
                .MinBy(file => EditDistance.Between(file.Path.Name, place.Name, 2)) is { } near ? $" Did you mean '{near.Path.Text[1..]}'?" : "";
        return Source.Error(DiagnosticTable.CopySourceMissing, word.Position, $"'{place.Text[1..]}' does not exist in {tree.Name}.{hint}");
    }
}
