using System.Collections.Immutable;
using Containerize.Images;

namespace Containerize.Inspection.Report;

/// <summary>What lies beside an image in a registry.</summary>
/// <param name="All">Documents and signatures, in the order of the registry's list.</param>
/// <param name="Fault">Why it is not known what lies there; null where the registry answered.</param>
public sealed record ReportedAttachments(ImmutableArray<ReportedAttachment> All, string? Fault);

/// <summary>A document or a signature beside an image.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Type">
/// Its type as the registry names it: a media type, or of a signed statement that of its predicate.
/// </param>
/// <param name="Digest">The digest of its manifest, or of the payload of a signature of cosign's older form.</param>
/// <param name="State">What was checked of it.</param>
/// <param name="Fault">What is wrong with it; null for nothing.</param>
public sealed record ReportedAttachment(
    AttachmentKind Kind,
    string Type,
    Digest Digest,
    AttachmentState State,
    string? Fault
)
{
    /// <summary>By what it was checked, or why not and what checks it; null for no more than the state says.</summary>
    public string? Detail { get; init; }
}

/// <summary>What a document beside an image is.</summary>
public enum AttachmentKind
{
    /// <summary>An inventory of what is in the image: SPDX or CycloneDX.</summary>
    Sbom,

    /// <summary>How the image was built: SLSA's provenance.</summary>
    Provenance,

    /// <summary>A signature of the image.</summary>
    Signature,

    /// <summary>Anything else.</summary>
    Other,
}

/// <summary>What was checked of a document beside an image.</summary>
public enum AttachmentState
{
    /// <summary>
    /// It names this image, its bytes are those of its digest, and no signature says whose word it is.
    /// </summary>
    NotSigned,

    /// <summary>It is signed, and nothing was given that checks the signature.</summary>
    NotChecked,

    /// <summary>It is signed for this image, by the key or the identity, or as the trust policy demands.</summary>
    Valid,

    /// <summary>It is not what it has to be.</summary>
    Invalid,
}
