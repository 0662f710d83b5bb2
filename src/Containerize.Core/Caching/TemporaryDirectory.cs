using Containerize.Diagnostics;

namespace Containerize.Caching;

/// <summary>A folder for one run among the system's temporary files.</summary>
public static class TemporaryDirectory
{
    /// <summary>Makes an empty folder that only its owner gets into.</summary>
    /// <param name="parent">The system's folder for temporary files.</param>
    /// <param name="prefix">How the folder's name begins.</param>
    /// <returns>The absolute path of the folder.</returns>
    /// <exception cref="ContainerizeException">CTZ0166 when the parent does not take it.</exception>
    public static string Create(string parent, string prefix)
    {
        // A relative path would lie in the current folder, which may be what goes into the image.
        if (!Path.IsPathFullyQualified(parent))
            throw Refused(parent, "it is a relative path");
        if (!Directory.Exists(parent))
            throw Refused(parent, "it does not exist");
        var path = Path.Combine(parent, $"{prefix}{Guid.NewGuid():N}");
        return CachePlace.MakePrivate(path) is { } refused ? throw Refused(parent, refused.TrimEnd('.')) : path;
    }

    private static ContainerizeException Refused(string parent, string why) =>
        new(
            DiagnosticTable.TemporaryFolderRefused,
            $"No folder for temporary files can be made in '{parent}': {why}. "
                + "Set TMPDIR to the absolute path of a folder that exists and can be written."
        );
}
