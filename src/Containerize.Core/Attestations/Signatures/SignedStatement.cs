using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Attestations.Signatures;

/// <summary>A statement about images (in-toto attestation, spec v1), as far as a check of it goes.</summary>
/// <param name="Subjects">The digests of what it is about, as <c>sha256:…</c>.</param>
/// <param name="PredicateType">What it says about them.</param>
public sealed record SignedStatement(ImmutableArray<string> Subjects, string PredicateType)
{
    /// <summary>The type of the predicate of a signature: it says nothing but that the key signed.</summary>
    public const string SignatureType = "https://sigstore.dev/cosign/sign/v1";

    private const string Type = "https://in-toto.io/Statement/v1",
        OlderType = "https://in-toto.io/Statement/v0.1";

    /// <summary>Writes a statement.</summary>
    /// <param name="subject">The digest of the image.</param>
    /// <param name="predicateType">A URI.</param>
    /// <param name="predicate">The content of the statement; null for a signature.</param>
    public static byte[] Write(Digest subject, string predicateType, JsonObject? predicate) =>
        OciJson.ToBytes(
            new JsonObject
            {
                ["_type"] = Type,
                ["subject"] = new JsonArray(
                    new JsonObject { ["digest"] = new JsonObject { [subject.Algorithm] = subject.Hex } }
                ),
                ["predicateType"] = predicateType,
                ["predicate"] = predicate ?? [],
            }
        );

    /// <summary>Reads a statement.</summary>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="where">What it is, for errors.</param>
    /// <exception cref="ContainerizeException">CTZ0024.</exception>
    public static SignedStatement Parse(ReadOnlySpan<byte> bytes, string where)
    {
        var json = OciJson.Parse(bytes, where);
        if (OciJson.RequiredText(json, "_type", where) is not (Type or OlderType))
            throw OciJson.Invalid(where, "'_type' is not that of an in-toto statement");
        if (json["subject"] is not JsonArray { Count: > 0 } subjects)
            throw OciJson.Invalid(where, "'subject' is missing");
        var digests = subjects.SelectMany(subject =>
            OciJson.Texts(OciJson.Object(subject, where)["digest"], where).Select(pair => $"{pair.Key}:{pair.Value}")
        );
        return new([.. digests], OciJson.RequiredText(json, "predicateType", where));
    }

    /// <summary>Whether it is about an image.</summary>
    public bool IsAbout(Digest image) => Subjects.Contains(image.ToString(), StringComparer.OrdinalIgnoreCase);
}
