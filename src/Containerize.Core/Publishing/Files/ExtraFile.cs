using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.FileSystems;
using Containerize.IO;
using Containerize.Layers;

namespace Containerize.Publishing.Files;

/// <summary>A file beside the published ones (<c>ContainerFile</c>), or something in a folder that is one.</summary>
/// <param name="SourcePath">Its full path on the host; of a symbolic link that of the file it leads to, or of
/// nothing.</param>
/// <param name="Path">Where it lies in the container.</param>
public sealed record ExtraFile(string SourcePath, ContainerPath Path)
{
    /// <summary>A file, a folder or a symbolic link.</summary>
    public EntryKind Kind { get; init; } = EntryKind.File;

    /// <summary>Where a symbolic link points, as it is written.</summary>
    public string? LinkTarget { get; init; }

    /// <summary>Its mode; null to tell it from the content.</summary>
    public int? Mode { get; init; }

    /// <summary>The owner's number; 0 for one by name until it is looked up.</summary>
    public int Uid { get; init; }

    /// <summary>The group's number.</summary>
    public int Gid { get; init; }

    /// <summary>The owner by name, whose numbers the image's files tell; null where numbers are written.</summary>
    public FileOwner? NamedOwner { get; init; }

    /// <summary>The name of its layer.</summary>
    public string Layer { get; init; } = LayerNames.App;

    /// <summary>Reads a mode in octal digits: <c>644</c>, <c>0755</c>, <c>4755</c>; empty is null.</summary>
    /// <exception cref="ContainerizeException">CTZ0058.</exception>
    public static int? ParseMode(string text, string file) => EntryRights.ParseMode(text, why => Invalid(file, why));

    /// <summary>A copy that belongs to somebody.</summary>
    /// <param name="owner"><c>uid</c>, <c>uid:gid</c>, <c>name</c> or <c>name:group</c>; empty is root.</param>
    /// <param name="file">The file as the project names it.</param>
    /// <exception cref="ContainerizeException">CTZ0058.</exception>
    public ExtraFile OwnedBy(string owner, string file)
    {
        if (FileOwner.Parse(owner, why => Invalid(file, why)) is not { } who)
            return this;
        return who.Numbers is var (uid, gid) ? this with { Uid = uid, Gid = gid } : this with { NamedOwner = who };
    }

    /// <summary>
    /// The file itself; for a folder, the folder and everything in it, symbolic links not followed. A folder that
    /// something lies in, and of which the project says nothing, has no entry: the base may have it, with a mode and an
    /// owner of its own.
    /// </summary>
    /// <exception cref="ContainerizeException">CTZ0011 for a link that leads out of the folder, CTZ0014 for what cannot
    /// be read.</exception>
    public IEnumerable<ExtraFile> WithAllBelow()
    {
        if (!Directory.Exists(SourcePath))
            return [this];
        var source = PublishFolder.List(SourcePath);
        var links = new SymbolicLinks(source);
        var saysNothing = Mode is null && NamedOwner is null && (Uid, Gid) == (0, 0);
        return source
            .Entries.Select(entry =>
                this with
                {
                    SourcePath =
                        entry.Kind == EntryKind.SymbolicLink ? links.Follow(entry)?.FullPath ?? "" : entry.FullPath,
                    Path = Path.Combine(entry.RelativePath),
                    Kind = entry.Kind,
                    LinkTarget = entry.LinkTarget,
                }
            )
            .Prepend(this with { Kind = EntryKind.Directory })
            .Where(file =>
                file.Path != ContainerPath.Root
                && !(file.Kind == EntryKind.Directory && saysNothing && HoldsSomething(file.SourcePath))
            );
    }

    internal LayerEntry ToEntry(FileTimes times, bool isAsset)
    {
        var entry = new LayerEntry(Path, Kind, FileKind.ExecutableMode)
        {
            Uid = Uid,
            Gid = Gid,
            ModificationTime = times.Created,
        };
        if (Kind == EntryKind.Directory)
            return entry with { Mode = ModeOfFolder };
        if (Kind == EntryKind.SymbolicLink)
            entry = entry with { Mode = LayerEntry.LinkMode, LinkTarget = LinkTarget };
        if (!File.Exists(SourcePath))
            return Kind == EntryKind.SymbolicLink
                ? entry
                : throw Invalid(SourcePath, NamedFile.WhyMissing(SourcePath, "there is no such file or folder"));
        var content = FileContent.FromFile(SourcePath);
        var kind = FileKind.Of(content);
        entry = entry with { ModificationTime = times.Of(content, kind, isAsset) };
        return Kind == EntryKind.SymbolicLink ? entry : entry with { Mode = Mode ?? kind.Mode, Content = content };
    }

    private static bool HoldsSomething(string folder) => Directory.EnumerateFileSystemEntries(folder).Any();

    // Who may read a folder may enter it, as chmod's X has it: one Mode is meant for the folder and the files in it.
    private int ModeOfFolder => Mode is { } mode ? mode | ((mode & 0b100_100_100) >> 2) : FileKind.ExecutableMode;

    /// <summary>CTZ0058 for a file.</summary>
    /// <param name="file">The file as the project names it.</param>
    /// <param name="why">What is wrong, without a full stop.</param>
    public static ContainerizeException Invalid(string file, string why) =>
        new(DiagnosticTable.InvalidFile, $"ContainerFile '{file}': {why}.");
}
