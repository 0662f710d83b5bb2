using Containerize.Diagnostics;

namespace Containerize.Publishing.Outputs;

/// <summary>Where outputs may lie, and what they may be called.</summary>
public static class OutputPath
{
    private static readonly string[] Compressed = [".gz", ".tgz", ".zst", ".tzst", ".bz2", ".xz", ".zip"];

    /// <summary>Whether a tarball is called as if it were compressed. Its layers are, and what loads images reads it
    /// under any name.</summary>
    /// <param name="path">The path of the tarball.</param>
    public static bool SaysCompressed(string path) =>
        Array.Exists(Compressed, end => path.EndsWith(end, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// Whether an output is meant as a folder for it, by the SDK's rule: what is a folder, ends with a separator or has
    /// no extension.
    /// </summary>
    /// <param name="path">The absolute path of the output.</param>
    public static bool IsFolder(string path) =>
        Path.EndsInDirectorySeparator(path) || Directory.Exists(path) || !Path.HasExtension(path);

    /// <summary>Refuses an output that the next publish would take for a published file, and so for a part of the
    /// image.</summary>
    /// <param name="path">The absolute path of the output.</param>
    /// <param name="publishFolder">The absolute path of the publish folder.</param>
    /// <param name="setting">The property that says the path, for the message.</param>
    /// <exception cref="ContainerizeException">CTZ0008 when the path is the folder or lies below it.</exception>
    public static void RefuseInside(string path, string publishFolder, string setting)
    {
        var relative = Path.GetRelativePath(publishFolder, path);
        var outside =
            Path.IsPathRooted(relative)
            || relative == ".."
            || relative.StartsWith(".." + Path.DirectorySeparatorChar, StringComparison.Ordinal);
        if (!outside)
            throw new ContainerizeException(
                DiagnosticTable.OutputInsidePublishFolder,
                $"{setting} is '{path}', which lies inside the publish folder '{publishFolder}': the next image "
                    + "would contain this one. "
                    + $"Set {setting} to a path outside of it."
            );
    }
}
