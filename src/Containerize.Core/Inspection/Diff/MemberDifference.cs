namespace Containerize.Inspection.Diff;

/// <summary>A member of a manifest or config that two images have different values for.</summary>
/// <param name="Name">Where it is: <c>config.Env.PATH</c>, <c>annotations.NAME</c>,
/// <c>history[3].created_by</c>.</param>
/// <param name="A">The first image's value as JSON; null when it has none.</param>
/// <param name="B">The second image's.</param>
public sealed record MemberDifference(string Name, string? A, string? B);
