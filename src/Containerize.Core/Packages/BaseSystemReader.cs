using System.Collections.Immutable;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Layers;
using ZstdSharp;

namespace Containerize.Packages;

/// <summary>Reads from the layers of a base image what must be known of it to install packages upon it.</summary>
public sealed class BaseSystemReader
{
    private const string Whiteout = ".wh.";
    private const string Opaque = ".wh..wh..opq";
    private const long MostText = 64 << 20;

    private readonly HashSet<ContainerPath> _directories = [];
    private readonly Dictionary<ContainerPath, string> _links = [];
    private readonly HashSet<ContainerPath> _files = [];
    private readonly Dictionary<ContainerPath, string> _texts = [];

    private BaseSystemReader()
    {
    }

    /// <summary>Reads all layers, lowest first; whiteouts take away what lies below them (image-spec, layer.md).</summary>
    /// <exception cref="ContainerizeException">CTZ0024 when a layer is no tar; the codes of its source.</exception>
    public static async Task<BaseSystem> ReadAsync(Image image, CancellationToken cancellationToken)
    {
        var reader = new BaseSystemReader();
        foreach (var layer in image.Layers)
            await reader.ReadAsync(layer, cancellationToken).ConfigureAwait(false);
        return new([.. reader._directories], reader._links.ToImmutableDictionary(), [.. reader._files], reader._texts.ToImmutableSortedDictionary());
    }

    private async Task ReadAsync(Layer layer, CancellationToken cancellationToken)
    {
        try
        {
            var stored = await layer.Blob.OpenAsync(cancellationToken).ConfigureAwait(false);
            await using (stored.ConfigureAwait(false))
            {
                var plain = layer.Compression switch
                {
                    LayerCompression.Gzip => new GZipStream(stored, CompressionMode.Decompress, leaveOpen: true),
                    LayerCompression.Zstd => new DecompressionStream(stored, leaveOpen: true),
                    _ => stored,
                };
                await using (plain.ConfigureAwait(false))
                {
                    await ReadAsync(plain, cancellationToken).ConfigureAwait(false);
                    await plain.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
                    // Only a reader that reaches the end of the blob has seen the right bytes.
                    await stored.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (Exception exception) when (Decompression.IsDamage(exception) || exception is FormatException or ArgumentException)
        {
            throw new ContainerizeException(DiagnosticTable.InvalidManifest,
                $"The layer {layer.Blob.Descriptor.Digest} of the base image cannot be read: {exception.Message}. Fetch or build the base image again.", exception);
        }
    }

    private async Task ReadAsync(Stream plain, CancellationToken cancellationToken)
    {
        var added = new HashSet<ContainerPath>();
        var reader = new TarReader(plain, leaveOpen: true);
        await using (reader.ConfigureAwait(false))
        {
            while (await reader.GetNextEntryAsync(copyData: false, cancellationToken).ConfigureAwait(false) is { } entry)
            {
                var names = entry.Name.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(name => name != ".").ToArray();
                if (names.Length == 0 || names.Contains(".."))
                    continue;
                var folder = ContainerPath.Root.Combine(string.Join('/', names[..^1]));
                if (names[^1] == Opaque)
                    RemoveBelow(folder, added);
                else if (names[^1].StartsWith(Whiteout, StringComparison.Ordinal))
                    Remove(folder.Combine(names[^1][Whiteout.Length..]));
                else
                    await AddAsync(folder.Combine(names[^1]), entry, added, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task AddAsync(ContainerPath path, TarEntry entry, HashSet<ContainerPath> added, CancellationToken cancellationToken)
    {
        added.Add(path);
        if (entry.EntryType == TarEntryType.Directory)
        {
            _links.Remove(path);
            _files.Remove(path);
            _directories.Add(path);
            return;
        }

        Remove(path);
        if (entry.EntryType == TarEntryType.SymbolicLink)
            _links[path] = entry.LinkName;
        else
            _files.Add(path);
        if (entry.DataStream is { } data && IsWanted(path) && entry.Length <= MostText)
        {
            using var text = new StreamReader(data, Encoding.UTF8);
            _texts[path] = await text.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool IsWanted(ContainerPath path) => path.Text is "/etc/os-release" or "/usr/lib/os-release"
        || path == DpkgRecords.Status || path.Parent == DpkgRecords.StatusFolder;

    private void Remove(ContainerPath path)
    {
        RemoveBelow(path, []);
        _directories.Remove(path);
        _links.Remove(path);
        _files.Remove(path);
        _texts.Remove(path);
    }

    private void RemoveBelow(ContainerPath path, HashSet<ContainerPath> spared)
    {
        if (!_directories.Contains(path))
            return;
        bool IsBelow(ContainerPath other) => other != path && path.Contains(other) && !spared.Contains(other);
        _directories.RemoveWhere(IsBelow);
        _files.RemoveWhere(IsBelow);
        foreach (var below in _links.Keys.Concat(_texts.Keys).Where(IsBelow).ToList())
        {
            _links.Remove(below);
            _texts.Remove(below);
        }
    }
}
