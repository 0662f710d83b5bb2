using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Packages.Formats;

/// <summary>The names that Debian has for processors.</summary>
public static class PackageArchitecture
{
    /// <summary>The architecture of the packages for a platform: <c>linux/386</c> is <c>i386</c>.</summary>
    /// <exception cref="ContainerizeException">CTZ0092 for a platform that Debian has no packages for.</exception>
    public static string Of(Platform platform) =>
        (platform.Os, platform.Architecture, platform.Variant) switch
        {
            ("linux", "amd64" or "arm64" or "s390x" or "riscv64" or "loong64", _) => platform.Architecture,
            ("linux", "386", _) => "i386",
            ("linux", "arm", "v5" or "v6") => "armel",
            ("linux", "arm", _) => "armhf",
            ("linux", "ppc64le", _) => "ppc64el",
            _ => throw new ContainerizeException(
                DiagnosticTable.PackagePlatform,
                $"There are no Debian packages for {platform}. "
                    + "Remove the ContainerPackage items, and ContainerBaseImage=packages, for this platform."
            ),
        };
}
