using System.Collections.Immutable;
using Containerize.Entries;
using Containerize.Images;
using Containerize.Layers;
using Containerize.Tar;

namespace Containerize.FileSystems;

/// <summary>The entries of a layer in its order: all that is needed of it to tell the files of an image.</summary>
/// <param name="Items">The entries.</param>
internal sealed partial record LayerListing(ImmutableArray<ListedItem> Items)
{
    private const long MostKept = 64 << 20;

    /// <summary>Whether it is one of the files that tell the users of an image, whose bytes are always kept.</summary>
    public static bool IsOfAccounts(ContainerPath path) => path == Accounts.UsersPath || path == Accounts.GroupsPath;

    /// <summary>Reads a layer from its start to its end.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="keep">Which files' bytes are kept in memory, of those that are not too large for that.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="Diagnostics.ContainerizeException">As of <see cref="LayerTar.ReadAsync"/>; CTZ0140 for a path
    /// out of the root.</exception>
    public static Task<LayerListing> ReadAsync(
        Layer layer,
        Func<ContainerPath, bool> keep,
        CancellationToken cancellationToken
    ) => ReadKeepingAsync(layer, (path, _) => keep(path), cancellationToken);

    /// <summary>The same, for one who also asks how large a file is before its bytes are kept.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="keep">Which files' bytes are kept, by path and length.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<LayerListing> ReadKeepingAsync(
        Layer layer,
        Func<ContainerPath, long, bool> keep,
        CancellationToken cancellationToken
    )
    {
        var items = ImmutableArray.CreateBuilder<ListedItem>();
        await LayerTar
            .ReadAsync(layer, (item, reader) => items.Add(Read(item, reader, keep)), cancellationToken)
            .ConfigureAwait(false);
        return new LayerListing(items.ToImmutable());
    }

    private static ListedItem Read(TarItem item, TarItemReader reader, Func<ContainerPath, long, bool> keep)
    {
        if (item.Type != TarItem.File)
            return new ListedItem(item, null, null);
        var names = LayerOverlay.Names(item.Name);
        var isKept =
            item.Size <= MostKept
            && names.Length > 0
            && !names.Any(LayerOverlay.IsWhiteout)
            && keep(ContainerPath.Root.Combine(string.Join('/', names)), item.Size);
        using var kept = isKept ? new MemoryStream() : null;
        using var hashing = new HashingStream((Stream?)kept ?? Stream.Null);
        reader.CopyContentTo(hashing);
        return new ListedItem(item, hashing.Finish(), kept?.ToArray());
    }
}
