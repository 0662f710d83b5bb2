namespace Containerize.Inspection.Reproducibility;

/// <summary>What a build may leave of itself in what it makes.</summary>
/// <param name="Folder">The absolute path that both builds lay below, like nothing else's.</param>
/// <param name="Begin">When the first began.</param>
/// <param name="End">When the second ended.</param>
public sealed record BuildTraces(string Folder, DateTimeOffset Begin, DateTimeOffset End)
{
    // A time without a zone may be that of any.
    private static readonly TimeSpan AnyZone = TimeSpan.FromHours(15);

    /// <summary>Another absolute path that one of the builds lay below: the sources where the user has them.</summary>
    public string? Home { get; init; }

    /// <summary>Why a file may be in the first image only; empty where nothing is known.</summary>
    public string OnlyFirst { get; init; } = "";

    /// <summary>Why a file may be in the second image only; empty where nothing is known.</summary>
    public string OnlySecond { get; init; } = "";

    /// <summary>Whether the time lies in the builds, in whatever time zone it was written.</summary>
    public bool Contains(DateTimeOffset time) => time >= Begin - AnyZone && time <= End + AnyZone;

    /// <summary>Whether so many seconds since 1970 lie in the builds.</summary>
    public bool ContainsUnixTime(long seconds) =>
        seconds >= Begin.ToUnixTimeSeconds() && seconds <= End.ToUnixTimeSeconds();
}
