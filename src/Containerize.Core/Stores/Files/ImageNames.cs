using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Stores.Files;

/// <summary>The names of images in a layout or tarball, where several may lie side by side.</summary>
internal static class ImageNames
{
    /// <summary>The tag of a descriptor in <c>index.json</c> (image-spec, annotations.md).</summary>
    public const string RefName = "org.opencontainers.image.ref.name";

    /// <summary>The full name beside it: without it podman takes the tag for a name.</summary>
    public const string FullName = "io.containerd.image.name";

    /// <summary>The annotations by which every tool finds the image under this name.</summary>
    public static ImmutableSortedDictionary<string, string> Annotations(ImageReference name) =>
        Descriptor.NoAnnotations.Add(RefName, TagOf(name)).Add(FullName, Full(name));

    /// <summary>The tag that the image is stored under.</summary>
    public static string TagOf(ImageReference name) => name.Tag ?? "latest";

    /// <summary>Registry, repository and tag: what <c>RepoTags</c> of a docker archive and containerd call
    /// it.</summary>
    public static string Full(ImageReference name) => $"{name.Name}:{TagOf(name)}";

    /// <summary>What a descriptor in <c>index.json</c> is called: by the longest name it has, or not at all.</summary>
    public static string? Of(Descriptor descriptor) =>
        descriptor.Annotation(FullName) ?? descriptor.Annotation(RefName);

    /// <summary>Whether a descriptor in <c>index.json</c> is meant by the name.</summary>
    public static bool IsMeant(Descriptor descriptor, string wanted) =>
        Parse(wanted) is { Digest: { } pinned } exact
            ? pinned == descriptor.Digest && IsCalled(descriptor, exact)
            : IsMeant(descriptor.Annotation(RefName), wanted) || IsMeant(descriptor.Annotation(FullName), wanted);

    /// <summary>Whether a stored name, a tag or a full reference, is meant: by its tag, or by any way to write the
    /// reference.</summary>
    public static bool IsMeant(string? stored, string wanted)
    {
        if (stored is null || stored == wanted)
            return stored is not null;
        return Parse(stored) is { } reference
            && (
                ImageReference.IsTag(wanted)
                    ? reference.Tag == wanted
                    // What has no digest is not the image of one.
                    : Parse(wanted) is { Digest: null } full && Full(full) == Full(reference)
            );
    }

    // A name with a digest needs no tag.
    private static bool IsCalled(Descriptor descriptor, ImageReference exact) =>
        new[] { descriptor.Annotation(RefName), descriptor.Annotation(FullName) }.Any(stored =>
            stored is not null
            && Parse(stored) is { } name
            && name.Name == exact.Name
            && (exact.Tag is null || exact.Tag == TagOf(name))
        );

    /// <summary>The repository of a full name, with its registry; null for a tag and for no name.</summary>
    public static string? RepositoryOf(string? name) => name is null ? null : Parse(name)?.Name;

    /// <summary>The error for several images where one is wanted.</summary>
    public static ContainerizeException Several(IFileTree tree, IEnumerable<string?> names) =>
        new(
            DiagnosticTable.SeveralImages,
            $"{tree.Where} holds several images that fit: {List(names)}. "
                + "Say which by its full name after a colon, as in 'PATH:docker.io/acme/app:1.0'."
        );

    /// <summary>The error for an image that is not there.</summary>
    public static ContainerizeException NotFound(IFileTree tree, string? name, IReadOnlyCollection<string?> names) =>
        new(
            DiagnosticTable.ImageNotFound,
            (
                name is null
                    ? $"{tree.Where} holds no image. "
                    : $"{tree.Where} holds no image '{name}', "
                        + (names.Count == 0 ? "and no other. " : $"but {List(names)}. ")
            ) + "Choose one that is there, or write it first."
        );

    private static string List(IEnumerable<string?> names) =>
        string.Join(
            ", ",
            names
                .Select(name => string.IsNullOrEmpty(name) ? "one without a name" : $"'{name}'")
                .Distinct()
                .Order(StringComparer.Ordinal)
        );

    // Names in foreign documents are free text; a bare word is a tag and no repository.
    private static ImageReference? Parse(string text)
    {
        try
        {
            return ImageReference.IsTag(text) ? null : ImageReference.Parse(text);
        }
        catch (ContainerizeException)
        {
            return null;
        }
    }
}
