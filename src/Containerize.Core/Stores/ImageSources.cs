using Containerize.Images;
using Containerize.Stores.Archives;
using Containerize.Stores.Layout;
using Containerize.Stores.Registries;

namespace Containerize.Stores;

/// <summary>The sources that <c>ContainerBaseImage</c> can name.</summary>
public static class ImageSources
{
    private const string Scratch = "scratch";
    private const string Layout = "oci:";
    private const string Archive = "archive:";

    /// <summary>
    /// Reads <c>scratch</c>, <c>oci:PATH[:NAME]</c>, <c>archive:PATH[:NAME]</c> or a reference to an image in a registry.
    /// </summary>
    /// <param name="text">The source as the user writes it.</param>
    /// <param name="folder">The absolute folder that relative paths are relative to.</param>
    /// <param name="temporaryFolder">The absolute path of a folder for what has to be inflated to be read.</param>
    /// <param name="options">How registries are reached.</param>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0001.</exception>
    public static IImageSource Parse(string text, string folder, string temporaryFolder, RegistryOptions options) =>
        text == Scratch ? new ScratchSource()
        : text.StartsWith(Layout, StringComparison.Ordinal) ? new OciLayoutSource(ImageLocation.Parse(text[Layout.Length..], folder))
        : text.StartsWith(Archive, StringComparison.Ordinal) ? new ArchiveSource(ImageLocation.Parse(text[Archive.Length..], folder), temporaryFolder)
        : new RegistrySource(ImageReference.Parse(text), options);
}
