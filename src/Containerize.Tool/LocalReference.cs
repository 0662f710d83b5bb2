using Containerize.Diagnostics;
using Containerize.Stores.Addresses;

namespace Containerize.Tool;

/// <summary>
/// Finds out that a word after a command is the path of a file and not the name of an image. <c>inspect shop.tar</c>
/// means the file; without this, Docker Hub would be asked for an image of that name. A name in a Dockerfile is never
/// taken for a path.
/// </summary>
internal static class LocalReference
{
    /// <summary>The word with <c>oci:</c> or <c>archive:</c> before it, where it is a path; the word itself
    /// elsewhere.</summary>
    /// <param name="text">The word as the user wrote it.</param>
    /// <param name="folder">The absolute folder that relative paths are relative to.</param>
    /// <exception cref="ContainerizeException">CTZ0020 for a path at which there is nothing, CTZ0001 for a word that
    /// may be an image and a file.</exception>
    public static string Resolve(string text, string folder)
    {
        RefuseEither(text, folder);
        if (!IsPath(text, folder))
            return text;
        var path = Path.GetFullPath(text, folder);
        if (Directory.Exists(path))
            return "oci:" + path;
        if (File.Exists(path))
            return "archive:" + path;
        throw new ContainerizeException(
            DiagnosticTable.ImageNotFound,
            $"'{text}' is the path of a tarball or a layout, and there is no '{path}'. Write archive:FILE or "
                + "oci:FOLDER for one that is there, "
                + $"or docker.io/library/{Path.GetFileName(text)} for an image of that name in Docker Hub."
        );
    }

    /// <summary>
    /// Whether a word is a path: it is absolute, begins with a dot and a slash, or has the ending of a tarball and
    /// names a file that is there or no registry.
    /// </summary>
    /// <param name="text">The word as the user wrote it.</param>
    /// <param name="folder">The absolute folder that relative paths are relative to.</param>
    public static bool IsPath(string text, string folder) =>
        SinkAddress.IsPath(text)
        && (!SinkAddress.IsTarball(text) || !NamesARegistry(text) || File.Exists(Path.GetFullPath(text, folder)));

    // A bare word is an image in Docker Hub, and a folder or a file of that name is what the user sees.
    private static void RefuseEither(string text, string folder)
    {
        if (IsPath(text, folder) || text.AsSpan().ContainsAny("/:@"))
            return;
        var path = Path.GetFullPath(text, folder);
        if (!File.Exists(path) && !File.Exists(Path.Combine(path, "oci-layout")))
            return;
        throw new ContainerizeException(
            DiagnosticTable.InvalidReference,
            $"'{text}' may be what lies here, './{text}', or the image in Docker Hub, 'docker.io/library/{text}'. "
                + "Write one of the two."
        );
    }

    // As Docker tells a registry from a repository: its first part has a dot or a port, or is 'localhost'.
    private static bool NamesARegistry(string text) =>
        !text.StartsWith('.')
        && !Path.IsPathFullyQualified(text)
        && (
            text.Contains(':', StringComparison.Ordinal)
            || (
                text.Split('/') is [var host, _, ..]
                && (host.Contains('.', StringComparison.Ordinal) || host == "localhost")
            )
        );
}
