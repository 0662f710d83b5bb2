using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Archives;
using Containerize.Stores.Engines;
using Containerize.Stores.Layouts;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Pull;

namespace Containerize.Stores.Addresses;

/// <summary>The sources that <c>ContainerBaseImage</c> can name.</summary>
public static class ImageSources
{
    private const string Scratch = "scratch";
    private const string Layout = "oci:";
    private const string Archive = "archive:";
    private const string Daemon = "daemon:";

    /// <summary>
    /// Opens <c>scratch</c>, <c>oci:PATH[:NAME]</c>, <c>archive:PATH[:NAME]</c>, <c>daemon:NAME</c> or a reference to
    /// an image in a registry. A source that is <see cref="IDisposable"/> is the caller's to dispose of, once the image
    /// has gone to its sinks.
    /// </summary>
    /// <param name="text">The source as the user writes it.</param>
    /// <param name="folder">The absolute folder that relative paths are relative to.</param>
    /// <param name="temporaryFolder">An absolute folder for what has to be unpacked.</param>
    /// <param name="engine">The engine that <c>daemon:</c> means.</param>
    /// <param name="client">Reaches registries.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ContainerizeException">CTZ0001 for a text that names no source, CTZ0020 and CTZ0026
    /// for a tarball, CTZ0029 for an engine.</exception>
    public static async Task<IImageSource> OpenAsync(
        string text,
        string folder,
        string temporaryFolder,
        LocalEngine engine,
        RegistryClient client,
        CancellationToken cancellationToken
    ) =>
        await OpenLocalAsync(text, folder, temporaryFolder, cancellationToken).ConfigureAwait(false) is { } local
            ? local
        : text.StartsWith(Daemon, StringComparison.Ordinal)
            ? await EngineSource
                .OpenAsync(engine, ImageReference.Parse(text[Daemon.Length..]), temporaryFolder, cancellationToken)
                .ConfigureAwait(false)
        : new RegistrySource(InRegistry(text), client);

    /// <summary>Opens the source if it lies on this machine and needs no engine: <c>scratch</c>, a layout or a tarball;
    /// null otherwise.</summary>
    /// <param name="text">The source as the user writes it.</param>
    /// <param name="folder">The absolute folder that relative paths are relative to.</param>
    /// <param name="temporaryFolder">An absolute folder for what has to be unpacked.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ContainerizeException">CTZ0001 for a text that names no source, CTZ0020 and CTZ0026
    /// for a tarball.</exception>
    public static async Task<IImageSource?> OpenLocalAsync(
        string text,
        string folder,
        string temporaryFolder,
        CancellationToken cancellationToken
    )
    {
        if (text == Scratch)
            return new ScratchSource();
        if (text.StartsWith(Layout, StringComparison.Ordinal))
            return new OciLayoutSource(ImageLocation.Parse(text[Layout.Length..], folder));
        if (text.StartsWith(Archive, StringComparison.Ordinal))
            return await ArchiveSource
                .OpenAsync(ImageLocation.Parse(text[Archive.Length..], folder), temporaryFolder, cancellationToken)
                .ConfigureAwait(false);
        return null;
    }

    /// <summary>Whether the text names an image in an engine.</summary>
    public static bool IsOfEngine(string text) => text.StartsWith(Daemon, StringComparison.Ordinal);

    /// <summary>The registry that a source lies in; null for one on this machine.</summary>
    /// <exception cref="ContainerizeException">CTZ0001.</exception>
    public static string? RegistryOf(string text) =>
        text == Scratch
        || IsOfEngine(text)
        || text.StartsWith(Layout, StringComparison.Ordinal)
        || text.StartsWith(Archive, StringComparison.Ordinal)
            ? null
            : InRegistry(text).Registry;

    /// <summary>The reference that a source in a registry or an engine is found by.</summary>
    /// <exception cref="ContainerizeException">CTZ0001.</exception>
    public static ImageReference ReferenceOf(string text) =>
        IsOfEngine(text) ? ImageReference.Parse(text[Daemon.Length..]) : InRegistry(text);

    private static ImageReference InRegistry(string text)
    {
        WrittenPath.RefuseHomeOfImage(text);
        ForeignAddress.Refuse(text);
        // No reference begins so, and the parser would complain of a registry.
        return SinkAddress.IsPath(text) && (text.StartsWith('.') || Path.IsPathFullyQualified(text))
            ? throw new ContainerizeException(
                DiagnosticTable.InvalidReference,
                $"'{text}' is a path, and a path does not say what lies there. Write 'archive:{text}' for a tarball, "
                    + $"or 'oci:{text}' for a layout."
            )
            : ImageReference.Parse(text);
    }
}
