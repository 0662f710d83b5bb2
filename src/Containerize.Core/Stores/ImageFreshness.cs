using System.Collections.Immutable;
using Containerize.Images;

namespace Containerize.Stores;

/// <summary>
/// What tells, without reading an image again, that a place still holds the one it held: files on this machine that are
/// as they were, and names of registries that have the same digest when they are asked.
/// </summary>
/// <param name="Files">Absolute paths.</param>
/// <param name="Names">What each name meant.</param>
public sealed record ImageFreshness(ImmutableArray<string> Files, ImmutableArray<NamedDigest> Names)
{
    /// <summary>Nothing to look at: what can never be anything else.</summary>
    public static ImageFreshness None { get; } = new([], []);

    /// <summary>Files alone.</summary>
    public static ImageFreshness Of(params IEnumerable<string> files) => new([.. files], []);

    /// <summary>Combines all parts; null if one of them is unknown.</summary>
    public static ImageFreshness? All(IEnumerable<ImageFreshness?> parts)
    {
        var all = parts.ToArray();
        return all.Contains(null)
            ? null
            : new([.. all.SelectMany(part => part!.Files)], [.. all.SelectMany(part => part!.Names)]);
    }
}

/// <summary>What a name in a registry means.</summary>
/// <param name="Name">The full reference, by tag.</param>
/// <param name="Digest">Of the manifest or index that it names.</param>
/// <param name="ThroughMirrors">Whether a mirror's word counts, as it does for what is pulled.</param>
public sealed record NamedDigest(ImageReference Name, Digest Digest, bool ThroughMirrors);
