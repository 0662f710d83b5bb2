namespace Containerize.TestKit.Registries;

/// <summary>A request as it came in.</summary>
public sealed record SeenRequest(
    string Method,
    string Path,
    string Query,
    string? Authorization,
    string? ContentType,
    long? Length,
    string? ContentRange
)
{
    public override string ToString() => $"{Method} {Path}{Query}";
}
