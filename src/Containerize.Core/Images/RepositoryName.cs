using Containerize.Diagnostics;

namespace Containerize.Images;

/// <summary>Makes a repository's name of a project's.</summary>
public static class RepositoryName
{
    /// <summary>
    /// The name as it is if it is valid, else in lower case with <c>-</c> for every letter that no repository may have, as
    /// the .NET SDK does it: <c>My App</c> becomes <c>my-app</c>.
    /// </summary>
    /// <exception cref="ContainerizeException">CTZ0002 when even that gives no valid name.</exception>
    public static string Normalize(string name)
    {
        if (ImageReference.IsRepository(name))
            return name;
        var normal = string.Concat(name.ToLowerInvariant().Select(letter =>
            char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' or '/' ? letter : '-'));
        return ImageReference.IsRepository(normal) ? normal
            : throw new ContainerizeException(DiagnosticTable.InvalidRepository,
                $"'{name}' gives no valid repository name. Set ContainerRepository to lower-case letters and digits, with single '.', '_', '-' or '/' between them.");
    }
}
