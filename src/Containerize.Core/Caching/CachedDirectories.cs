using Containerize.Diagnostics;
using Containerize.IO;

namespace Containerize.Caching;

/// <summary>
/// The folders in a cache whose files belong together and have times of their own: what <c>RUN</c> unpacked, layer by
/// layer, and what its cache mounts keep. Each goes as a whole, and never while a build holds it.
/// </summary>
internal static class CachedDirectories
{
    // What processes that are no more have left; builds remove it when they begin.
    private const string Transient = "run-";

    private const string Unpacked = "unpacked";

    private const string Mounts = "mounts";

    /// <summary>Whether a kind is made of such folders.</summary>
    public static bool IsKind(DirectoryInfo kind) => kind.Name is Unpacked or Mounts;

    /// <summary>The absolute paths of the folders of a kind.</summary>
    public static IEnumerable<string> Of(DirectoryInfo kind) =>
        (kind.Name == Unpacked ? kind.EnumerateDirectories() : [kind])
            .SelectMany(parent => parent.EnumerateDirectories())
            .Where(folder => !folder.Name.StartsWith(Transient, StringComparison.Ordinal))
            .Select(folder => folder.FullName);

    /// <summary>Removes one, unless somebody holds it.</summary>
    /// <returns>Whether it is gone.</returns>
    public static bool Remove(string path)
    {
        try
        {
            using var alone = DirectoryLease.TakeAlone(path);
            if (alone is null)
                return false;
            // Under another name first: no process may find half of it, also when this one is killed.
            var gone = Path.Combine(Path.GetDirectoryName(path)!, $"{Transient}{Guid.NewGuid():N}");
            Directory.Move(path, gone);
            File.Delete(path + DirectoryLease.Extension);
            Delete(gone);
            return true;
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or ContainerizeException)
        {
            return false;
        }
    }

    // Files of other users of a container are not an ordinary user's to remove, but for a build's, which has their
    // numbers.
    private static void Delete(string path)
    {
        try
        {
            RegularFile.RemoveFolder(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException) { }
    }
}
