using Containerize.Diagnostics;

namespace Containerize.Images;

/// <summary>Makes a repository's name of what a project calls itself or its image.</summary>
internal static class RepositoryName
{
    /// <summary>
    /// The name as it is if it is valid, else in lower case with <c>-</c> for every letter that no repository may have:
    /// <c>My App</c> becomes <c>my-app</c>. Dots stay, other than in the .NET SDK (docs/decisions/0070).
    /// </summary>
    /// <exception cref="ContainerizeException">CTZ0002 when even that gives no valid name.</exception>
    public static string Normalize(string name)
    {
        if (ImageReference.IsRepository(name))
            return name;
        var normal = string.Concat(
            name.ToLowerInvariant()
                .Select(letter =>
                    char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' or '/' ? letter : '-'
                )
        );
        return ImageReference.IsRepository(normal)
            ? normal
            : throw new ContainerizeException(
                DiagnosticTable.InvalidRepository,
                $"'{name}' gives no valid repository name. Set ContainerRepository to lower-case letters and "
                    + "digits, with single '.', '_', '-' or '/' between them."
            );
    }

    /// <summary>Reads <c>ContainerRepository</c>, which names neither a registry nor a tag, and makes it valid as
    /// <see cref="Normalize"/> does.</summary>
    /// <param name="text">What the user wrote; a result that differs from it is worth a word.</param>
    /// <exception cref="ContainerizeException">CTZ0199 for a full reference, with the properties that its parts belong
    /// to, CTZ0002 for no name at all.</exception>
    public static string Parse(string text)
    {
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        return scheme < 0 ? ParsePlain(text, text) : ParsePlain(text[(scheme + 3)..], text);
    }

    private static string ParsePlain(string text, string written)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? "" : text[..slash];
        var isRegistry = first == "localhost" || first.AsSpan().ContainsAny(".:");
        var rest = isRegistry ? text[(slash + 1)..] : text;
        var end = rest.AsSpan().IndexOfAny(":@");
        if (end == 0 || (!isRegistry && end < 0))
            return Normalize(written);
        var repository = end < 0 ? rest : rest[..end];
        var parts = new[]
        {
            isRegistry ? $"ContainerRegistry to '{first}'" : null,
            end >= 0 && rest[end] == ':' ? $"ContainerImageTag to '{rest[(end + 1)..]}'" : null,
            $"ContainerRepository to '{repository}'",
        }
            .OfType<string>()
            .ToList();
        var what = (isRegistry, end < 0) switch
        {
            (true, true) => "a registry",
            (true, false) => "a registry and a tag",
            (false, _) => rest[end] == ':' ? "a tag" : "a digest",
        };
        throw new ContainerizeException(
            DiagnosticTable.RepositoryWithMore,
            $"ContainerRepository is '{written}', which holds {what} beside the repository. Set "
                + $"{string.Join(", ", parts[..^1])}{(parts.Count > 1 ? " and " : "")}{parts[^1]}."
        );
    }
}
