using System.Collections.Immutable;
using Containerize.Entries;

namespace Containerize.Layers;

/// <summary>A layer that is to be written: its name and what will be in it.</summary>
/// <param name="Name"><c>runtime</c>, <c>dependencies</c>, <c>dependencies-serilog</c>, <c>assets</c>, <c>app</c>,
/// …</param>
/// <param name="Entries">The entries; one per path, in any order.</param>
public sealed record PlannedLayer(string Name, ImmutableArray<LayerEntry> Entries)
{
    /// <summary>How many bytes its files have, without the tar around them and uncompressed.</summary>
    public long Size => Entries.Sum(entry => entry.Content?.Length ?? 0);
}
