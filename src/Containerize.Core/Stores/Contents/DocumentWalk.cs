using Containerize.Images;

namespace Containerize.Stores.Contents;

/// <summary>
/// The limits of a walk through the documents that one name stands for, which all readers share: layouts, archives,
/// registries, copies and checks. An index may name indexes, and each of them the same ones again: without limits some
/// kilobytes take hours (skopeo and containerd read no more than one or two levels).
/// </summary>
/// <param name="where">What is walked through, for errors.</param>
internal sealed class DocumentWalk(string where)
{
    /// <summary>The most indexes within each other. More than two do not happen.</summary>
    public const int MostIndexes = 8;

    /// <summary>The most documents: indexes, manifests and configs.</summary>
    public const int MostDocuments = 4096;

    /// <summary>The most bytes of all documents together, which are in memory at once.</summary>
    public const long MostBytes = 64 << 20;

    private readonly HashSet<Digest> _seen = [];
    private int _documents;
    private long _bytes;

    /// <summary>Counts a document that is about to be read.</summary>
    /// <param name="document">The document.</param>
    /// <param name="depth">How many indexes it lies in.</param>
    /// <returns>False for a document that was met before: what it names was met, too.</returns>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0024 when there are too many, or too many within each
    /// other.</exception>
    public bool Enter(Descriptor document, int depth)
    {
        if (depth >= MostIndexes && MediaTypes.IsIndex(document.MediaType))
            throw OciJson.Invalid(
                $"The document {document.Digest} of {where}",
                $"it lies in {MostIndexes} other indexes"
            );
        if (!_seen.Add(document.Digest))
            return false;
        Count(document);
        return true;
    }

    /// <summary>Counts a document that is read each time that it is named, as the config of a manifest is.</summary>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0024 when there are too many.</exception>
    public void Count(Descriptor document)
    {
        if (++_documents > MostDocuments)
            throw OciJson.Invalid(where, $"it has more than {MostDocuments} indexes, manifests and configs");
        // A document that is too long by itself is refused by its reader, with a message of its own.
        _bytes += document.Size <= MostBytes ? document.Size : 0;
        if (_bytes > MostBytes)
            throw OciJson.Invalid(where, $"its indexes, manifests and configs have more than {MostBytes} bytes");
    }
}
