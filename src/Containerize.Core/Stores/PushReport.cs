using System.Collections.Immutable;
using Containerize.Images;

namespace Containerize.Stores;

/// <summary>What became of a blob on its way to a sink.</summary>
public enum BlobFate
{
    /// <summary>Its bytes were written into a file.</summary>
    Written,

    /// <summary>Its bytes went over the network.</summary>
    Sent,

    /// <summary>The sink had it.</summary>
    AlreadyThere,

    /// <summary>The registry took it from another of its repositories.</summary>
    Mounted,
}

/// <summary>What a sink did.</summary>
/// <param name="Destination">Where the image is now, as the user would write it.</param>
/// <param name="Layers">What became of each layer, by its digest.</param>
public sealed record PushReport(string Destination, ImmutableDictionary<Digest, BlobFate> Layers)
{
    /// <summary>What the place could not take of the image, a sentence each; usually nothing.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>The same of a place that had everything.</summary>
    public PushReport Unchanged() =>
        this with
        {
            Layers = Layers.ToImmutableDictionary(pair => pair.Key, _ => BlobFate.AlreadyThere),
        };
}
