using System.Collections.Immutable;

namespace Containerize.Entries;

/// <summary>The extended attributes that files take along: rights of programs, and what users set; not what the kernel
/// keeps for itself.</summary>
internal static class KeptAttributes
{
    /// <summary>Whether an attribute is one of them.</summary>
    public static bool Contains(string name) =>
        name == "security.capability"
        || (
            name.StartsWith("user.", StringComparison.Ordinal)
            && !name.StartsWith("user.overlay.", StringComparison.Ordinal)
        );

    /// <summary>Those of a file's attributes.</summary>
    public static ImmutableSortedDictionary<string, ImmutableArray<byte>> Of(
        ImmutableSortedDictionary<string, ImmutableArray<byte>> attributes
    ) => attributes.RemoveRange(attributes.Keys.Where(name => !Contains(name)));
}
