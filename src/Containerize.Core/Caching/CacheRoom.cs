namespace Containerize.Caching;

/// <summary>How much of a cache.</summary>
/// <param name="Files">How many files.</param>
/// <param name="Bytes">Their bytes.</param>
public sealed record CacheRoom(int Files, long Bytes)
{
    public static CacheRoom operator +(CacheRoom one, CacheRoom other) => new(one.Files + other.Files, one.Bytes + other.Bytes);
}
