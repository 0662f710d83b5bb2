using System.Collections.Frozen;

namespace Containerize.Attestations.Licenses;

/// <summary>
/// The ids of SPDX's list of licences; which version of it, <c>SpdxIds.txt</c> says in its first line. Ids know no case
/// (SPDX 2.3, annex D.2).
/// </summary>
internal static class SpdxIds
{
    private static readonly Lazy<(
        FrozenDictionary<string, string> Licenses,
        FrozenDictionary<string, string> Exceptions
    )> Ids = new(() => (Read("license "), Read("exception ")));

    /// <summary>The id of a licence as the list writes it; null for one that is not in it.</summary>
    public static string? License(string text) => Ids.Value.Licenses.GetValueOrDefault(text);

    /// <summary>The id of an exception as the list writes it; null for one that is not in it.</summary>
    public static string? Exception(string text) => Ids.Value.Exceptions.GetValueOrDefault(text);

    private static FrozenDictionary<string, string> Read(string kind)
    {
        using var stream = typeof(SpdxIds).Assembly.GetManifestResourceStream("SpdxIds.txt")!;
        using var reader = new StreamReader(stream);
        return reader
            .ReadToEnd()
            .Split('\n')
            .Where(line => line.StartsWith(kind, StringComparison.Ordinal))
            .Select(line => line[kind.Length..].TrimEnd())
            .ToFrozenDictionary(id => id, id => id, StringComparer.OrdinalIgnoreCase);
    }
}
