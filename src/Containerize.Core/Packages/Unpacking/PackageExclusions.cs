using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Containerize.Entries;

namespace Containerize.Packages.Unpacking;

/// <summary>
/// The files of packages that do not go into the image: globs of paths without leading slash, in which <c>*</c> stands
/// for anything but a slash and <c>**</c> for anything. The last glob that fits decides; one with <c>!</c> before it
/// keeps.
/// </summary>
public sealed class PackageExclusions
{
    private readonly ImmutableArray<(bool Keeps, Regex Pattern)> _patterns;

    private PackageExclusions(ImmutableArray<(bool, Regex)> patterns) => _patterns = patterns;

    /// <summary>Documentation and translations, but what licences ask to be passed on.</summary>
    public const string Default =
        "usr/share/doc/**;!usr/share/doc/*/copyright;"
        + "usr/share/info/**;usr/share/lintian/**;usr/share/locale/**;usr/share/man/**";

    /// <summary>Reads globs with <c>;</c> between them.</summary>
    public static PackageExclusions Parse(string globs) =>
        new([
            .. globs
                .Split([';', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(glob => (glob.StartsWith('!'), ToPattern(glob.TrimStart('!').TrimStart('/')))),
        ]);

    /// <summary>Whether a file is left out. It may lie elsewhere than its package says; a glob fits either
    /// path.</summary>
    /// <param name="path">The path that the package gives it: below <c>/lib</c>.</param>
    /// <param name="place">Its path in the image, links followed: below <c>/usr/lib</c>.</param>
    public bool Excludes(ContainerPath path, ContainerPath place)
    {
        for (var i = _patterns.Length - 1; i >= 0; i--)
        {
            var (keeps, pattern) = _patterns[i];
            if (pattern.IsMatch(path.Text[1..]) || pattern.IsMatch(place.Text[1..]))
                return !keeps;
        }

        return false;
    }

    private static Regex ToPattern(string glob)
    {
        var pattern = Regex
            .Escape(glob)
            .Replace(@"\*\*", ".*", StringComparison.Ordinal)
            .Replace(@"\*", "[^/]*", StringComparison.Ordinal)
            .Replace(@"\?", "[^/]", StringComparison.Ordinal);
        return new Regex($"^{pattern}$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
    }
}
