using System.Collections.Immutable;
using Containerize.Diagnostics;

namespace Containerize.Packages.Sources;

/// <summary>One place that packages come from: an entry of <c>sources.list</c>, or a <c>ContainerPackageSource</c>
/// (sources.list(5)).</summary>
/// <param name="Root">The URL that all paths are relative to; it ends with a slash.</param>
/// <param name="Suite">The release: <c>bookworm-updates</c>; or a path that ends with a slash, below which there are no
/// components.</param>
/// <param name="Components">The parts of the release wanted: <c>main</c>; none for a suite that is a path.</param>
/// <param name="Where">Where it is configured, for errors.</param>
public sealed record AptSource(Uri Root, string Suite, ImmutableArray<string> Components, string Where)
{
    /// <summary>What its release must be signed with: paths of keyrings, fingerprints, or one key itself; none for the
    /// machine's keys.</summary>
    public ImmutableArray<string> SignedBy { get; init; } = [];

    /// <summary>The architectures that it is for; none for all that it has.</summary>
    public ImmutableArray<string> Architectures { get; init; } = [];

    /// <summary>Whether a release past its <c>Valid-Until</c> is refused.</summary>
    public bool ChecksValidUntil { get; init; } = true;

    /// <summary>Whether the dates of its release are compared with the clock at all; the <c>Valid-Until</c> is one of
    /// them.</summary>
    public bool ChecksDate { get; init; } = true;

    /// <summary>Where the release file and the indexes lie.</summary>
    public Uri ReleaseRoot =>
        IsFlat
            ? new Uri(Root, Suite.TrimStart('/') is "" or "./" ? "" : Suite.TrimStart('/'))
            : new Uri(Root, $"dists/{Suite}/");

    /// <summary>Whether the suite is a path, with one index for everything.</summary>
    public bool IsFlat => Suite.EndsWith('/');

    /// <summary>The URL without a password, for messages.</summary>
    public string Name => $"{Display(Root)} {Suite}";

    /// <summary>A URL without a password.</summary>
    public static string Display(Uri uri) =>
        uri.UserInfo.Length == 0 ? uri.ToString() : new UriBuilder(uri) { UserName = "", Password = "" }.Uri.ToString();

    /// <summary>The sources of a <c>ContainerPackageSource</c>.</summary>
    /// <param name="url">The URL, <c>http</c>, <c>https</c> or <c>file</c>.</param>
    /// <param name="suites">The suites, with blanks or <c>;</c> between them.</param>
    /// <param name="components">The components, likewise.</param>
    /// <param name="signedBy">Absolute path of a keyring, a fingerprint, or an armored key; null for the machine's
    /// keys.</param>
    /// <param name="where">Where it is configured, for errors.</param>
    /// <exception cref="ContainerizeException">CTZ0070 for a URL that cannot be used or a missing suite or
    /// component.</exception>
    public static ImmutableArray<AptSource> Create(
        string url,
        string suites,
        string components,
        string? signedBy,
        string where
    )
    {
        var keys = string.IsNullOrWhiteSpace(signedBy) ? [] : ImmutableArray.Create(signedBy.Trim());
        return
        [
            .. Split(suites)
                .Select(suite => Create(url, suite, [.. Split(components)], where) with { SignedBy = keys }),
        ];
    }

    /// <summary>One source, checked.</summary>
    internal static AptSource Create(string url, string suite, ImmutableArray<string> components, string where)
    {
        // apt writes file:/path and copy:/path with one slash, which is no URL for .NET.
        var text =
            url.StartsWith("file:/", StringComparison.Ordinal) || url.StartsWith("copy:/", StringComparison.Ordinal)
                ? "file:///" + url[5..].TrimStart('/')
                : url;
        if (
            !Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var root)
            || root.Scheme is not ("http" or "https" or "file")
        )
            throw Invalid(where, $"'{Passwords.Hide(url)}' is not a URL of http, https or file");
        if (suite.EndsWith('/') != components.IsEmpty)
            throw Invalid(
                where,
                components.IsEmpty
                    ? $"the suite '{suite}' has no component such as 'main'"
                    : $"the suite '{suite}' is a path, and a path has no components"
            );
        return new AptSource(root, suite, components, where);
    }

    internal static ContainerizeException Invalid(string where, string why) =>
        new(
            DiagnosticTable.PackageSourceInvalid,
            $"{where}: {why}. A package source is a URL, suites and components; correct it, or set "
                + "ContainerPackageSource items instead."
        );

    private static string[] Split(string text) =>
        text.Split([' ', ';', ',', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
