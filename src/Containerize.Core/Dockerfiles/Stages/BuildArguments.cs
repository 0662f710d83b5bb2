using System.Collections.Immutable;
using Containerize.Images;

namespace Containerize.Dockerfiles.Stages;

/// <summary>The arguments that every builder has a value for (docs.docker.com, "Predefined ARGs" and "platform ARGs in
/// the global scope").</summary>
internal static class BuildArguments
{
    private static readonly string[] Proxies = ["HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY"];

    /// <summary><c>TARGETPLATFORM</c>, <c>BUILDARCH</c> and their kind, and <c>TARGETSTAGE</c>; a given value comes
    /// first.</summary>
    /// <param name="target">What is built for.</param>
    /// <param name="build">What this machine is.</param>
    /// <param name="stage">The stage that is asked for; null for the last.</param>
    /// <param name="given">The values of <c>--build-arg</c>.</param>
    public static ImmutableArray<KeyValuePair<string, string>> Predefined(
        Platform target,
        Platform build,
        string? stage,
        ImmutableDictionary<string, string> given
    )
    {
        KeyValuePair<string, string>[] own =
        [
            .. Of("TARGET", target),
            .. Of("BUILD", build),
            new("TARGETSTAGE", stage ?? "default"),
        ];
        return [.. own.Select(pair => KeyValuePair.Create(pair.Key, given.GetValueOrDefault(pair.Key, pair.Value)))];
    }

    /// <summary>
    /// The proxies among the given arguments: every command sees them, no layer depends on them, and no ARG declares
    /// them. Each has both spellings, since some programs read the small one only.
    /// </summary>
    public static IEnumerable<KeyValuePair<string, string>> ProxiesOf(ImmutableDictionary<string, string> given) =>
        Proxies
            .SelectMany(name => new[] { name, name.ToLowerInvariant() })
            .Select(name =>
                (
                    Name: name,
                    Value: given.GetValueOrDefault(name)
                        ?? given
                            .Where(pair => name.Equals(pair.Key, StringComparison.OrdinalIgnoreCase))
                            .OrderBy(pair => pair.Key, StringComparer.Ordinal)
                            .Select(pair => pair.Value)
                            .FirstOrDefault()
                )
            )
            .Where(pair => pair.Value is not null)
            .Select(pair => KeyValuePair.Create(pair.Name, pair.Value!));

    /// <summary>Whether a name is that of a proxy.</summary>
    public static bool IsProxy(string name) => Proxies.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether the builder gives the name a value itself.</summary>
    public static bool IsPredefined(string name) =>
        IsProxy(name) || name == "SOURCE_DATE_EPOCH" || name.StartsWith("BUILDKIT_", StringComparison.Ordinal);

    private static IEnumerable<KeyValuePair<string, string>> Of(string prefix, Platform platform) =>
        [
            new(prefix + "PLATFORM", platform.ToString()),
            new(prefix + "OS", platform.Os),
            new(prefix + "ARCH", platform.Architecture),
            new(prefix + "VARIANT", platform.Variant ?? ""),
            new(prefix + "OSVERSION", platform.OsVersion ?? ""),
        ];
}
