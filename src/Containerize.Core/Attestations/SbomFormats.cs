using Containerize.Diagnostics;

namespace Containerize.Attestations;

/// <summary>The documents that say what is in an image.</summary>
[Flags]
public enum SbomFormats
{
    None = 0,

    /// <summary>SPDX 2.3 in JSON.</summary>
    Spdx = 1,

    /// <summary>CycloneDX 1.6 in JSON.</summary>
    CycloneDx = 2,
}

/// <summary>The property <c>ContainerSbom</c>.</summary>
internal static class SbomFormatNames
{
    /// <summary>
    /// Reads the property: <c>spdx</c>, <c>cyclonedx</c>, both with <c>;</c> between them, or <c>none</c>.
    /// </summary>
    /// <param name="text">Its value; empty is <c>spdx</c>.</param>
    /// <exception cref="ContainerizeException">CTZ0300.</exception>
    public static SbomFormats Parse(string text)
    {
        var names = text.Split([';', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (names is [var only] && only.Equals("none", StringComparison.OrdinalIgnoreCase))
            return SbomFormats.None;
        return names.Length == 0
            ? SbomFormats.Spdx
            : names.Aggregate(SbomFormats.None, (formats, name) => formats | One(name, text));
    }

    private static SbomFormats One(string name, string text) =>
        name.ToUpperInvariant() switch
        {
            "SPDX" => SbomFormats.Spdx,
            "CYCLONEDX" => SbomFormats.CycloneDx,
            _ => throw new ContainerizeException(
                DiagnosticTable.InvalidSbom,
                $"ContainerSbom is '{text}', and '{name}' is no format of an SBOM. "
                    + "Set it to 'spdx', 'cyclonedx', 'spdx;cyclonedx' or 'none'."
            ),
        };
}
