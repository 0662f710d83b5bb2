using System.Collections.Immutable;
using Containerize.Diagnostics;
using NuGet.Versioning;

namespace Containerize.Publishing.Bases;

/// <summary>
/// The base image of a project that names none: Microsoft's image for the way it is published. The rules are those of
/// the .NET SDK 10, so that a project gets the same base from both; the release of Ubuntu follows from the target
/// framework, since an image of another does not exist for it.
/// </summary>
public sealed record DefaultBase
{
    private static readonly SemanticVersion NobleSince = new(8, 0, 300);

    /// <summary>The version of the .NET SDK: <c>10.0.401</c>.</summary>
    public required string SdkVersion { get; init; }

    /// <summary>The version of the target framework: <c>10.0</c>, with or without a leading <c>v</c>.</summary>
    public required string TargetFrameworkVersion { get; init; }

    /// <summary>The runtime identifiers that the image is for.</summary>
    public required ImmutableArray<string> RuntimeIdentifiers { get; init; }

    /// <summary><c>ContainerFamily</c>, or empty.</summary>
    public string Family { get; init; } = "";

    public bool IsSelfContained { get; init; }

    public bool IsAspNetCore { get; init; }

    public bool IsNativeAot { get; init; }

    public bool IsTrimmed { get; init; }

    public bool UsesInvariantGlobalization { get; init; }

    /// <summary>The image's reference.</summary>
    /// <exception cref="ContainerizeException">CTZ0040 for an unreadable version and for Windows without a family,
    /// CTZ0041 for mixed C libraries.</exception>
    public string Reference()
    {
        if (!SemanticVersion.TryParse(SdkVersion, out var sdk))
            throw NotInferred($"'{SdkVersion}' is not a version of the .NET SDK");
        if (!Version.TryParse(TargetFrameworkVersion.TrimStart('v'), out var framework))
            throw NotInferred($"'{TargetFrameworkVersion}' is not a version of .NET");
        if (IsWindows && (IsSelfContained || (framework.Major >= 8 && Family.Length == 0)))
            throw NotInferred(
                "images of Windows are for one of its versions each",
                IsSelfContained
                    ? "Set ContainerBaseImage to one of the hosts' version, such as "
                        + "mcr.microsoft.com/windows/nanoserver:ltsc2022."
                    : "Set ContainerFamily to that of the hosts, such as nanoserver-ltsc2022, or ContainerBaseImage."
            );
        var repository =
            IsSelfContained ? "runtime-deps"
            : IsAspNetCore ? "aspnet"
            : "runtime";
        return $"mcr.microsoft.com/dotnet/{repository}:{VersionPart(sdk, framework)}{FamilyPart(sdk, framework)}";
    }

    // A framework older than the SDK has been released; for the SDK's own the SDK tells how far it is.
    private string VersionPart(SemanticVersion sdk, Version framework)
    {
        var released = $"{framework.Major}.{framework.Minor}";
        if (framework.Major < 8 || (framework.Major, framework.Minor).CompareTo((sdk.Major, sdk.Minor)) < 0)
            return released;
        var current = $"{sdk.Major}.{sdk.Minor}";
        if (!sdk.IsPrerelease || sdk.Patch != 100)
            return current;
        var labels = sdk.ReleaseLabels.ToArray();
        return labels switch
        {
            ["rc" or "preview", var number, ..] => $"{current}.0-{labels[0]}.{number}",
            ["rtm" or "servicing", ..] => current,
            ["alpha" or "dev" or "ci", ..] => $"{current}-preview",
            _ => throw NotInferred($"'{sdk.Release}' of SDK {SdkVersion} is no known stage of a release"),
        };
    }

    private string FamilyPart(SemanticVersion sdk, Version framework)
    {
        var isMusl = AreMusl(RuntimeIdentifiers);
        if (Family.Length > 0)
        {
            var wantsExtra =
                Family.EndsWith("-chiseled", StringComparison.Ordinal)
                && !isMusl
                && !UsesInvariantGlobalization
                && framework.Major >= 8
                && sdk.Major >= 8
                && !sdk.IsPrerelease;
            return $"-{WithVersion(Family, framework)}{(wantsExtra ? "-extra" : "")}";
        }

        var isSmall = framework.Major >= 8 && (IsNativeAot || IsTrimmed);
        var system =
            isMusl ? "-alpine"
            : isSmall ? $"-{UbuntuOf(sdk, framework)}-chiseled"
            : "";
        return system + (isSmall && !UsesInvariantGlobalization ? "-extra" : "");
    }

    private static string UbuntuOf(SemanticVersion sdk, Version framework) =>
        framework.Major >= 11 ? "resolute"
        : sdk >= NobleSince ? "noble"
        : "jammy";

    // Azure Linux has a number in every tag; that of .NET 11 is the next.
    private static string WithVersion(string family, Version framework) =>
        family is "azurelinux" or "azurelinux-distroless" or "azurelinux-distroless-extra"
            ? $"azurelinux{(framework.Major >= 11 ? "4.0" : "3.0")}{family["azurelinux".Length..]}"
            : family;

    /// <summary>Whether all of them are for musl; one base has one C library.</summary>
    /// <exception cref="ContainerizeException">CTZ0041 when some are and some are not.</exception>
    public static bool AreMusl(ImmutableArray<string> runtimeIdentifiers)
    {
        var musl = runtimeIdentifiers.Count(rid => rid.StartsWith("linux-musl", StringComparison.Ordinal));
        if (musl != 0 && musl != runtimeIdentifiers.Length)
            throw new ContainerizeException(
                DiagnosticTable.MixedLibc,
                $"The runtime identifiers {string.Join(", ", runtimeIdentifiers)} need base images with different "
                    + "C libraries. "
                    + "Use only linux-musl-… or none of them, or set ContainerBaseImage."
            );
        return musl != 0;
    }

    private bool IsWindows => RuntimeIdentifiers.Any(rid => rid.StartsWith("win", StringComparison.Ordinal));

    private static ContainerizeException NotInferred(string why, string what = "Set ContainerBaseImage.") =>
        new(DiagnosticTable.BaseNotInferred, $"The base image cannot be inferred: {why}. {what}");
}
