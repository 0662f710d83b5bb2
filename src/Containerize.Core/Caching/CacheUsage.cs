namespace Containerize.Caching;

/// <summary>How much of a cache.</summary>
/// <param name="Files">How many files.</param>
/// <param name="Bytes">Their bytes.</param>
internal sealed record CacheUsage(int Files, long Bytes)
{
    public static CacheUsage operator +(CacheUsage one, CacheUsage other) =>
        new(one.Files + other.Files, one.Bytes + other.Bytes);
}
