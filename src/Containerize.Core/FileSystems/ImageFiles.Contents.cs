using System.Collections.Immutable;
using System.Text;
using Containerize.Entries;
using Containerize.Images;
using Containerize.IO;
using Containerize.Layers;

namespace Containerize.FileSystems;

/// <content>What is in the files.</content>
public sealed partial class ImageFiles
{
    /// <summary>The bytes of a file that is small enough for memory; null for anything but a file.</summary>
    /// <param name="file">A file of these.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="Diagnostics.ContainerizeException">The codes of the layer's source.</exception>
    public async Task<byte[]?> ReadBytesAsync(ImageFile file, CancellationToken cancellationToken)
    {
        if (file.Kind != EntryKind.File)
            return null;
        if (Node(file.Path)?.Kept is { } kept)
            return kept;
        using var bytes = new MemoryStream();
        await CopyAsync(file.ContentLayer, [file], _ => bytes, cancellationToken).ConfigureAwait(false);
        return bytes.ToArray();
    }

    /// <summary>The text that a path leads to, links followed; null where there is no file.</summary>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0141, and the codes of the layer's source.</exception>
    public async Task<string?> ReadTextAsync(ContainerPath path, CancellationToken cancellationToken) =>
        Resolve(path) is { } file && await ReadBytesAsync(file, cancellationToken).ConfigureAwait(false) is { } bytes
            ? Encoding.UTF8.GetString(bytes)
            : null;

    /// <summary>The users and groups of the image; none where it has no such files.</summary>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0141, and the codes of the layer's source.</exception>
    public async Task<Accounts> ReadAccountsAsync(CancellationToken cancellationToken) =>
        Accounts.Parse(
            await ReadTextAsync(Accounts.UsersPath, cancellationToken).ConfigureAwait(false) ?? "",
            await ReadTextAsync(Accounts.GroupsPath, cancellationToken).ConfigureAwait(false) ?? ""
        );

    /// <summary>
    /// Fetches the contents of files, so that they can be opened any number of times. Each layer that has some of them
    /// is read once, and leaves one file, however many contents there are: making files is what takes time.
    /// </summary>
    /// <param name="files">Some of these; anything but a file is passed over.</param>
    /// <param name="folder">Absolute path of the folder that the contents are stored in; they are opened from
    /// there.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The content of each file, by its path.</returns>
    /// <exception cref="Diagnostics.ContainerizeException">The codes of the layers' sources.</exception>
    public async Task<ImmutableDictionary<ContainerPath, FileContent>> FetchAsync(
        IEnumerable<ImageFile> files,
        string folder,
        CancellationToken cancellationToken
    )
    {
        var wanted = files.Where(file => file.Kind == EntryKind.File).ToList();
        Directory.CreateDirectory(folder);
        var places = new Dictionary<Digest, (string Path, long Offset)>();
        foreach (var layer in wanted.DistinctBy(file => file.Digest).GroupBy(file => file.ContentLayer))
        {
            var path = Path.Combine(folder, Guid.NewGuid().ToString("N"));
            var target = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 17);
            await using (target.ConfigureAwait(false))
            {
                await CopyAsync(
                        layer.Key,
                        layer,
                        file =>
                        {
                            places[file.Digest!] = (path, target.Position);
                            return target;
                        },
                        cancellationToken
                    )
                    .ConfigureAwait(false);
            }
        }

        return wanted
            .DistinctBy(file => file.Path)
            .ToImmutableDictionary(
                file => file.Path,
                file =>
                {
                    var (path, offset) = places[file.Digest!];
                    return new FileContent(file.Size, () => new FilePart(path, offset, file.Size), file.Path.Text)
                    {
                        Sha256 = file.Digest!.Hex,
                    };
                }
            );
    }

    private Task CopyAsync(
        int layer,
        IEnumerable<ImageFile> files,
        Func<ImageFile, Stream> open,
        CancellationToken cancellationToken
    )
    {
        var byOffset = files.ToDictionary(file => file.Offset);
        return LayerTar.ReadAsync(
            Layers[layer],
            (item, reader) =>
            {
                if (!byOffset.TryGetValue(item.Offset, out var file))
                    return;
                reader.CopyContentTo(open(file));
            },
            cancellationToken
        );
    }
}
