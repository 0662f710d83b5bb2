using Containerize.Diagnostics;

namespace Containerize.Stores;

/// <summary>Where an image lies on disk: what follows <c>oci:</c> and <c>archive:</c> in
/// <c>ContainerBaseImage</c>.</summary>
/// <param name="Path">The absolute path of the layout's folder or of the tarball.</param>
/// <param name="Name">Which of the images there: a tag or a full reference; null when there is only one.</param>
public sealed record ImageLocation(string Path, string? Name)
{
    /// <summary>
    /// Reads <c>PATH[:NAME]</c>. As skopeo and buildah do, the path ends at the first colon that is no drive's, so that
    /// a Dockerfile that names the location means the same.
    /// </summary>
    /// <param name="text">The location, without <c>oci:</c> or <c>archive:</c>.</param>
    /// <param name="folder">The absolute folder that a relative path is relative to.</param>
    /// <exception cref="ContainerizeException">CTZ0001 when there is no path, or nothing after the colon, CTZ0390 for
    /// <c>~/…</c>.</exception>
    public static ImageLocation Parse(string text, string folder)
    {
        var drive = text.Length > 2 && char.IsAsciiLetter(text[0]) && text[1] == ':' && text[2] is '\\' or '/' ? 2 : 0;
        var colon = text.IndexOf(':', drive);
        var path = colon < 0 ? text : text[..colon];
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal) || colon == text.Length - 1)
            throw new ContainerizeException(
                DiagnosticTable.InvalidReference,
                $"'{text}' after 'oci:' or 'archive:' does not say where an image lies. Write a path, or a path, a "
                    + "colon and a tag, as in 'out/image:1.0'."
            );
        WrittenPath.RefuseHome(path);
        return new ImageLocation(System.IO.Path.GetFullPath(path, folder), colon < 0 ? null : text[(colon + 1)..]);
    }

    public override string ToString() => Name is null ? Path : $"{Path}:{Name}";
}
