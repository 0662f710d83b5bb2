using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.FileSystems;
using Containerize.Images;
using Containerize.IO;

namespace Containerize.Stores.RootFileSystems;

/// <summary>
/// The root file system of an image in a folder. What is in the folder stays; files and links of the image take the
/// place of files and links there, and no link is ever followed, be it the image's or one that was there. Of several
/// platforms each has a folder below, <c>linux_amd64</c>. Devices are left out: a node of a device is a way to the
/// machine's own disks for every user who may open it.
/// </summary>
/// <param name="path">The absolute path of the folder; made when it is missing.</param>
/// <param name="keepsOwners">
/// Whether this process may give files away. Else they belong to the user who runs it, and lose what only means
/// something with their owner: set-id bits and extended attributes of the system.
/// </param>
internal sealed class RootFolderSink(string path, bool keepsOwners) : IImageSink
{
    public bool ReadsAllBlobs => true;

    /// <summary>Writes the files. Nothing is changed before the content of every file has been read, checked and
    /// written beside its place.</summary>
    /// <exception cref="ContainerizeException">
    /// CTZ0007 when the folder cannot be written, CTZ0156 when it holds a folder where the image has something else;
    /// the codes of
    /// <see cref="ImageFiles.ReadAsync"/>.
    /// </exception>
    public async Task<PushReport> PushAsync(ImageSet images, CancellationToken cancellationToken)
    {
        var roots = await RootFileSystem.ReadAsync(images, cancellationToken).ConfigureAwait(false);
        foreach (var root in roots)
            FolderMerge.Check(PathOf(root), root.Files);
        using var made = new OutputFiles();
        made.CreateFolder(path);
        var stage = Path.Combine(path, $".{Guid.NewGuid():N}.tmp");
        var attributes = new FileAttributeWriter(keepsOwners);
        try
        {
            OutputFiles.Guard(stage, () => Directory.CreateDirectory(stage));
            var merges = new List<FolderMerge>();
            foreach (var root in roots)
            {
                var merge = new FolderMerge(
                    PathOf(root),
                    root.Files,
                    attributes,
                    Path.Combine(stage, $"{merges.Count}")
                );
                await merge.StageAsync(cancellationToken).ConfigureAwait(false);
                merges.Add(merge);
            }

            cancellationToken.ThrowIfCancellationRequested();
            foreach (var merge in merges)
                OutputFiles.Guard(path, merge.Place);
        }
        finally
        {
            if (Directory.Exists(stage))
                Directory.Delete(stage, recursive: true);
        }

        made.Keep();
        return new PushReport(path, RootFileSystem.Fates(images)) { Notes = [.. Notes(roots, attributes)] };
    }

    private string PathOf(RootFileSystem root) => Path.Join(path, root.Below.Text.TrimStart('/'));

    private IEnumerable<string> Notes(ImmutableArray<RootFileSystem> roots, FileAttributeWriter attributes)
    {
        if (!keepsOwners)
            yield return $"The files in '{path}' have the image's modes and times, but belong to you and have no "
                + "set-id bits: only root can give files away. 'type=tar' keeps all of it.";
        if (
            roots.Sum(root =>
                root.Files.All.Count(file => file.Kind is EntryKind.CharacterDevice or EntryKind.BlockDevice)
            )
            is var devices
                and > 0
        )
            yield return $"{devices} {(devices == 1 ? "device is" : "devices are")} not in '{path}'. "
                + "'type=tar' keeps them.";
        if (attributes.Refused > 0)
            yield return $"The file system of '{path}' does not take owners or extended attributes of "
                + $"{attributes.Refused} {(attributes.Refused == 1 ? "file" : "files")}. 'type=tar' keeps them.";
    }
}
