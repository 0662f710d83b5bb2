namespace Containerize.Bench;

/// <summary>What went over the wire.</summary>
/// <param name="Sent">Bytes to the registry, of everything.</param>
/// <param name="Received">Bytes from it.</param>
/// <param name="Blobs">Of what was sent, the content of layers and configs.</param>
/// <param name="Manifests">Of what was sent, manifests.</param>
internal sealed record Traffic(long Sent, long Received, long Blobs, long Manifests);
