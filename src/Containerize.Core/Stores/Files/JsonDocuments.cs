using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Stores.Files;

/// <summary>Documents out of a tree of files: in memory, and no longer than they may be.</summary>
internal static class JsonDocuments
{
    /// <summary>The longest manifest or index, in bytes: what registries are asked to take (distribution-spec, "Pushing
    /// manifests").</summary>
    public const int ManifestLimit = 4 << 20;

    /// <summary>The longest config, in bytes: what containerd takes.</summary>
    public const int ConfigLimit = 20 << 20;

    /// <summary>The bytes of a document that nothing names by digest; null when there is none.</summary>
    /// <exception cref="ContainerizeException">The tree's own code, or CTZ0024 when it is too long.</exception>
    public static async Task<byte[]?> ReadAsync(
        this IFileTree tree,
        string name,
        int limit,
        CancellationToken cancellationToken
    )
    {
        using var stream = tree.Open(name);
        if (stream is null)
            return null;
        CheckLength(stream.Length, limit, $"'{name}' in {tree.Where}");
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
            throw new ContainerizeException(
                tree.Invalid,
                $"{tree.Where} cannot be read: {exception.Message.TrimEnd('.')}. See to the disk, or make it again.",
                exception
            );
        }
    }

    /// <summary>Refuses a document that is too long to be one.</summary>
    /// <exception cref="ContainerizeException">CTZ0024.</exception>
    public static void CheckLength(long length, int limit, string where)
    {
        if (length > limit)
            throw OciJson.Invalid(where, $"it is {length} bytes long and {limit} is the most");
    }

    /// <summary>All the bytes of a stream whose length is known to be small.</summary>
    public static async Task<byte[]> ReadToEndAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
        return bytes.ToArray();
    }
}
