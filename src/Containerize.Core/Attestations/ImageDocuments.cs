using System.Collections.Immutable;
using System.Text;
using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Attestations;

/// <summary>A document about an image.</summary>
/// <param name="Suffix">The end of its file's name: <c>.spdx.json</c>.</param>
/// <param name="MediaType">What it is, in a registry.</param>
/// <param name="Bytes">The document.</param>
public sealed record ImageDocument(string Suffix, string MediaType, ImmutableArray<byte> Bytes)
{
    public const string Spdx = "application/spdx+json",
        CycloneDx = "application/vnd.cyclonedx+json",
        Statement = "application/vnd.in-toto+json",
        SpdxPredicate = "https://spdx.dev/Document",
        CycloneDxPredicate = "https://cyclonedx.org/bom";

    /// <summary>
    /// The type of the predicate of a statement, for readers that look at annotations; null for an SBOM as it is.
    /// </summary>
    public string? PredicateType => MediaType == Statement ? ProvenanceStatement.PredicateType : null;

    /// <summary>What a message calls it.</summary>
    public string Name =>
        MediaType switch
        {
            Spdx => "the SBOM in SPDX",
            CycloneDx => "the SBOM in CycloneDX",
            _ => "the provenance",
        };

    /// <summary>The type of the statement that the document is, or is the predicate of.</summary>
    public string StatementType =>
        MediaType switch
        {
            Spdx => SpdxPredicate,
            CycloneDx => CycloneDxPredicate,
            _ => ProvenanceStatement.PredicateType,
        };
}

/// <summary>The documents about one image.</summary>
/// <param name="Image">The digest of its manifest, which each of them names.</param>
/// <param name="All">The documents.</param>
public sealed record ImageDocuments(Digest Image, ImmutableArray<ImageDocument> All)
{
    private static readonly ImmutableArray<(string Suffix, string MediaType)> Kinds =
    [
        (".spdx.json", ImageDocument.Spdx),
        (".cdx.json", ImageDocument.CycloneDx),
        (".provenance.json", ImageDocument.Statement),
    ];

    /// <summary>Writes the documents of an inventory.</summary>
    /// <param name="inventory">What is in the image.</param>
    /// <param name="formats">The SBOMs that are wanted.</param>
    /// <param name="parameters">How it was built; null for no provenance.</param>
    public static ImageDocuments Of(Inventory inventory, SbomFormats formats, BuildParameters? parameters)
    {
        var all = ImmutableArray.CreateBuilder<ImageDocument>();
        if (formats.HasFlag(SbomFormats.Spdx))
            Add(0, SpdxDocument.Write(inventory));
        if (formats.HasFlag(SbomFormats.CycloneDx))
            Add(1, CycloneDxDocument.Write(inventory));
        if (parameters is not null)
            Add(2, ProvenanceStatement.Write(inventory, parameters));
        return new(inventory.Image.Digest, all.ToImmutable());

        void Add(int kind, byte[] bytes) => all.Add(new(Kinds[kind].Suffix, Kinds[kind].MediaType, [.. bytes]));
    }

    /// <summary>
    /// The documents of the same image in the other family of media types. Its manifest has another digest, and that
    /// is the only word of
    /// the documents that follows from it.
    /// </summary>
    /// <param name="digest">The digest of the manifest in that family.</param>
    public ImageDocuments About(Digest digest) =>
        digest == Image
            ? this
            : new(
                digest,
                [
                    .. All.Select(document =>
                        document with
                        {
                            Bytes =
                            [
                                .. Encoding.UTF8.GetBytes(
                                    Encoding
                                        .UTF8.GetString(document.Bytes.AsSpan())
                                        .Replace(Image.Hex, digest.Hex, StringComparison.Ordinal)
                                ),
                            ],
                        }
                    ),
                ]
            );

    /// <summary>The files that the documents go into.</summary>
    /// <param name="stem">The absolute path without the documents' own ends.</param>
    public IEnumerable<string> Files(string stem) => All.Select(document => stem + document.Suffix);

    /// <summary>The files of all documents that there may be.</summary>
    /// <param name="stem">The absolute path without the documents' own ends.</param>
    public static IEnumerable<string> AllFiles(string stem) => Kinds.Select(kind => stem + kind.Suffix);

    /// <summary>Writes the documents, unless a file says the same already.</summary>
    /// <param name="stem">The absolute path without the documents' own ends.</param>
    /// <exception cref="ContainerizeException">CTZ0007.</exception>
    public void Write(string stem)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(stem)!);
            foreach (var document in All)
            {
                var path = stem + document.Suffix;
                if (!File.Exists(path) || !File.ReadAllBytes(path).AsSpan().SequenceEqual(document.Bytes.AsSpan()))
                    File.WriteAllBytes(path, document.Bytes.AsSpan());
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ContainerizeException(
                DiagnosticTable.OutputNotWritable,
                $"The documents about the image cannot be written beside '{stem}': {exception.Message} "
                    + "They lie beside the file that ContainerMetadataPath names; set it to a folder that can be "
                    + "written to.",
                exception
            );
        }
    }

    /// <summary>
    /// Leaves the documents for the run that puts platforms together, in a folder of ours; those of an earlier run go.
    /// </summary>
    /// <param name="stem">The absolute path without the documents' own ends.</param>
    /// <exception cref="ContainerizeException">CTZ0007.</exception>
    public void Leave(string stem)
    {
        foreach (var file in AllFiles(stem).Except(Files(stem)))
            File.Delete(file);
        Write(stem);
    }

    /// <summary>Reads the documents that another run left.</summary>
    /// <param name="image">The image that they are about.</param>
    /// <param name="stem">The absolute path without the documents' own ends.</param>
    public static ImageDocuments Read(Digest image, string stem) =>
        new(
            image,
            [
                .. Kinds
                    .Where(kind => File.Exists(stem + kind.Suffix))
                    .Select(kind => new ImageDocument(
                        kind.Suffix,
                        kind.MediaType,
                        [.. File.ReadAllBytes(stem + kind.Suffix)]
                    )),
            ]
        );
}
