using Containerize.Images;
using Containerize.Tar;

namespace Containerize.FileSystems;

/// <summary>An entry of a layer, and what is to be known of its content without having it.</summary>
/// <param name="Item">The entry.</param>
/// <param name="Digest">The SHA-256 of a file's content; null for all else.</param>
/// <param name="Kept">The content of a file whose bytes are kept in memory; null for all else.</param>
internal sealed record ListedItem(TarItem Item, Digest? Digest, byte[]? Kept);
