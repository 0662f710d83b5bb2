namespace Containerize.Caching;

/// <summary>How much of a cache.</summary>
/// <param name="Files">How many files.</param>
/// <param name="Bytes">Their bytes.</param>
public sealed record CacheRoom(int Files, long Bytes);
