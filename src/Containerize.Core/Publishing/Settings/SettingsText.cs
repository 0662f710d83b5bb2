using System.Collections.Immutable;
using System.Xml;
using System.Xml.Linq;

namespace Containerize.Publishing.Settings;

/// <summary>The properties and items that a project file sets, as it is written; conditions and targets are not
/// evaluated.</summary>
/// <param name="Properties">The names of properties.</param>
/// <param name="Items">The names of items, each with the names of its metadata.</param>
public sealed record SettingsText(
    ImmutableArray<string> Properties,
    ImmutableArray<(string Name, ImmutableArray<string> Metadata)> Items
)
{
    private static readonly ImmutableArray<string> Reserved =
    [
        "Include",
        "Exclude",
        "Remove",
        "Update",
        "Condition",
        "Label",
        "KeepMetadata",
        "RemoveMetadata",
        "KeepDuplicates",
        "MatchOnMetadata",
        "MatchOnMetadataOptions",
    ];

    /// <summary>Nothing.</summary>
    public static SettingsText Empty { get; } = new([], []);

    /// <summary>Reads the text of a project, props or targets file; MSBuild refuses malformed XML, which is empty
    /// here.</summary>
    public static SettingsText Parse(string xml)
    {
        try
        {
            var elements = XDocument.Parse(xml).Descendants().ToList();
            return new SettingsText(
                [.. In(elements, "PropertyGroup").Select(element => element.Name.LocalName)],
                [.. In(elements, "ItemGroup").Select(element => (element.Name.LocalName, MetadataOf(element)))]
            );
        }
        catch (XmlException)
        {
            return Empty;
        }
    }

    private static IEnumerable<XElement> In(IEnumerable<XElement> elements, string group) =>
        elements.Where(element => element.Parent?.Name.LocalName == group);

    private static ImmutableArray<string> MetadataOf(XElement item) =>
        [
            .. item.Attributes()
                .Select(attribute => attribute.Name.LocalName)
                .Concat(item.Elements().Select(element => element.Name.LocalName))
                .Where(name => !Reserved.Contains(name)),
        ];
}
