using System.Collections.Immutable;
using Containerize.Attestations;
using Containerize.Images;

namespace Containerize.Projects.Documents;

/// <summary>The documents about the image, in the words of the project.</summary>
/// <param name="Facts">What the build knows of its publish.</param>
public sealed record DocumentOptions(PublishFacts Facts)
{
    /// <summary>The formats of the inventory: <c>spdx</c>, <c>cyclonedx</c>, both, <c>none</c>.</summary>
    public string Sbom { get; init; } = "";

    /// <summary>Whether the provenance is written; <c>false</c> for not, empty for true.</summary>
    public string Provenance { get; init; } = "";

    /// <summary>The licences that packages may be under: SPDX ids with <c>;</c> between them; empty for any.</summary>
    public string AllowedLicenses { get; init; } = "";

    /// <summary>Packages under other licences, with the reason for each.</summary>
    public ImmutableArray<(string Package, string Reason)> LicenseExceptions { get; init; } = [];

    /// <summary>Settings of the build by their names; those that are empty are left out.</summary>
    public ImmutableArray<(string Name, string Value)> Settings { get; init; } = [];

    /// <summary>The version of the .NET SDK.</summary>
    public string SdkVersion { get; init; } = "";

    /// <summary>What the provenance says of the build.</summary>
    /// <param name="baseReference">The reference of the base image; null for a place on this machine.</param>
    // No path, no host and no user: the same build gives the same words on every machine.
    public BuildParameters Parameters(ImageReference? baseReference) =>
        new(
            Words(Settings.Add(("baseImage", baseReference?.ToString() ?? ""))),
            Words([("sdkVersion", SdkVersion), ("layerFormat", History.Comment)])
        );

    private static ImmutableSortedDictionary<string, string> Words(ImmutableArray<(string Name, string Value)> pairs) =>
        pairs
            .Where(pair => pair.Value.Length > 0)
            .ToImmutableSortedDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal);
}
