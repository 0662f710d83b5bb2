using System.Globalization;
using System.Text;
using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.FileSystems;
using Containerize.IO;
using Containerize.Layers;

namespace Containerize.Stores.RootFileSystems;

/// <summary>
/// Puts the files of an image into a folder. The tree of an image has each path once and nothing below a link, folders
/// are made before links, and every name in the folder is looked at without following it: so nothing is written
/// outside.
/// </summary>
/// <param name="folder">The absolute path of the folder.</param>
/// <param name="files">The files.</param>
/// <param name="attributes">Sets owners, modes and times.</param>
/// <param name="stage">The absolute path of a folder of the same file system, which contents wait in; not there
/// yet.</param>
internal sealed class FolderMerge(string folder, ImageFiles files, FileAttributeWriter attributes, string stage)
{
    // What Linux calls NAME_MAX, in bytes.
    private const int LongestName = 255;

    private readonly Dictionary<(int Layer, long Offset), string> _staged = [];

    /// <summary>Looks whether the folder can take the files.</summary>
    /// <param name="folder">The absolute path of the folder.</param>
    /// <param name="files">The files.</param>
    /// <exception cref="ContainerizeException">CTZ0156 for a folder where the image has something else, or a name that
    /// this machine cannot keep inside of the folder.</exception>
    public static void Check(string folder, ImageFiles files)
    {
        var replaced = new HashSet<ContainerPath>();
        foreach (var file in files.All)
        {
            // Backslashes, drives and streams of Windows would lead elsewhere.
            if (Path.GetInvalidFileNameChars() is var invalid && file.Path.Name.AsSpan().IndexOfAny(invalid) >= 0)
                throw Refused(
                    $"'{file.Path}' of the image cannot be written into '{folder}': this machine has no such "
                        + "names. Write a tar instead: 'type=tar,dest=FILE'."
                );
            if (NameBytes.HasBytes(file.Path.Name) || NameBytes.HasBytes(file.LinkTarget ?? ""))
                throw Refused(
                    $"'{file.Path}' of the image cannot be written into '{folder}': its name or what it "
                        + "links to is not UTF-8, and a folder takes only names that are. "
                        + "Write a tar, which holds them as they are: 'type=tar,dest=FILE'."
                );
            // Before anything is changed: the kernel would say so in the middle (path_resolution(7)).
            if (
                !OperatingSystem.IsWindows()
                && (
                    Encoding.UTF8.GetByteCount(file.Path.Name) > LongestName
                    || Encoding.UTF8.GetByteCount(At(folder, file.Path)) >= ContainerPath.MaxBytes
                )
            )
                throw Refused(
                    $"'{file.Path}' of the image cannot be written into '{folder}': the path is too long for this "
                        + "machine. "
                        + "Choose a folder with a shorter path, or write a tar: 'type=tar,dest=FILE'."
                );
            if (replaced.Contains(file.Path.Parent!))
            {
                replaced.Add(file.Path);
                continue;
            }

            var kind = FileState.Of(At(folder, file.Path)).Kind;
            if (kind == FileStateKind.Folder && file.Kind != EntryKind.Directory)
                throw Refused(
                    $"'{file.Path}' of the image cannot be written into '{folder}': there is a folder of that "
                        + "name, and what is in it would be lost. Remove it, or choose another folder."
                );
            if (kind != FileStateKind.Folder)
                replaced.Add(file.Path);
        }
    }

    /// <summary>Writes the contents of the files, which are checked against their layers thereby.</summary>
    /// <exception cref="ContainerizeException">CTZ0007; the codes of the layers.</exception>
    public async Task StageAsync(CancellationToken cancellationToken)
    {
        OutputFiles.Guard(stage, () => Directory.CreateDirectory(stage));
        var contents = files
            .All.Where(file => file.Kind == EntryKind.File)
            .DistinctBy(file => (file.ContentLayer, file.Offset))
            .ToList();
        foreach (var layer in contents.GroupBy(file => file.ContentLayer))
        {
            var wanted = layer.ToDictionary(file => file.Offset);
            await LayerTar
                .ReadAsync(
                    files.Layers[layer.Key],
                    (item, reader) =>
                    {
                        if (!wanted.TryGetValue(item.Offset, out var file))
                            return;
                        var path = Path.Combine(stage, _staged.Count.ToString(CultureInfo.InvariantCulture));
                        OutputFiles.Guard(
                            path,
                            () =>
                            {
                                using (
                                    var stream = new FileStream(
                                        path,
                                        FileMode.CreateNew,
                                        FileAccess.Write,
                                        FileShare.None,
                                        1 << 16
                                    )
                                )
                                    reader.CopyContentTo(stream);
                                attributes.Write(path, file);
                                return true;
                            }
                        );
                        _staged[(layer.Key, item.Offset)] = path;
                    },
                    cancellationToken
                )
                .ConfigureAwait(false);
        }
    }

    /// <summary>Moves everything to its place: folders first, links last, attributes of folders when nothing is written
    /// into them any more.</summary>
    public bool Place()
    {
        var all = files.All.ToList();
        var folders = all.Where(file => file.Kind == EntryKind.Directory).ToList();
        Directory.CreateDirectory(folder);
        foreach (var file in folders)
            MakeFolder(At(folder, file.Path));
        var placed = new Dictionary<(int, long), string>();
        foreach (var file in all.Where(file => file.Kind == EntryKind.File))
        {
            var (key, path) = ((file.ContentLayer, file.Offset), At(folder, file.Path));
            RemoveLink(path);
            if (placed.TryAdd(key, path))
                File.Move(_staged[key], path, overwrite: true);
            else
                FurtherName(placed[key], path);
        }

        foreach (var file in all.Where(file => file.Kind is EntryKind.SymbolicLink or EntryKind.Fifo))
        {
            var path = At(folder, file.Path);
            File.Delete(path);
            if (file.Kind == EntryKind.SymbolicLink)
                File.CreateSymbolicLink(path, file.LinkTarget!);
            else if (!OperatingSystem.IsWindows())
                NativeFiles.MakeFifo(path);
            attributes.Write(path, file);
        }

        foreach (var file in Enumerable.Reverse(folders).Where(file => !file.IsImplied))
            attributes.Write(At(folder, file.Path), file);
        return true;
    }

    // A folder that was there stays, as one that can be written into.
    private static void MakeFolder(string path)
    {
        if (FileState.Of(path).Kind != FileStateKind.Folder)
        {
            File.Delete(path);
            Directory.CreateDirectory(path);
        }
        else if (
            !OperatingSystem.IsWindows()
            && File.GetUnixFileMode(path) is var mode
            && (mode & FileAttributeWriter.OwnersAll) != FileAttributeWriter.OwnersAll
        )
            File.SetUnixFileMode(path, mode | FileAttributeWriter.OwnersAll);
    }

    private static void FurtherName(string file, string path)
    {
        File.Delete(path);
        if (OperatingSystem.IsWindows())
            File.Copy(file, path);
        else
            NativeFiles.Link(file, path);
    }

    // A move to another file system would write through it.
    private static void RemoveLink(string path)
    {
        if (FileState.Of(path).Kind is FileStateKind.Link or FileStateKind.Other)
            File.Delete(path);
    }

    private static string At(string folder, ContainerPath path) => Path.Join(folder, path.Text);

    private static ContainerizeException Refused(string message) => new(DiagnosticTable.FolderRefused, message);
}
