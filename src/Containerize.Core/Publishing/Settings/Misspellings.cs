using System.Collections.Immutable;
using Containerize.Diagnostics;

namespace Containerize.Publishing.Settings;

/// <summary>
/// Names that are nearly, but not quite, those of the package. MSBuild takes any name, so a misspelt one does nothing
/// and says nothing. A name that is near to none is the project's own business.
/// </summary>
public static class Misspellings
{
    private const string Prefix = "Container";

    /// <summary>Finds what is probably misspelt.</summary>
    /// <param name="known">The names that are read.</param>
    /// <param name="given">The properties of the command line.</param>
    /// <param name="files">What the project and the files that it imports set.</param>
    /// <returns>A sentence for each, with what was probably meant.</returns>
    public static ImmutableArray<string> Of(
        KnownNames known,
        IEnumerable<string> given,
        IEnumerable<SettingsText> files
    )
    {
        var texts = files.ToList();
        var items = texts.SelectMany(text => text.Items).ToList();
        // A property of an item's name is right where the project makes the item of it.
        var properties = given
            .Concat(texts.SelectMany(text => text.Properties))
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Where(name => !items.Exists(item => item.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
            .Select(name => PropertyDoubt(known, name));
        return
        [
            .. properties
                .Concat(
                    items
                        .Select(item => item.Name)
                        .Distinct(StringComparer.OrdinalIgnoreCase)
                        .Select(name => ItemDoubt(known, name))
                )
                .Concat(items.SelectMany(item => item.Metadata.Select(metadata => MetadataDoubt(item.Name, metadata))))
                .OfType<string>()
                .Distinct(StringComparer.Ordinal),
        ];
    }

    private static string? PropertyDoubt(KnownNames known, string name) =>
        !IsOurs(name) || known.Properties.Contains(name) ? null
        : known.Items.Contains(name)
            ? $"'{name}' is set as a property, and it is an item: write <{name} Include=\"…\" /> in an ItemGroup."
        : Nearest(name, known.Properties) is { } property
            ? $"The property '{name}' is not known and does nothing. Did you mean '{property}'?"
        : Nearest(name, known.Items) is { } item
            ? $"The property '{name}' is not known and does nothing. Did you mean the item '{item}'?"
        : null;

    private static string? ItemDoubt(KnownNames known, string name) =>
        !IsOurs(name) || known.Items.Contains(name) ? null
        : known.Properties.Contains(name)
            ? $"'{name}' is set as an item, and it is a property: write <{name}>…</{name}> in a PropertyGroup."
        : Nearest(name, known.Items) is { } item
            ? $"The item '{name}' is not known and does nothing. Did you mean '{item}'?"
        : Nearest(name, known.Properties) is { } property
            ? $"The item '{name}' is not known and does nothing. Did you mean the property '{property}'?"
        : null;

    private static string? MetadataDoubt(string item, string name)
    {
        if (
            !KnownNames.Metadata.TryGetValue(item, out var known)
            || known.Contains(name, StringComparer.OrdinalIgnoreCase)
        )
            return null;
        var near = known.FirstOrDefault(one =>
            Distance(one, name) <= Allowed(one) || one.StartsWith(name, StringComparison.OrdinalIgnoreCase)
        );
        return near is null ? null : $"{item} has the metadata '{name}', which does nothing. Did you mean '{near}'?";
    }

    // The one word that has another letter, too, in many countries.
    private static bool IsOurs(string name) =>
        name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
        || EditDistance.Between(
            name.ToUpperInvariant()[..Math.Min(name.Length, Prefix.Length)],
            Prefix.ToUpperInvariant(),
            2
        ) <= 2;

    private static string? Nearest(string name, IEnumerable<string> known) =>
        known
            .Select(one => (Name: one, Distance: Distance(one, name)))
            .Where(one => one.Distance <= Allowed(one.Name[Prefix.Length..]))
            .OrderBy(one => one.Distance)
            .ThenBy(one => one.Name, StringComparer.Ordinal)
            .FirstOrDefault()
            .Name;

    // Two letters that changed places are one slip.
    private static int Distance(string known, string name)
    {
        var (one, other) = (known.ToUpperInvariant(), name.ToUpperInvariant());
        var distance = EditDistance.Between(one, other, 2);
        return distance == 2 && one.Order().SequenceEqual(other.Order()) ? 1 : distance;
    }

    // In a short word two letters make another word.
    private static int Allowed(string word) => word.Length < 8 ? 1 : 2;
}
