using System.Collections.Immutable;
using Containerize.Diagnostics;

namespace Containerize.Packages.Sources;

/// <summary>An address in place of another (<c>ContainerPackageMirror</c>), for what lies at it and below it.</summary>
/// <param name="From">The address that a source names; it ends with a slash.</param>
/// <param name="To">The address that is asked instead; it ends with a slash.</param>
public sealed record PackageMirror(Uri From, Uri To)
{
    /// <summary>Reads a mirror.</summary>
    /// <param name="from">The address in the sources, <c>http</c> or <c>https</c>.</param>
    /// <param name="to">The mirror's, <c>http</c>, <c>https</c> or <c>file</c>.</param>
    /// <exception cref="ContainerizeException">CTZ0284.</exception>
    public static PackageMirror Parse(string from, string to) => new(Read(from, from), Read(to, from));

    /// <summary>A source with the mirror's address where it has this one; else the source itself.</summary>
    public AptSource Apply(AptSource source)
    {
        var root = WithoutScheme(source.Root);
        var from = WithoutScheme(From);
        return root.StartsWith(from, StringComparison.OrdinalIgnoreCase)
            ? source with
            {
                Root = new Uri(To, root[from.Length..]),
            }
            : source;
    }

    /// <summary>Sources with the address of the first mirror that is for them.</summary>
    public static ImmutableArray<AptSource> Apply(
        ImmutableArray<PackageMirror> mirrors,
        ImmutableArray<AptSource> sources
    ) =>
        [
            .. sources.Select(source =>
                mirrors.Select(mirror => mirror.Apply(source)).FirstOrDefault(mirrored => mirrored != source) ?? source
            ),
        ];

    // An archive is the same by http and by https.
    private static string WithoutScheme(Uri uri) =>
        uri.IsFile ? uri.ToString() : $"//{uri.Authority}{uri.AbsolutePath}";

    private static Uri Read(string text, string from) =>
        // A path alone is a file's address for .NET.
        text.Contains("://", StringComparison.Ordinal)
        && Uri.TryCreate(text.Trim().TrimEnd('/') + "/", UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https" or "file"
            ? uri
            : throw new ContainerizeException(
                DiagnosticTable.MirrorInvalid,
                $"ContainerPackageMirror '{Passwords.Hide(from)}': '{Passwords.Hide(text)}' is not a URL of http, "
                    + "https or file. Write the address that the "
                    + "sources name as Include and the mirror's as Url."
            );
}
