namespace Containerize.Inspection.Verification;

/// <summary>One thing about an image that is not as it must be.</summary>
/// <param name="Where">The document or layer, by its digest; or what the user called the image.</param>
/// <param name="What">What is wrong, as the rest of a sentence that begins with <paramref name="Where"/>.</param>
public sealed record Violation(string Where, string What)
{
    public override string ToString() => $"{Where}: {What}";
}
