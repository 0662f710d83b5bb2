using Containerize.Diagnostics;

namespace Containerize.Stores.Addresses;

/// <summary>
/// Places in the words of other tools. Some of these are valid names of images in Docker Hub, where a source would be
/// looked for and a sink would be pushed to.
/// </summary>
internal static class ForeignAddress
{
    // containers-transports(5) of skopeo and podman, URLs, and what buildah and BuildKit call a layout.
    private static readonly (string Prefix, string Ours)[] Prefixes =
    [
        ("docker://", ""),
        ("https://", ""),
        ("http://", ""),
        ("docker-daemon:", "daemon:"),
        ("containers-storage:", "daemon:"),
        ("docker-archive:", "archive:"),
        ("oci-archive:", "archive:"),
        ("oci-layout://", "oci:"),
        ("file://", "archive:"),
    ];

    /// <summary>Refuses such a place with what to write instead; a text with a user in it is left to the parser, which
    /// hides passwords.</summary>
    /// <param name="text">The place as the user writes it.</param>
    /// <exception cref="ContainerizeException">CTZ0001.</exception>
    public static void Refuse(string text)
    {
        if (Ours(text) is not { } ours)
            return;
        throw new ContainerizeException(
            DiagnosticTable.InvalidReference,
            $"'{text}' is how other tools write a place. Write '{ours}'."
        );
    }

    /// <summary>Refuses a place in the name that an image gets: <c>oci:out</c> is a name in Docker Hub, too.</summary>
    /// <param name="text">The name as the user writes it.</param>
    /// <exception cref="ContainerizeException">CTZ0001.</exception>
    public static void RefuseName(string text)
    {
        Refuse(text);
        if (text.Split(':') is ["oci" or "archive" or "daemon", ..])
            throw new ContainerizeException(
                DiagnosticTable.InvalidReference,
                $"'{text}' is a place and no name of an image. Write the place after '--output', and a name such as "
                    + "'shop:v1' here."
            );
    }

    private static string? Ours(string text)
    {
        foreach (var word in new[] { "scratch", "packages" })
        {
            if (text != word && text.Equals(word, StringComparison.OrdinalIgnoreCase))
                return word;
        }

        var (prefix, ours) = Array.Find(
            Prefixes,
            known => text.StartsWith(known.Prefix, StringComparison.OrdinalIgnoreCase)
        );
        if (prefix is null || text.Length == prefix.Length)
            return null;
        var rest = text[prefix.Length..];
        return rest.Split('/')[0].Contains('@', StringComparison.Ordinal) ? null : ours + rest.TrimEnd('/');
    }
}
