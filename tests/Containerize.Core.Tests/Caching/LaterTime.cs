namespace Containerize.Core.Tests.Caching;

/// <summary>The machine's clock, ahead by some time.</summary>
internal sealed class LaterTime(TimeSpan ahead) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + ahead;
}
