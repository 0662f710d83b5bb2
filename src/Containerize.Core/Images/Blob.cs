namespace Containerize.Images;

/// <summary>
/// Content with its identity. Everything about it is known; only the bytes are fetched when they are needed, which for
/// a base layer that the registry holds already is never.
/// </summary>
/// <param name="Descriptor">What the content is, its digest and its size.</param>
/// <param name="OpenAsync">
/// Opens the bytes from their start, any number of times; the stream fails with CTZ0022 or CTZ0023 when they are not
/// what the descriptor says.
/// </param>
public sealed record Blob(Descriptor Descriptor, Func<CancellationToken, Task<Stream>> OpenAsync)
{
    /// <summary>The repository that holds the blob, so that another one of the same registry can mount it; or
    /// null.</summary>
    public ImageReference? Origin { get; init; }

    /// <summary>Brings bytes that lie elsewhere to this machine, so that who opens them later need not wait; null where
    /// there is nothing to bring.</summary>
    public Func<CancellationToken, Task>? BringAsync { get; init; }

    /// <summary>A blob of bytes in memory.</summary>
    public static Blob FromBytes(string mediaType, ReadOnlyMemory<byte> bytes) =>
        new(
            new Descriptor(mediaType, Digest.Of(bytes.Span), bytes.Length),
            _ => Task.FromResult<Stream>(new MemoryStream(bytes.ToArray(), writable: false))
        );
}
