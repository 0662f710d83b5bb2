using System.Collections.Immutable;

namespace Containerize.Images;

/// <summary>
/// A document of an index that is no image: an attestation, a signature, or an index within the index. It is carried
/// along byte for byte, since the outer index names it by its digest.
/// </summary>
/// <param name="Descriptor">The media type, digest and size of the manifest or inner index.</param>
/// <param name="Bytes">Its exact bytes.</param>
/// <param name="Blobs">What it names beside other documents: the config and layers of a manifest.</param>
public sealed record Artifact(Descriptor Descriptor, ReadOnlyMemory<byte> Bytes, ImmutableArray<Blob> Blobs)
{
    /// <summary>The document, to be stored like a layer.</summary>
    public Blob Document => Blob.FromBytes(Descriptor.MediaType, Bytes);
}
