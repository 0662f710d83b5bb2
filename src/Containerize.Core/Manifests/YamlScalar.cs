namespace Containerize.Manifests;

/// <summary>A scalar of a YAML text that is written on one line.</summary>
/// <param name="Start">Where its characters begin in the text, without quotes.</param>
/// <param name="Length">How many there are.</param>
/// <param name="Value">The characters.</param>
internal sealed record YamlScalar(int Start, int Length, string Value);
