using System.Text.Json.Nodes;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.IO;
using Containerize.Stores.Files;

namespace Containerize.Stores.Layouts;

/// <summary>
/// What an image leaves behind when another takes its tag. Only what the old image reached is looked at: a blob that
/// nothing names may be somebody else's, who is about to name it.
/// </summary>
internal static class LayoutGarbage
{
    /// <summary>Removes the blobs that the old index reached and the new one does not.</summary>
    public static void Collect(FolderTree tree, LayoutIndex before, LayoutIndex after)
    {
        try
        {
            var replaced = before.Manifests.Where(old => !after.Manifests.Contains(old)).ToList();
            if (replaced.Count == 0)
                return;
            var reached = Reach(tree, after.Manifests);
            foreach (var digest in Reach(tree, replaced).Except(reached))
                OutputFiles.Remove(tree.PathOf(LayoutFormat.BlobName(digest)));
        }
        catch (Exception exception) when (exception is IOException or ContainerizeException)
        {
            // The image is stored by now. Where a document cannot be read, what it reaches is unknown, and all of it
            // stays.
        }
    }

    /// <summary>
    /// The new index without what is about images that it no longer has: documents and signatures go with their image.
    /// </summary>
    /// <param name="tree">The layout.</param>
    /// <param name="before">Its index so far.</param>
    /// <param name="after">The new index.</param>
    /// <param name="added">The digests of what comes with the new image.</param>
    public static LayoutIndex WithoutOrphans(
        FolderTree tree,
        LayoutIndex before,
        LayoutIndex after,
        IEnumerable<Digest> added
    )
    {
        try
        {
            var replaced = before.Manifests.Where(old => !after.Manifests.Contains(old)).ToList();
            var referrers = after.Manifests.Where(LayoutReferrers.Is).ToList();
            if (replaced.Count == 0 || referrers.Count == 0)
                return after;
            var gone = Reach(tree, replaced);
            gone.ExceptWith(Reach(tree, after.Manifests.Except(referrers)));
            gone.ExceptWith(added);
            var subjects = referrers.ToLookup(entry => SubjectOf(tree, entry), entry => entry.Digest);
            var orphans = new HashSet<Digest>();
            var ahead = new Stack<Digest>(gone);
            // A signature of a document that goes, goes, too.
            while (ahead.TryPop(out var subject))
            {
                foreach (var referrer in subjects[subject].Where(orphans.Add))
                    ahead.Push(referrer);
            }

            return after.Without(entry => LayoutReferrers.Is(entry) && orphans.Contains(entry.Digest));
        }
        catch (Exception exception) when (exception is IOException or ContainerizeException)
        {
            // As with blobs: where a document cannot be read, all of it stays.
            return after;
        }
    }

    private static Digest? SubjectOf(FolderTree tree, Descriptor entry) =>
        OciJson.Text((Read(tree, entry)?["subject"] as JsonObject)?["digest"]) is { } text
        && Digest.TryParse(text, out var subject)
            ? subject
            : null;

    // Descriptors are found by their shape, so that manifests of kinds to come (with 'blobs', 'subject', …) hold on to
    // what they name. A document that is not there, as in a layout without its base layers, names nothing.
    private static HashSet<Digest> Reach(FolderTree tree, IEnumerable<Descriptor> roots)
    {
        var reached = new HashSet<Digest>();
        var ahead = new Stack<Descriptor>(roots);
        while (ahead.TryPop(out var descriptor))
        {
            if (!reached.Add(descriptor.Digest) || !IsDocument(descriptor))
                continue;
            foreach (var next in DescriptorsIn(Read(tree, descriptor)))
                ahead.Push(next);
        }

        return reached;
    }

    private static bool IsDocument(Descriptor descriptor) =>
        descriptor.MediaType.EndsWith("+json", StringComparison.Ordinal)
        && descriptor.Size <= JsonDocuments.ManifestLimit;

    private static JsonObject? Read(FolderTree tree, Descriptor descriptor)
    {
        using var stream = tree.Open(LayoutFormat.BlobName(descriptor.Digest));
        if (stream is null)
            return null;
        var bytes = new byte[Math.Min(stream.Length, JsonDocuments.ManifestLimit)];
        stream.ReadExactly(bytes);
        return OciJson.Parse(bytes, tree.Where);
    }

    private static IEnumerable<Descriptor> DescriptorsIn(JsonNode? node) =>
        node switch
        {
            JsonObject json
                when json["digest"] is JsonValue && json["mediaType"] is JsonValue && json["size"] is JsonValue =>
            [
                Descriptor.Read(json, "A descriptor"),
            ],
            JsonObject json => json.SelectMany(member => DescriptorsIn(member.Value)),
            JsonArray array => array.SelectMany(DescriptorsIn),
            _ => [],
        };
}
