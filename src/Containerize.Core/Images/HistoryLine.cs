namespace Containerize.Images;

/// <summary>One line of an image's history as it is written, by whomever (image-spec, config.md, "history").</summary>
/// <param name="CreatedBy">The instruction in its builder's words; null when it is not given.</param>
/// <param name="EmptyLayer">True for an instruction that made no layer.</param>
/// <param name="Created">When, as it is written; null when it is not given.</param>
public sealed record HistoryLine(string? CreatedBy, bool EmptyLayer, string? Created);
