using System.Collections.Immutable;
using Containerize.Entries;
using Containerize.Images;

namespace Containerize.Publishing.Layering;

/// <summary>
/// Libraries in native code that a publish without a <c>RuntimeIdentifier</c> carries for platforms other than the
/// image's:
/// <c>runtimes/win-x64/native/…</c>. Nothing in the image can load them.
/// </summary>
/// <param name="Platforms">The runtime identifiers of the other platforms, sorted.</param>
/// <param name="Size">How many bytes their files have.</param>
public sealed record ForeignLibraries(ImmutableArray<string> Platforms, long Size)
{
    /// <summary>How many bytes are worth a word.</summary>
    public const long WorthAWord = 10 << 20;

    private const string Folder = "runtimes";

    // Of other systems than Linux: any other name may be a distribution's (debian.12-x64), and is not
    // counted.
    private static readonly ImmutableArray<string> OtherSystems =
    [
        "android",
        "browser",
        "freebsd",
        "haiku",
        "illumos",
        "ios",
        "iossimulator",
        "linux-bionic",
        "maccatalyst",
        "osx",
        "solaris",
        "tvos",
        "tvossimulator",
        "wasi",
        "win",
        "win10",
        "win7",
        "win8",
        "win81",
    ];

    private static readonly ImmutableDictionary<string, string> Processors = new Dictionary<string, string>
    {
        ["x64"] = "amd64",
        ["x86"] = "386",
        ["arm64"] = "arm64",
        ["arm"] = "arm",
        ["armel"] = "arm",
        ["armv6"] = "arm",
        ["wasm"] = "wasm",
        ["s390x"] = "s390x",
        ["ppc64le"] = "ppc64le",
        ["riscv64"] = "riscv64",
        ["loongarch64"] = "loong64",
        ["mips64"] = "mips64",
    }.ToImmutableDictionary(StringComparer.Ordinal);

    /// <summary>Looks for such files.</summary>
    /// <param name="plan">The files of an image.</param>
    /// <param name="workingDirectory">Where the published ones lie.</param>
    /// <param name="platform">What the image runs on.</param>
    public static ForeignLibraries Of(LayerPlan plan, ContainerPath workingDirectory, Platform platform)
    {
        var root = workingDirectory.Combine(Folder);
        var foreign = plan
            .Layers.SelectMany(layer => layer.Entries)
            .Where(entry => entry.Kind == EntryKind.File && root.Contains(entry.Path) && entry.Path != root)
            .Select(entry =>
                (Rid: entry.Path.Text[(root.Text.Length + 1)..].Split('/')[0], Size: entry.Content!.Length)
            )
            .Where(file => !Fits(file.Rid, platform))
            .ToList();
        return new ForeignLibraries(
            [.. foreign.Select(file => file.Rid).Distinct().Order(StringComparer.Ordinal)],
            foreign.Sum(file => file.Size)
        );
    }

    // Whether a runtime of the platform would look there: a system that is not its own, or a processor that is not, it
    // does not.
    private static bool Fits(string rid, Platform platform)
    {
        var processor = rid[(rid.LastIndexOf('-') + 1)..];
        var system =
            Processors.ContainsKey(processor) && rid.Contains('-', StringComparison.Ordinal)
                ? rid[..rid.LastIndexOf('-')]
                : rid;
        var isWindows = system.StartsWith("win", StringComparison.Ordinal);
        var fitsSystem =
            platform.Os == "windows" ? isWindows || system is "any" or "base" : !OtherSystems.Contains(system);
        return fitsSystem
            && (!Processors.TryGetValue(processor, out var architecture) || architecture == platform.Architecture);
    }
}
