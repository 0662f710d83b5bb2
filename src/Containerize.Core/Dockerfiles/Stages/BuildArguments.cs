using System.Collections.Immutable;
using Containerize.Images;

namespace Containerize.Dockerfiles.Stages;

/// <summary>The arguments that a builder knows without being told (docs.docker.com, "Predefined ARGs" and "platform ARGs in the global scope").</summary>
internal static class BuildArguments
{
    private static readonly string[] Proxies = ["HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY"];

    /// <summary><c>TARGETPLATFORM</c>, <c>BUILDARCH</c> and their kind.</summary>
    public static ImmutableArray<KeyValuePair<string, string>> OfPlatforms(Platform target, Platform build) =>
        [.. Of("TARGET", target), .. Of("BUILD", build)];

    /// <summary>The proxies among the given arguments: every command sees them, no layer depends on them, and nobody declares them.</summary>
    public static IEnumerable<KeyValuePair<string, string>> ProxiesOf(IEnumerable<KeyValuePair<string, string>> given) =>
        given.Where(pair => IsProxy(pair.Key)).OrderBy(pair => pair.Key, StringComparer.Ordinal);

    /// <summary>Whether a name is that of a proxy.</summary>
    public static bool IsProxy(string name) => Proxies.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether the builder gives the name a value itself.</summary>
    public static bool IsPredefined(string name) => IsProxy(name) || name == "SOURCE_DATE_EPOCH" || name.StartsWith("BUILDKIT_", StringComparison.Ordinal);

    private static IEnumerable<KeyValuePair<string, string>> Of(string prefix, Platform platform) =>
    [
        new(prefix + "PLATFORM", platform.ToString()),
        new(prefix + "OS", platform.Os),
        new(prefix + "ARCH", platform.Architecture),
        new(prefix + "VARIANT", platform.Variant ?? ""),
        new(prefix + "OSVERSION", platform.OsVersion ?? ""),
    ];
}
