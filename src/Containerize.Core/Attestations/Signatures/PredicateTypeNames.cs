using System.Collections.Immutable;
using Containerize.Diagnostics;

namespace Containerize.Attestations.Signatures;

/// <summary>The words that cosign has for types of statements (cosign, <c>attest --type</c>).</summary>
internal static class PredicateTypeNames
{
    private static readonly ImmutableSortedDictionary<string, string> Words = new Dictionary<string, string>
    {
        ["slsaprovenance"] = "https://slsa.dev/provenance/v0.2",
        ["slsaprovenance02"] = "https://slsa.dev/provenance/v0.2",
        ["slsaprovenance1"] = ProvenanceStatement.PredicateType,
        ["spdx"] = ImageDocument.SpdxPredicate,
        ["spdxjson"] = ImageDocument.SpdxPredicate,
        ["cyclonedx"] = ImageDocument.CycloneDxPredicate,
        ["openvex"] = "https://openvex.dev/ns",
        ["vuln"] = "https://cosign.sigstore.dev/attestation/vuln/v1",
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>All words, in order.</summary>
    public static IEnumerable<string> All => Words.Keys;

    /// <summary>The URI of a type.</summary>
    /// <param name="text">A URI, or one of the words.</param>
    /// <exception cref="ContainerizeException">CTZ0366.</exception>
    public static string Parse(string text) =>
        Words.TryGetValue(text, out var uri) ? uri
        : Uri.TryCreate(text, UriKind.Absolute, out _) && text.Contains(':', StringComparison.Ordinal) && text[0] != '/'
            ? text
        : throw new ContainerizeException(
            DiagnosticTable.PredicateUnreadable,
            $"'{SingleLineText.Of(text)}' is no type of a statement. Write a URI, or one of {string.Join(", ", All)}."
        );
}
