namespace Containerize.Tests.Caching;

/// <summary>How a run ended.</summary>
/// <param name="IsKilled">Whether it was killed before its end.</param>
/// <param name="Digest">The digest that it printed; null when it made no image.</param>
/// <param name="Tarball">The SHA-256 of the tarball; null when it made no image.</param>
/// <param name="Errors">Its errors.</param>
internal sealed record CacheThiefOutcome(bool IsKilled, string? Digest, string? Tarball, string Errors)
{
    public CacheThiefOutcome Succeeded()
    {
        Assert.True(Tarball is not null, Errors);
        return this;
    }
}
