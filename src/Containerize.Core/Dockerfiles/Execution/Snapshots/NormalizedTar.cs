using System.Collections.Immutable;
using Containerize.Entries;
using Containerize.FileSystems;
using Containerize.Images;
using Containerize.Layers;
using Containerize.Tar;

namespace Containerize.Dockerfiles.Execution.Snapshots;

/// <summary>
/// Writes files of layers as a tar that any tar program unpacks into an empty folder and nowhere else: each path once,
/// folders first, links last, nothing below a link. Whatever an image's own tars hold, a program of the machine never
/// sees them.
/// </summary>
internal static class NormalizedTar
{
    /// <summary>Writes the files of one or more layers.</summary>
    /// <param name="files">The files.</param>
    /// <param name="lower">What they lie upon: folders that no layer has an entry of have the modes and owners that
    /// they have there.</param>
    /// <param name="gone">The paths that are taken away, each as overlayfs says it: a device 0, 0.</param>
    /// <param name="hasDevices">Whether devices can be made; nothing else can be done with them in a sandbox, which has
    /// its own.</param>
    /// <param name="output">Takes the tar.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public static async Task WriteAsync(
        ImageFiles files,
        ImageFiles? lower,
        ImmutableArray<ContainerPath> gone,
        bool hasDevices,
        Stream output,
        CancellationToken cancellationToken
    )
    {
        var tar = new TarWriter(output);
        var all = files.All.ToList();
        foreach (var folder in all.Where(file => file.Kind == EntryKind.Directory))
            tar.WriteHeader(
                (
                    folder.IsImplied && lower?.Find(folder.Path) is { Kind: EntryKind.Directory } below ? below : folder
                ).ToEntry()
            );
        // Names of one content are names of one file.
        var contents = all.Where(file => file.Kind == EntryKind.File)
            .ToLookup(file => (file.ContentLayer, file.Offset));
        foreach (var layer in contents.Select(names => names.First()).GroupBy(file => file.ContentLayer))
            await CopyAsync(
                    files.Layers[layer.Key],
                    layer.ToDictionary(file => file.Offset),
                    tar,
                    output,
                    cancellationToken
                )
                .ConfigureAwait(false);
        foreach (
            var file in all.Where(file =>
                file.Kind is EntryKind.SymbolicLink or EntryKind.Fifo
                || (hasDevices && file.Kind is EntryKind.CharacterDevice or EntryKind.BlockDevice)
            )
        )
            tar.WriteHeader(file.ToEntry());
        foreach (var path in gone)
            tar.WriteHeader(new LayerEntry(path, EntryKind.CharacterDevice, 0));
        foreach (var names in contents)
        {
            foreach (var further in names.Skip(1))
                tar.WriteHeader(
                    further.ToEntry() with
                    {
                        Kind = EntryKind.HardLink,
                        Content = null,
                        LinkTarget = names.First().Path.Text,
                    }
                );
        }

        tar.Finish();
    }

    private static Task CopyAsync(
        Layer layer,
        Dictionary<long, ImageFile> files,
        TarWriter tar,
        Stream output,
        CancellationToken cancellationToken
    ) =>
        LayerTar.ReadAsync(
            layer,
            (item, reader) =>
            {
                if (!files.TryGetValue(item.Offset, out var file))
                    return;
                tar.WriteHeader(file.ToEntry());
                reader.CopyContentTo(output);
                tar.WritePadding(file.Size);
            },
            cancellationToken
        );
}
