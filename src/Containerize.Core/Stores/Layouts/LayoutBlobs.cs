using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Files;

namespace Containerize.Stores.Layouts;

/// <summary>What a descriptor names in a layout: checked while it is read.</summary>
internal static class LayoutBlobs
{
    /// <summary>The bytes of a manifest, index or config, which are what the descriptor says.</summary>
    /// <exception cref="ContainerizeException">
    /// The tree's own code when it is not there, CTZ0024 when it is too long, CTZ0022 or CTZ0023 when it is something
    /// else.
    /// </exception>
    public static async Task<byte[]> ReadAsync(
        this IFileTree tree,
        Descriptor descriptor,
        int limit,
        CancellationToken cancellationToken
    )
    {
        JsonDocuments.CheckLength(descriptor.Size, limit, $"The document {descriptor.Digest} in {tree.Where}");
        using var stream = tree.Open(descriptor);
        return await JsonDocuments.ReadToEndAsync(stream, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The blob that the descriptor names; it is missed only when it is opened, since a layout may leave out
    /// what is elsewhere.</summary>
    public static Blob Blob(this IFileTree tree, Descriptor descriptor) =>
        new(descriptor, _ => Task.FromResult<Stream>(tree.Open(descriptor)));

    private static VerifyingStream Open(this IFileTree tree, Descriptor descriptor)
    {
        var name = LayoutFormat.BlobName(descriptor.Digest);
        var stream =
            tree.Open(name)
            ?? throw new ContainerizeException(
                tree.Invalid,
                $"{tree.Where} names the content {descriptor.Digest} and has no '{name}'. It is incomplete: "
                    + "make it again, or copy it whole."
            );
        return new VerifyingStream(stream, descriptor, $"'{name}' in {tree.Where}");
    }
}
