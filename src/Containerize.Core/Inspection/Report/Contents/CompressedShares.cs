using System.Collections.Immutable;

namespace Containerize.Inspection.Report.Contents;

/// <summary>Divides the stored bytes of a layer among its files.</summary>
internal static class CompressedShares
{
    /// <summary>
    /// Parts in the proportion of the files' lengths; of empty files equal parts. Each part is what the sum up to its
    /// file has more than the sum before it, so the parts add up to the whole.
    /// </summary>
    /// <param name="sizes">The lengths of the files before compression.</param>
    /// <param name="bytes">The stored bytes of the layer.</param>
    public static ImmutableArray<long> Of(IReadOnlyList<long> sizes, long bytes)
    {
        var isEmpty = sizes.All(size => size == 0);
        var whole = isEmpty ? (UInt128)sizes.Count : sizes.Aggregate(UInt128.Zero, (sum, size) => sum + (UInt128)size);
        var parts = ImmutableArray.CreateBuilder<long>(sizes.Count);
        var (passed, given) = (UInt128.Zero, 0L);
        foreach (var size in sizes)
        {
            passed += isEmpty ? 1 : (UInt128)size;
            var until = (long)((UInt128)bytes * passed / whole);
            parts.Add(until - given);
            given = until;
        }

        return parts.MoveToImmutable();
    }
}
