using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Containerize.Diagnostics;
using Processor = System.Runtime.InteropServices.Architecture;

namespace Containerize.Images;

/// <summary>What an image runs on, in Go's names (image-spec, image-index.md, "platform").</summary>
/// <param name="Os"><c>linux</c> or <c>windows</c>.</param>
/// <param name="Architecture"><c>amd64</c>, <c>arm64</c>, …</param>
/// <param name="Variant">The variant of the CPU, such as <c>v7</c>; null when there is none or it is the usual
/// one.</param>
public sealed record Platform(string Os, string Architecture, string? Variant = null)
{
    /// <summary>The build of Windows, such as <c>10.0.20348.2700</c>; null elsewhere.</summary>
    public string? OsVersion { get; init; }

    /// <summary>Features of the operating system that the image needs.</summary>
    public ImmutableArray<string> OsFeatures { get; init; } = [];

    /// <summary>The platform of a .NET runtime identifier: <c>linux-musl-arm64</c> is <c>linux/arm64</c>.</summary>
    /// <exception cref="ContainerizeException">CTZ0042 for one that names no platform images exist for.</exception>
    public static Platform FromRuntimeIdentifier(string rid)
    {
        var parts = rid.Split('-');
        var os = parts[0] switch
        {
            "linux" => "linux",
            "win" => "windows",
            _ => null,
        };
        var (architecture, variant) = parts[^1] switch
        {
            "x64" => ("amd64", null),
            "x86" => ("386", null),
            "arm" => ("arm", "v7"),
            "armv6" => ("arm", "v6"),
            "arm64" => ("arm64", null),
            "s390x" or "ppc64le" or "riscv64" => (parts[^1], null),
            "loongarch64" => ("loong64", null),
            _ => ((string?)null, (string?)null),
        };
        return os is not null && architecture is not null && parts.Length >= 2 && IsOne(rid)
            ? new Platform(os, architecture, variant)
            : throw new ContainerizeException(
                DiagnosticTable.UnknownPlatform,
                $"The runtime identifier '{rid}' names no platform that container images exist for."
                    + (IsOne(rid) ? PlatformSuggestions.RuntimeSuggestion(rid) : " Between several stands ';'.")
                    + " Use one such as 'linux-x64', 'linux-musl-x64' or 'linux-arm64' for ContainerRuntimeIdentifier."
            );
    }

    private static bool IsOne(string rid) => !rid.AsSpan().ContainsAny(", \t");

    /// <summary>The .NET runtime identifier for this platform, with glibc: <c>linux-arm64</c> for
    /// <c>linux/arm64</c>.</summary>
    /// <exception cref="ContainerizeException">CTZ0042 for a platform that .NET has no runtime for.</exception>
    public string ToRuntimeIdentifier()
    {
        var processor = (Architecture, Variant) switch
        {
            ("amd64", _) => "x64",
            ("386", _) => "x86",
            ("arm", "v6") => "armv6",
            ("arm", _) => "arm",
            ("loong64", _) => "loongarch64",
            ("arm64" or "s390x" or "ppc64le" or "riscv64", _) => Architecture,
            _ => null,
        };
        return (Os, processor) switch
        {
            ("linux", not null) => "linux-" + processor,
            ("windows", not null) => "win-" + processor,
            _ => throw new ContainerizeException(
                DiagnosticTable.UnknownPlatform,
                $"'{this}' is no platform that .NET runs on. Use one such as 'linux/amd64' or 'linux/arm64'."
            ),
        };
    }

    /// <summary>
    /// Reads <c>OS/ARCHITECTURE[/VARIANT]</c>, as builders and engines write it: <c>linux/arm64</c>. A known operating
    /// system or processor alone stands for itself on this machine. Names that mean the same become one
    /// (<see cref="PlatformNames"/>).
    /// </summary>
    /// <param name="text">The platform as the user writes it.</param>
    /// <param name="machine">This machine, for an operating system alone; null where there is no default.</param>
    /// <exception cref="ContainerizeException">CTZ0150.</exception>
    public static Platform Parse(string text, Platform? machine = null) =>
        text.ToLowerInvariant().Split('/') switch
        {
            [var os] when PlatformNames.IsOs(os) && machine is not null => PlatformNames.Normalize(
                os,
                machine.Architecture,
                machine.Variant
            ),
            [var architecture] when PlatformNames.IsArchitecture(architecture) => PlatformNames.Normalize(
                "linux",
                architecture,
                null
            ),
            [{ Length: > 0 } os, { Length: > 0 } architecture] => PlatformNames.Normalize(os, architecture, null),
            [{ Length: > 0 } os, { Length: > 0 } architecture, { Length: > 0 } variant] => PlatformNames.Normalize(
                os,
                architecture,
                variant
            ),
            _ => throw new ContainerizeException(
                DiagnosticTable.InvalidPlatform,
                $"'{text}' is no platform. Write it as OS/ARCHITECTURE or OS/ARCHITECTURE/VARIANT, such as "
                    + "'linux/amd64' or 'linux/arm/v7'."
            ),
        };

    /// <summary>What engines on a machine with this processor run: Linux, wherever they are; null where there are
    /// none.</summary>
    public static Platform? OfProcessor(Processor processor) =>
        processor switch
        {
            Processor.X64 => new Platform("linux", "amd64"),
            Processor.Arm64 => new Platform("linux", "arm64"),
            Processor.Arm => new Platform("linux", "arm", "v7"),
            Processor.X86 => new Platform("linux", "386"),
            _ => null,
        };

    /// <summary>
    /// This platform as an index names it: with the variant written out where readers ask for it, <c>v8</c> of arm64
    /// and
    /// <c>v7</c> of arm (image-spec, image-index.md, "Platform Variants").
    /// </summary>
    public Platform InIndex() =>
        this with
        {
            Variant =
                Variant
                ?? Architecture switch
                {
                    "arm64" => "v8",
                    "arm" => "v7",
                    _ => null,
                },
        };

    /// <summary>Whether an image for <paramref name="other"/> runs where this platform is asked for.</summary>
    public bool Matches(Platform other) =>
        Os == other.Os && Architecture == other.Architecture && UsualVariant == other.UsualVariant;

    public override string ToString() => string.Join('/', new[] { Os, Architecture, Variant }.OfType<string>());

    // An absent variant means the usual one: v8 of arm64, v7 of arm, v1 of amd64 (containerd's normalization).
    private string? UsualVariant =>
        Variant
        ?? Architecture switch
        {
            "arm64" => "v8",
            "arm" => "v7",
            "amd64" => "v1",
            _ => null,
        };

    internal static Platform Read(JsonObject json) =>
        new(
            OciJson.Text(json["os"]) ?? "",
            OciJson.Text(json["architecture"]) ?? "",
            NullIfEmpty(OciJson.Text(json["variant"]))
        )
        {
            OsVersion = OciJson.Text(json["os.version"]),
            OsFeatures = OciJson.List(json["os.features"]),
        };

    internal JsonObject ToJson()
    {
        var json = new JsonObject { ["architecture"] = Architecture, ["os"] = Os };
        if (OsVersion is not null)
            json["os.version"] = OsVersion;
        if (!OsFeatures.IsEmpty)
            json["os.features"] = OciJson.From(OsFeatures);
        if (Variant is not null)
            json["variant"] = Variant;
        return json;
    }

    private static string? NullIfEmpty(string? text) => text is { Length: > 0 } ? text : null;
}
