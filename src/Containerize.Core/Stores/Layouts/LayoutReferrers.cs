using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Files;

namespace Containerize.Stores.Layouts;

/// <summary>
/// Documents and signatures about the images of a layout: manifests with a subject, which the layout's index names
/// without a name of an image (image-spec, image-layout.md and manifest.md).
/// </summary>
internal static class LayoutReferrers
{
    // The manifests wait for the place that they go to.
    private const long MostBytes = 64 << 20;

    /// <summary>Whether an entry of a layout's index is about another one, and no image of its own.</summary>
    public static bool Is(Descriptor entry) =>
        entry.ArtifactType is { Length: > 0 } && MediaTypes.IsManifest(entry.MediaType) && ImageNames.Of(entry) is null;

    /// <summary>An entry for a layout's index. The annotations of the manifest stay there: one of them may be the name
    /// of an image.</summary>
    public static Descriptor Entry(Artifact referrer) =>
        referrer.Descriptor with
        {
            Annotations = Descriptor.NoAnnotations,
        };

    /// <summary>Reads what there is about images.</summary>
    /// <param name="tree">The layout.</param>
    /// <param name="subjects">The digests of the images.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ContainerizeException">The tree's own code, CTZ0022 to CTZ0024.</exception>
    public static async Task<ImmutableArray<Artifact>> ReadAsync(
        IFileTree tree,
        IReadOnlySet<Digest> subjects,
        CancellationToken cancellationToken
    )
    {
        var index = await LayoutFormat.ReadIndexAsync(tree, cancellationToken).ConfigureAwait(false);
        var found = ImmutableArray.CreateBuilder<Artifact>();
        var bytes = 0L;
        foreach (var entry in index.Manifests.Where(Is).DistinctBy(entry => entry.Digest))
        {
            var document = await tree.ReadAsync(entry, JsonDocuments.ManifestLimit, cancellationToken)
                .ConfigureAwait(false);
            var where = $"The manifest {entry.Digest} in {tree.Where}";
            if (SubjectOf(document, where) is not { } subject || !subjects.Contains(subject))
                continue;
            if ((bytes += document.Length) > MostBytes)
                throw OciJson.Invalid(tree.Where, $"the manifests about its images take more than {MostBytes} bytes");
            var manifest = Manifest.Parse(document, entry.MediaType, where);
            found.Add(
                new Artifact(
                    entry with
                    {
                        Annotations = manifest.Annotations,
                    },
                    document,
                    [.. manifest.Layers.Prepend(manifest.Config).Select(tree.Blob)]
                )
            );
        }

        return found.ToImmutable();
    }

    /// <summary>What a manifest is about; null for nothing.</summary>
    public static Digest? SubjectOf(ReadOnlySpan<byte> manifest, string where) =>
        OciJson.Parse(manifest, where)["subject"] is JsonObject subject
        && OciJson.Text(subject["digest"]) is { } text
        && Digest.TryParse(text, out var digest)
            ? digest
            : null;
}
