using System.Collections.Immutable;
using System.Globalization;
using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.Packages.Resolving;
using Containerize.Packages.Sources;
using Containerize.Packages.Systems;

namespace Containerize.Packages;

/// <summary>
/// The base image that is made of packages alone: what a self-contained .NET app needs of an operating system, or what
/// a Dockerfile asks for, and nothing to log in with.
/// </summary>
public sealed record PackagesBase
{
    /// <summary>What <c>ContainerBaseImage</c> calls it.</summary>
    public const string Name = "packages";

    /// <summary>The base image to pull: <c>scratch</c> when packages are all of the base. The name <c>packages</c> has
    /// this meaning in a project's settings only; elsewhere it is a name like any other.</summary>
    /// <param name="location">What <c>ContainerBaseImage</c> says.</param>
    public static string SourceOf(string location) => location == Name ? "scratch" : location;

    /// <summary>The number of the user <c>app</c> and its group, as in Microsoft's images.</summary>
    public const int AppId = 1654;

    /// <summary>A base for no app in particular: the folders and the name of the distribution, accounts, and the
    /// packages that are asked for.</summary>
    public static PackagesBase OfDistribution { get; } = new() { FrameworkMajor = null };

    /// <summary>The major version of .NET that the app is for: before 9 its compression is the system's zlib. Null
    /// where there is no such app.</summary>
    public required int? FrameworkMajor { get; init; }

    /// <summary>Whether the app is compiled ahead of time: then the C++ library and libgcc are linked into
    /// it.</summary>
    public bool IsNativeAot { get; init; }

    /// <summary>Whether the app is trimmed or compiled ahead of time: then it loads nothing but what it was published
    /// with.</summary>
    public bool IsTrimmed { get; init; }

    /// <summary>The names of the libraries that the app is linked with, and <c>libssl.so</c> where it opens
    /// OpenSSL.</summary>
    public ImmutableSortedSet<string> Libraries { get; init; } = [];

    /// <summary>Whether it loads no others.</summary>
    public bool LoadsNoOthers { get; init; }

    /// <summary>Whether the app does without ICU.</summary>
    public bool UsesInvariantGlobalization { get; init; }

    /// <summary>What the app needs, as a lock file names it.</summary>
    public override string ToString() =>
        FrameworkMajor is null
            ? "base"
            : string.Create(CultureInfo.InvariantCulture, $"base=net{FrameworkMajor}{string.Concat(Words)}");

