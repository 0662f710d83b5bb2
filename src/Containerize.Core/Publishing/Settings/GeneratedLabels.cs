using Containerize.Images;

namespace Containerize.Publishing.Settings;

/// <summary>Which labels an image gets that only the run knows the values of (image-spec, annotations.md).</summary>
/// <param name="Created"><c>org.opencontainers.image.created</c> and <c>….artifact.created</c>: the image's one
/// time.</param>
/// <param name="BaseName"><c>org.opencontainers.image.base.name</c>: the base's reference, if it has one that is not of
/// this machine.</param>
/// <param name="BaseDigest"><c>org.opencontainers.image.base.digest</c>: the digest of the base's manifest for the
/// platform.</param>
public sealed record GeneratedLabels(bool Created, bool BaseName, bool BaseDigest)
{
    /// <summary>No label.</summary>
    public static GeneratedLabels None { get; } = new(false, false, false);

    internal IEnumerable<KeyValuePair<string, string>> Of(
        DateTimeOffset time,
        ImageReference? baseReference,
        Digest baseDigest
    )
    {
        if (Created)
        {
            yield return new("org.opencontainers.image.created", History.Format(time));
            yield return new("org.opencontainers.artifact.created", History.Format(time));
        }

        if (BaseName && baseReference is not null)
            yield return new("org.opencontainers.image.base.name", baseReference.ToString());
        if (BaseDigest)
            yield return new("org.opencontainers.image.base.digest", baseDigest.ToString());
    }
}
