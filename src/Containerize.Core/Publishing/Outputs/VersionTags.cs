using NuGet.Versioning;

namespace Containerize.Publishing.Outputs;

/// <summary>The tags that a version stands for.</summary>
internal static class VersionTags
{
    /// <summary>The word in <c>ContainerImageTags</c> that stands for them.</summary>
    public const string Keyword = "semver";

    /// <summary>1.2.3 gives <c>1.2.3</c>, <c>1.2</c>, <c>1</c> and <c>latest</c>; a prerelease or another text only
    /// itself.</summary>
    public static IEnumerable<string> Of(string version) =>
        !NuGetVersion.TryParse(version, out var parsed) ? [version]
        : parsed.IsPrerelease ? [parsed.ToNormalizedString()]
        : [parsed.ToNormalizedString(), $"{parsed.Major}.{parsed.Minor}", $"{parsed.Major}", "latest"];
}
