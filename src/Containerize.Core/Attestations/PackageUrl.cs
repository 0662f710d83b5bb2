using System.Collections.Immutable;
using Containerize.Images;
using Containerize.Packages;

namespace Containerize.Attestations;

/// <summary>Package URLs (purl-spec): <c>pkg:nuget/Serilog@4.3.0</c>.</summary>
internal static class PackageUrl
{
    /// <summary>Writes a package URL.</summary>
    /// <param name="type"><c>nuget</c>, <c>deb/debian</c>, <c>oci</c>.</param>
    /// <param name="name">The name.</param>
    /// <param name="version">The version; empty for none.</param>
    /// <param name="qualifiers">Keys in lower case with their values; empty values are left out.</param>
    public static string Of(string type, string name, string version, params (string Key, string Value)[] qualifiers)
    {
        var pairs = qualifiers
            .Where(pair => pair.Value.Length > 0)
            .OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => $"{pair.Key}={Escape(pair.Value)}")
            .ToArray();
        return $"pkg:{type}/{Escape(name)}"
            + (version.Length > 0 ? "@" + Escape(version) : "")
            + (pairs.Length > 0 ? "?" + string.Join('&', pairs) : "");
    }

    /// <summary>The package URL of a NuGet package.</summary>
    /// <param name="id">Its id, in the case of its nuspec.</param>
    /// <param name="version">Its version; what follows <c>+</c> is no part of it.</param>
    public static string OfNuGet(string id, string version) => Of("nuget", id, version.Split('+')[0]);

    /// <summary>The package URL of a base image that has a reference.</summary>
    public static string OfImage(ImageReference reference, Digest digest, Platform platform) =>
        Of(
            "oci",
            reference.Repository[(reference.Repository.LastIndexOf('/') + 1)..],
            digest.ToString(),
            ("arch", platform.Architecture),
            ("repository_url", reference.Name),
            ("tag", reference.Tag ?? "")
        );

    /// <summary>
    /// The package URL of a Debian or Ubuntu package. Its distribution is that of <c>base-files</c>, whose version
    /// begins with the
    /// release; its source package is the folder that the archive keeps it in.
    /// </summary>
    /// <param name="package">The package.</param>
    /// <param name="all">All that are installed with it.</param>
    public static string OfDebian(InstalledPackage package, ImmutableArray<InstalledPackage> all)
    {
        var (name, release) = DistributionOf(all);
        return Of(
            "deb/" + name,
            package.Name,
            package.Version,
            ("arch", package.Architecture),
            ("distro", release.Length > 0 ? $"{name}-{release}" : ""),
            ("upstream", SourceOf(package))
        );
    }

    /// <summary>The distribution that packages are of, and its release; empty where that is not known.</summary>
    /// <param name="all">All that are installed together.</param>
    public static (string Name, string Release) DistributionOf(ImmutableArray<InstalledPackage> all) =>
        all.Any(other => other.Version.Contains("ubuntu", StringComparison.Ordinal))
            ? ("ubuntu", "")
            : ("debian", all.FirstOrDefault(other => other.Name == "base-files")?.Version.Split('.', '+')[0] ?? "");

    // pool/main/g/glibc/libc6_2.36-9_amd64.deb, and in the archive of security updates pool/updates/main/o/openssl/…
    private static string SourceOf(InstalledPackage package) =>
        package.Path.Split('/') is ["pool", _, _, .., var source, _] && source != package.Name ? source : "";

    // A colon stays as it is (purl-spec, "Character encoding").
    private static string Escape(string text) =>
        Uri.EscapeDataString(text).Replace("%3A", ":", StringComparison.Ordinal);
}
