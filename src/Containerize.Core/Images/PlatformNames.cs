using System.Collections.Immutable;

namespace Containerize.Images;

/// <summary>
/// The names of operating systems and processors, and which of them mean the same (containerd's platforms package,
/// which every builder reads platforms with): Go's names, and what machines call themselves.
/// </summary>
internal static class PlatformNames
{
    /// <summary>The operating systems, in small letters.</summary>
    public static readonly ImmutableArray<string> Systems =
    [
        "aix",
        "android",
        "darwin",
        "dragonfly",
        "freebsd",
        "hurd",
        "illumos",
        "ios",
        "js",
        "linux",
        "macos",
        "nacl",
        "netbsd",
        "openbsd",
        "plan9",
        "solaris",
        "wasip1",
        "windows",
        "zos",
    ];

    /// <summary>The processors, in small letters, also under the names that machines give themselves.</summary>
    public static readonly ImmutableArray<string> Processors =
    [
        "amd64",
        "arm64",
        "arm",
        "386",
        "aarch64",
        "armel",
        "armhf",
        "i386",
        "loong64",
        "mips",
        "mips64",
        "mips64le",
        "mipsle",
        "ppc",
        "ppc64",
        "ppc64le",
        "riscv",
        "riscv64",
        "s390",
        "s390x",
        "sparc",
        "sparc64",
        "wasm",
        "x86-64",
        "x86_64",
    ];

    /// <summary>Whether a name in small letters is that of an operating system.</summary>
    public static bool IsOs(string name) => Systems.Contains(name);

    /// <summary>Whether a name in small letters is that of a processor.</summary>
    public static bool IsArchitecture(string name) => Processors.Contains(name);

    /// <summary>The platform under the one name that it has, without the variant that every processor of the kind
    /// has.</summary>
    /// <param name="os">The operating system, in small letters.</param>
    /// <param name="architecture">The processor, in small letters.</param>
    /// <param name="variant">Its variant, in small letters; null for none.</param>
    public static Platform Normalize(string os, string architecture, string? variant)
    {
        var (processor, kind) = (architecture, variant) switch
        {
            ("i386", _) => ("386", null),
            ("x86_64" or "x86-64" or "amd64", "v1") => ("amd64", null),
            ("x86_64" or "x86-64", _) => ("amd64", variant),
            ("aarch64" or "arm64", "8" or "v8" or "v8.0") => ("arm64", null),
            ("aarch64" or "arm64", "9" or "9.0" or "v9.0") => ("arm64", "v9"),
            ("aarch64", _) => ("arm64", variant),
            ("armhf", _) => ("arm", "v7"),
            ("armel", _) => ("arm", "v6"),
            ("arm", null or "7") => ("arm", "v7"),
            ("arm", "5" or "6" or "8") => ("arm", "v" + variant),
            _ => (architecture, variant),
        };
        return new Platform(os == "macos" ? "darwin" : os, processor, kind);
    }
}
