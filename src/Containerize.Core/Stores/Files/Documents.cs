using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Layout;

namespace Containerize.Stores.Files;

/// <summary>Documents and blobs out of a tree of files: the ones short and checked, the others as streams that check.</summary>
internal static class Documents
{
    /// <summary>The longest manifest or index, in bytes: what registries are asked to take (distribution-spec, "Pushing manifests").</summary>
    public const int ManifestLimit = 4 << 20;

    /// <summary>The longest config, in bytes: what containerd takes.</summary>
    public const int ConfigLimit = 20 << 20;

    /// <summary>The bytes of a document that nothing names by digest; null when there is none.</summary>
    /// <exception cref="ContainerizeException">The tree's own code, or CTZ0024 when it is too long.</exception>
    public static async Task<byte[]?> ReadAsync(this IFileTree tree, string name, int limit, CancellationToken cancellationToken)
    {
        using var stream = tree.Open(name);
        if (stream is null)
            return null;
        CheckLength(stream.Length, limit, $"'{name}' in {tree.Where}");
        return await ReadToEndAsync(stream, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The bytes of a manifest, index or config, which are what the descriptor says.</summary>
    /// <exception cref="ContainerizeException">
    /// The tree's own code when it is not there, CTZ0024 when it is too long, CTZ0022 or CTZ0023 when it is something else.
    /// </exception>
    public static async Task<byte[]> ReadAsync(this IFileTree tree, Descriptor descriptor, int limit, CancellationToken cancellationToken)
    {
        CheckLength(descriptor.Size, limit, $"The document {descriptor.Digest} in {tree.Where}");
        using var stream = tree.Open(descriptor);
        return await ReadToEndAsync(stream, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads an image out of a tree; what the disk has against it becomes the tree's own code.</summary>
    public static async Task<Image> ReadImageAsync(this IFileTree tree, Func<Task<Image>> read)
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            throw new ContainerizeException(tree.Invalid, $"{tree.Where} cannot be read: {exception.Message.TrimEnd('.')}.", exception);
        }
    }

    /// <summary>The blob that the descriptor names; it is missed only when it is opened, since a layout may leave out what is elsewhere.</summary>
    public static Blob Blob(this IFileTree tree, Descriptor descriptor) =>
        new(descriptor, _ => Task.FromResult<Stream>(tree.Open(descriptor)));

    private static VerifyingStream Open(this IFileTree tree, Descriptor descriptor)
    {
        var name = LayoutFormat.BlobName(descriptor.Digest);
        var stream = tree.Open(name) ?? throw new ContainerizeException(tree.Invalid,
            $"{tree.Where} names the content {descriptor.Digest} and has no '{name}'. It is incomplete: make it again, or copy it whole.");
        return new VerifyingStream(stream, descriptor, $"'{name}' in {tree.Where}");
    }

    private static void CheckLength(long length, int limit, string where)
    {
        if (length > limit)
            throw OciJson.Invalid(where, $"it is {length} bytes long and {limit} is the most");
    }

    private static async Task<byte[]> ReadToEndAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
        return bytes.ToArray();
    }
}
