using System.Collections.Immutable;

namespace Containerize.Dockerfiles.Syntax;

/// <summary>
/// What is left out of a context (<c>.dockerignore</c>): the last pattern that fits a path or a folder above it counts,
/// and one that begins with <c>!</c> takes it in again.
/// </summary>
/// <param name="Rules">The patterns in order.</param>
public sealed record DockerIgnore(ImmutableArray<(PathPattern Pattern, bool IsException)> Rules)
{
    /// <summary>Leaves nothing out.</summary>
    public static DockerIgnore Nothing { get; } = new([]);

    /// <summary>Reads the patterns of a file, one a line.</summary>
    /// <param name="text">The file's content; lines that begin with <c>#</c> are comments.</param>
    /// <param name="refuse">Takes each line that is no pattern and does not count.</param>
    public static DockerIgnore Parse(string text, Action<string> refuse)
    {
        var lines = text.TrimStart('\uFEFF')
            .Split('\n')
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Trim());
        return Of(lines, refuse);
    }

    /// <summary>The same for patterns that stand elsewhere (<c>COPY --exclude</c>).</summary>
    public static DockerIgnore Of(IEnumerable<string> patterns, Action<string> refuse)
    {
        var rules = ImmutableArray.CreateBuilder<(PathPattern, bool)>();
        foreach (var line in patterns.Where(line => line.Length > 0))
        {
            var isException = line.StartsWith('!');
            var pattern = line[(isException ? 1 : 0)..].Trim();
            if (pattern.Length > 0 && PathPattern.Parse(Clean(pattern)) is { } parsed)
                rules.Add((parsed, isException));
            else
                refuse(line);
        }

        return new DockerIgnore(rules.ToImmutable());
    }

    /// <summary>Whether a path is left out.</summary>
    /// <param name="path">Below the context, with <c>/</c> between names.</param>
    public bool Excludes(string path)
    {
        var isExcluded = false;
        foreach (var (pattern, isException) in Rules)
        {
            if (isException == isExcluded && AndAbove(path).Any(pattern.Matches))
                isExcluded = !isException;
        }

        return isExcluded;
    }

    /// <summary>Whether all of a folder is left out, so that it need not be read.</summary>
    public bool ExcludesAllOf(string folder) =>
        Excludes(folder) && !Rules.Any(rule => rule.IsException && MayReach(rule.Pattern.Text, folder));

    // A pattern with wildcards before it names a place may be about any folder.
    private static bool MayReach(string pattern, string folder)
    {
        var plain = pattern.IndexOfAny(['*', '?', '[', '\\']) is var wild and >= 0 ? pattern[..wild] : pattern;
        return plain.StartsWith(folder + "/", StringComparison.Ordinal)
            || (folder + "/").StartsWith(plain, StringComparison.Ordinal) && plain.Length < pattern.Length;
    }

    private static IEnumerable<string> AndAbove(string path)
    {
        for (var end = path.Length; end > 0; end = path.LastIndexOf('/', end - 1))
            yield return path[..end];
    }

    // "./a//b/" and "/a/b" are "a/b". What leads above the context fits nothing in it: "../a" stays what it is.
    private static string Clean(string pattern)
    {
        var names = new List<string>();
        foreach (var name in pattern.Split('/').Where(name => name is not ("" or ".")))
        {
            if (name != ".." || (names is [] or [.., ".."] && !pattern.StartsWith('/')))
                names.Add(name);
            else if (names.Count > 0)
                names.RemoveAt(names.Count - 1);
        }

        return names.Count > 0 ? string.Join('/', names) : ".";
    }
}
