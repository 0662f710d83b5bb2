using System.Collections.Immutable;
using Containerize.Entries;
using Containerize.IO;
using Containerize.Layers;
using Containerize.Publishing.Files;
using Containerize.Publishing.Layering;
using Containerize.Publishing.Settings;

namespace Containerize.Inspection.Explaining;

/// <summary>Which file lies in which layer, and why: decided by names alone, so that files may not even be there
/// yet.</summary>
/// <param name="Groups">Files of one layer with one reason, lowest layer first.</param>
public sealed record FilePlan(ImmutableArray<FileGroup> Groups)
{
    private const string OwnFile = "ContainerFile";
    private const string OwnFolder = "ContainerFolder";

    /// <summary>Sorts files into layers by the rules that <see cref="LayerPlan"/> goes by.</summary>
    /// <param name="folder">The published files, or what would be published; a file is looked for under its full
    /// path.</param>
    /// <param name="index">What the build knows of them.</param>
    /// <param name="settings">Where they lie in the container, and layers and files of the project's own.</param>
    public static FilePlan Create(PublishFolder folder, PublishIndex index, ContainerSettings settings)
    {
        var choice = new LayerChoice(folder, index, settings);
        var replaced = settings.Files.Select(file => file.Path).ToHashSet();
        var published = folder
            .Entries.Where(entry => entry.Kind != EntryKind.Directory)
            .Select(entry =>
                (File: ListedFile.Of(entry, settings.WorkingDirectory), Reason: choice.ReasonOf(entry.RelativePath))
            )
            .Where(pair => !replaced.Contains(pair.File.Path));
        var own = settings
            .Files.Where(file => file.Kind != EntryKind.Directory)
            .DistinctBy(file => file.Path)
            .Select(file =>
                (
                    File: new ListedFile(
                        file.Path,
                        file.Kind == EntryKind.SymbolicLink ? 0 : ListedFile.SizeOf(file.SourcePath)
                    ),
                    Reason: new LayerReason(file.Layer, OwnFile)
                )
            );
        var made = settings
            .Volumes.Where(volume => !volume.IsDeclared)
            .DistinctBy(volume => volume.Path)
            .Select(volume => (File: ListedFile.Of(volume), Reason: new LayerReason(LayerNames.App, OwnFolder)));
        var order = choice.Names;
        return new FilePlan([
            .. published
                .Concat(own)
                .Concat(made)
                .GroupBy(pair => pair.Reason, pair => pair.File)
                .OrderBy(group => order.IndexOf(group.Key.Layer))
                .ThenBy(group => group.Key.Why, StringComparer.Ordinal)
                .Select(group => new FileGroup(group.Key, [.. group.OrderBy(file => file.Path)])),
        ]);
    }

    /// <summary>The names of the layers, lowest first.</summary>
    public IEnumerable<string> Layers => Groups.Select(group => group.Reason.Layer).Distinct();
}

/// <summary>Files that lie in one layer for one reason.</summary>
/// <param name="Reason">The layer, and why.</param>
/// <param name="Files">The files, by path.</param>
public sealed record FileGroup(LayerReason Reason, ImmutableArray<ListedFile> Files);

/// <summary>A file of an image that may not be made yet.</summary>
/// <param name="Path">Where it lies in the container.</param>
/// <param name="Size">How many bytes it has; null when it is not built yet.</param>
public sealed record ListedFile(ContainerPath Path, long? Size)
{
    /// <summary>Mode and owner of a folder that is made; null for a file.</summary>
    public string? Rights { get; init; }

    internal static ListedFile Of(ContainerVolume folder) =>
        new(ContainerPath.Parse(folder.Path), 0)
        {
            Rights =
                $"folder, {Convert.ToString(folder.Mode, 8).PadLeft(4, '0')}, "
                + $"{folder.Owner?.ToString() ?? "the image's user"}",
        };

    internal static ListedFile Of(PublishFolderEntry entry, ContainerPath workingDirectory) =>
        new(
            workingDirectory.Combine(entry.RelativePath),
            entry.Kind == EntryKind.SymbolicLink ? 0 : SizeOf(entry.FullPath)
        );

    internal static long? SizeOf(string path) =>
        LinuxFile.IsNeededFor(path) ? LinuxFile.Look(path, follows: true)?.Size
        : new FileInfo(path) is { Exists: true } file ? file.Length
        : null;
}
