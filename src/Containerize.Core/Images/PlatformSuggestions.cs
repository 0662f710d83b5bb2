using System.Collections.Immutable;
using Containerize.Diagnostics;

namespace Containerize.Images;

/// <summary>
/// What was probably meant by a platform that does not exist. A Dockerfile may name any; what somebody types for an
/// image is looked at.
/// </summary>
internal static class PlatformSuggestions
{
    private const int MostChanges = 2;

    // The processors of .NET's runtime identifiers, and under the words of others.
    private static readonly ImmutableArray<string> RuntimeProcessors =
    [
        "x64",
        "arm64",
        "x86",
        "arm",
        "s390x",
        "ppc64le",
        "riscv64",
    ];

    private static readonly ImmutableDictionary<string, string> ForeignProcessors = new Dictionary<string, string>
    {
        ["amd64"] = "x64",
        ["x86_64"] = "x64",
        ["x86-64"] = "x64",
        ["aarch64"] = "arm64",
        ["386"] = "x86",
        ["i386"] = "x86",
        ["loong64"] = "loongarch64",
    }.ToImmutableDictionary(StringComparer.Ordinal);

    /// <summary>The platform itself, where its words name an operating system and a processor.</summary>
    /// <exception cref="ContainerizeException">CTZ0150, with the nearest word.</exception>
    public static Platform Checked(Platform platform) =>
        Objection(platform.Os, platform.Architecture) is not { } objection
            ? platform
            : throw new ContainerizeException(
                DiagnosticTable.InvalidPlatform,
                $"'{platform}' is no platform: {objection} Write one such as 'linux/amd64' or 'linux/arm64'."
            );

    private static string? Objection(string os, string architecture) =>
        !PlatformNames.Systems.Contains(os)
            ? $"'{os}' is no operating system.{Suggestion(Nearest(os, PlatformNames.Systems))}"
        : !PlatformNames.Processors.Contains(architecture)
            ? $"'{architecture}' is no "
                + $"processor.{Suggestion(OfDotnet(architecture) ?? Nearest(architecture, PlatformNames.Processors))}"
        : null;

    /// <summary>The runtime identifier that was probably meant, as a question after a blank; empty where nothing
    /// tells.</summary>
    /// <param name="rid">One that names no platform.</param>
    public static string RuntimeSuggestion(string rid)
    {
        var parts = rid.Replace('/', '-').ToLowerInvariant().Split('-', 2);
        if (parts.Length < 2 || Nearest(parts[0], ["linux", "win", "windows"]) is not { } os)
            return "";
        var libc = parts[1].StartsWith("musl-", StringComparison.Ordinal) ? "musl-" : "";
        var word = parts[1][libc.Length..];
        var processor = ForeignProcessors.GetValueOrDefault(word) ?? Nearest(word, RuntimeProcessors);
        return processor is null ? "" : Suggestion($"{(os == "windows" ? "win" : os)}-{libc}{processor}");
    }

    private static string Suggestion(string? name) => name is null ? "" : $" Did you mean '{name}'?";

    private static string? OfDotnet(string architecture) =>
        architecture switch
        {
            "x64" => "amd64",
            "x86" => "386",
            "loongarch64" => "loong64",
            _ => null,
        };

    private static string? Nearest(string word, IEnumerable<string> known) =>
        known
            .Select(name => (Name: name, Changes: EditDistance.Between(name, word, MostChanges)))
            .Where(name => name.Changes <= MostChanges && name.Changes < name.Name.Length - 1)
            .OrderBy(name => name.Changes)
            .FirstOrDefault()
            .Name;
}
