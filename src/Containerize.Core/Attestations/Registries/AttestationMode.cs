using Containerize.Diagnostics;

namespace Containerize.Attestations.Registries;

/// <summary>Whether the documents go to a registry with the image: the property <c>ContainerAttestations</c>.</summary>
public enum AttestationMode
{
    /// <summary>Where the registry lists referrers itself, which leaves its list of tags as it is.</summary>
    Auto,

    /// <summary>
    /// Everywhere; where the registry does not list referrers, under a tag that names the image's digest.
    /// </summary>
    Always,

    /// <summary>Nowhere.</summary>
    Never,

    /// <summary>In the index of the image, as BuildKit has them, wherever the image goes.</summary>
    Index,
}

/// <summary>The words of <c>ContainerAttestations</c>.</summary>
internal static class AttestationModes
{
    /// <summary>Reads the property: <c>auto</c>, <c>always</c>, <c>never</c> or <c>index</c>.</summary>
    /// <param name="text">Its value; empty is <c>auto</c>.</param>
    /// <exception cref="ContainerizeException">CTZ0302.</exception>
    public static AttestationMode Parse(string text) =>
        text.ToUpperInvariant() switch
        {
            "" or "AUTO" => AttestationMode.Auto,
            "ALWAYS" => AttestationMode.Always,
            "NEVER" => AttestationMode.Never,
            "INDEX" => AttestationMode.Index,
            _ => throw new ContainerizeException(
                DiagnosticTable.InvalidAttestations,
                $"ContainerAttestations is '{text}'. Set it to 'auto', 'always', 'never' or 'index'."
            ),
        };
}