    /// <summary>
    /// The variables that Microsoft's images set too: programs know that they run in a container, web applications
    /// listen where everybody expects them, and programs are found.
    /// </summary>
    public static ImmutableArray<KeyValuePair<string, string>> Environment { get; } =
    [
        new("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
        new("APP_UID", AppId.ToString(CultureInfo.InvariantCulture)),
        new(HttpPorts, "8080"),
        new("DOTNET_RUNNING_IN_CONTAINER", "true"),
    ];

    private const string HttpPorts = "ASPNETCORE_HTTP_PORTS";

    /// <summary>The needs of an app.</summary>
    /// <param name="frameworkVersion"><c>TargetFrameworkVersion</c>: <c>v10.0</c>.</param>
    /// <param name="isNativeAot">Whether it is compiled ahead of time.</param>
    /// <param name="isTrimmed">Whether it is trimmed.</param>
    /// <param name="isInvariant">Whether it does without ICU.</param>
    public static PackagesBase From(string frameworkVersion, bool isNativeAot, bool isTrimmed, bool isInvariant) =>
        new()
        {
            FrameworkMajor = Version.TryParse(frameworkVersion.TrimStart('v'), out var version) ? version.Major : 10,
            IsNativeAot = isNativeAot,
            IsTrimmed = isNativeAot || isTrimmed,
            UsesInvariantGlobalization = isInvariant,
        };

    /// <summary>Those of the variables that an app gets.</summary>
    /// <param name="isAspNetCore">Whether the app is one of ASP.NET Core: only such a one listens on a port for the
    /// asking.</param>
    public static IEnumerable<KeyValuePair<string, string>> EnvironmentOf(bool isAspNetCore) =>
        Environment.Where(pair => isAspNetCore || pair.Key != HttpPorts);

    /// <summary>The packages that the app needs, by the names that the sources have for them.</summary>
    /// <exception cref="ContainerizeException">CTZ0079 when the sources have no package for one of the
    /// needs.</exception>
    public ImmutableArray<PackageRequest> Requests(PackageCatalog catalog)
    {
        if (FrameworkMajor is null)
            return [new PackageRequest("base-files")];
        List<string> names = ["base-files", "ca-certificates", "libc6", "tzdata"];
        if (NeedsOpenSsl)
            names.Add(Newest(catalog, "libssl", "OpenSSL"));
        if (NeedsLibgcc)
            names.Add("libgcc-s1");
        if (NeedsLibstdcxx)
            names.Add("libstdc++6");
        if (NeedsZlib)
            names.Add("zlib1g");
        if (!UsesInvariantGlobalization)
            names.Add(Newest(catalog, "libicu", "ICU"));
        return [.. names.Select(name => new PackageRequest(name))];
    }

    private bool NeedsOpenSsl =>
        !LoadsNoOthers
        || Libraries.Any(name =>
            name.StartsWith("libssl.so", StringComparison.Ordinal)
            || name.StartsWith("libcrypto.so", StringComparison.Ordinal)
        );

    private bool NeedsLibstdcxx => LoadsNoOthers ? Libraries.Contains("libstdc++.so.6") : !IsNativeAot;

    private bool NeedsLibgcc => NeedsLibstdcxx || (LoadsNoOthers ? Libraries.Contains("libgcc_s.so.1") : !IsNativeAot);

    private bool NeedsZlib => LoadsNoOthers ? Libraries.Contains("libz.so.1") : FrameworkMajor < 9;

    // The last four only where the needs are not the usual ones of such an app.
    private IEnumerable<string> Words
    {
        get
        {
            if (IsNativeAot)
                yield return "+aot";
            if (UsesInvariantGlobalization)
                yield return "+invariant";
            if (!NeedsOpenSsl)
                yield return "-openssl";
            if (NeedsLibstdcxx != !IsNativeAot)
                yield return NeedsLibstdcxx ? "+libstdc++" : "-libstdc++";
            if (NeedsLibgcc != !IsNativeAot)
                yield return NeedsLibgcc ? "+libgcc" : "-libgcc";
            if (NeedsZlib != FrameworkMajor < 9)
                yield return NeedsZlib ? "+zlib" : "-zlib";
        }
    }

    /// <summary>The accounts and folders that no package has: <c>root</c>, <c>nobody</c> and <c>app</c>, and a home for
    /// each that needs one.</summary>
    /// <param name="time">The time of every entry.</param>
    public static ImmutableArray<LayerEntry> Accounts(DateTimeOffset time) =>
        [
            Text(
                "/etc/passwd",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"""
                    root:x:0:0:root:/root:/usr/sbin/nologin
                    app:x:{AppId}:{AppId}:app:/home/app:/usr/sbin/nologin
                    nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin

                    """
                ),
                time
            ),
            Text(
                "/etc/group",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"""
                    root:x:0:
                    app:x:{AppId}:
                    nogroup:x:65534:

                    """
                ),
                time
            ),
            Text(
                "/etc/nsswitch.conf",
                """
                passwd: files
                group: files
                shadow: files
                hosts: files dns
                networks: files
                protocols: files
                services: files
                ethers: files
                rpc: files

                """,
                time
            ),
            Folder("/home/app", 0b111_101_101, time) with
            {
                Uid = AppId,
                Gid = AppId,
            },
            Folder("/root", 0b111_000_000, time),
            Folder("/tmp", 0b001_111_111_111, time),
        ];

    private static LayerEntry Text(string path, string text, DateTimeOffset time) =>
        DpkgRecords.Text(ContainerPath.Parse(path), text.ReplaceLineEndings("\n"), time);

    private static LayerEntry Folder(string path, int mode, DateTimeOffset time) =>
        new(ContainerPath.Parse(path), EntryKind.Directory, mode) { ModificationTime = time };

    // A shared library's package bears the library's number, and with it the name changes from release to release.
    private static string Newest(PackageCatalog catalog, string stem, string what) =>
        catalog
            .Names.Where(name =>
                name.StartsWith(stem, StringComparison.Ordinal)
                && NumberOf(name[stem.Length..]) is not null
                && !catalog.VersionsOf(name).IsEmpty
            )
            .OrderByDescending(name => NumberOf(name[stem.Length..]))
            .ThenByDescending(name => name, StringComparer.Ordinal)
            .FirstOrDefault()
        ?? throw new ContainerizeException(
            DiagnosticTable.PackageUnknown,
            $"The package sources have no package of {what} (one named {stem} and a number) for "
                + $"{catalog.Architecture}, which a .NET app needs. "
                + "Add a source of Debian or Ubuntu, or use a base image that has it."
        );

    // "72", "3", "3t64", "1.1": the suffix tells builds with 64-bit time from those without.
    private static Version? NumberOf(string text)
    {
        var number = text.EndsWith("t64", StringComparison.Ordinal) ? text[..^3] : text;
        return Version.TryParse(
            number.Contains('.', StringComparison.Ordinal) ? number : number + ".0",
            out var version
        )
            ? version
            : null;
    }
}
