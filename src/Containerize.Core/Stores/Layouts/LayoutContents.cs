using Containerize.Images;
using Containerize.Stores.Contents;
using Containerize.Stores.Files;

namespace Containerize.Stores.Layouts;

/// <summary>What a name stands for in an OCI image layout, be it a folder or a tarball.</summary>
/// <param name="tree">The layout.</param>
/// <param name="name">The tag or full name; null when there is only one.</param>
internal sealed class LayoutContents(IFileTree tree, string? name) : IImageContents
{
    // Who checks a signature and then the image has to get the same one, also where somebody writes the layout
    // meanwhile.
    private Descriptor? _root;

    public string Where => name is null ? tree.Where : $"'{name}' in {tree.Where}";

    public async Task<Descriptor> ResolveAsync(CancellationToken cancellationToken)
    {
        if (_root is { } known)
            return known;
        var index = await LayoutFormat.ReadIndexAsync(tree, cancellationToken).ConfigureAwait(false);
        // The first that fits is meant (image-spec, image-index.md), so of one name only the first counts.
        var meant = LayoutFormat
            .Meant(index, name, tree)
            .DistinctBy(descriptor => ImageNames.Of(descriptor) ?? "")
            .ToList();
        return meant.DistinctBy(descriptor => descriptor.Digest).Count() == 1
            ? _root = meant[0]
            : throw ImageNames.Several(tree, meant.Select(ImageNames.Of));
    }

    public Task<Stream?> OpenAsync(Descriptor descriptor, CancellationToken cancellationToken) =>
        Task.FromResult(tree.Open(LayoutFormat.BlobName(descriptor.Digest)));

    public Blob Blob(Descriptor descriptor) => tree.Blob(descriptor);
}
