using Containerize.Diagnostics;
using Containerize.IO;

namespace Containerize.Stores.Files;

/// <summary>A folder on disk as a tree of files; links in it are followed as long as they stay in it.</summary>
/// <param name="path">The folder's absolute path.</param>
internal sealed class FolderTree(string path) : IFileTree
{
    public string Where => $"'{path}'";

    public Diagnostic Invalid => DiagnosticTable.InvalidLayout;

    /// <summary>Where a file of the folder is, or would be, on disk.</summary>
    /// <exception cref="ContainerizeException">CTZ0025 when a link leads out of the folder.</exception>
    public string PathOf(string name) =>
        TreePath.Resolve(name, LinkAt) is { } resolved
            ? Path.Combine(path, Path.Combine(resolved.Split('/')))
            : throw new ContainerizeException(
                Invalid,
                $"'{name}' in {Where} leads out of the folder by a symbolic link, or in circles. Replace the "
                    + "link by what it points at."
            );

    public Stream? Open(string name)
    {
        try
        {
            return RegularFile.Open(PathOf(name));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ContainerizeException(
                Invalid,
                $"'{name}' in {Where} cannot be read: {exception.Message.TrimEnd('.')}. Make it again, or see to the "
                    + "permissions there.",
                exception
            );
        }
    }

    private string? LinkAt(string name)
    {
        var target = new FileInfo(Path.Combine(path, name)).LinkTarget;
        if (target is null || !Path.IsPathRooted(target))
            return target?.Replace(Path.DirectorySeparatorChar, '/');
        var relative = Path.GetRelativePath(path, target).Replace(Path.DirectorySeparatorChar, '/');
        return Path.IsPathRooted(relative) ? "/.." : "/" + relative;
    }
}
