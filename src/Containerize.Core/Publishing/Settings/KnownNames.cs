using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Containerize.Publishing.Settings;

/// <summary>The names of properties and items that the targets of the package read, taken from the targets
/// themselves.</summary>
public sealed partial class KnownNames
{
    private KnownNames(IEnumerable<string> properties, IEnumerable<string> items) =>
        (Properties, Items) = (
            properties.ToFrozenSet(StringComparer.OrdinalIgnoreCase),
            items.ToFrozenSet(StringComparer.OrdinalIgnoreCase)
        );

    /// <summary>The properties, such as <c>ContainerBaseImage</c>; MSBuild's names know no case.</summary>
    public FrozenSet<string> Properties { get; }

    /// <summary>The items, such as <c>ContainerPort</c>.</summary>
    public FrozenSet<string> Items { get; }

    /// <summary>The metadata of each item that is read; other items are unknown.</summary>
    public static FrozenDictionary<string, string[]> Metadata { get; } =
        new Dictionary<string, string[]>
        {
            ["ContainerPort"] = ["Type"],
            ["ContainerLabel"] = ["Value"],
            ["ContainerAnnotation"] = ["Value"],
            ["ContainerEnvironmentVariable"] = ["Value"],
            ["ContainerDockerfileArgument"] = ["Value"],
            ["ContainerLayer"] = ["Files"],
            ["ContainerFile"] = ["TargetPath", "Mode", "Owner", "Layer"],
            ["ContainerVolume"] = ["Owner", "Mode"],
            ["ContainerFolder"] = ["Owner", "Mode"],
            ["ContainerPackage"] = ["Version"],
            ["ContainerPackageMirror"] = ["Url"],
            ["ContainerPackageSource"] = ["Suites", "Components", "SignedBy"],
        }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Finds the names in the texts of targets files.</summary>
    public static KnownNames Of(IEnumerable<string> targets)
    {
        var texts = targets.ToList();
        // The targets read some misspellings of the switch, to speak of them.
        return new KnownNames(Names(texts, PropertyUse()).Except(Names(texts, MisspeltUse())), Names(texts, ItemUse()));
    }

    private static IEnumerable<string> Names(IEnumerable<string> texts, Regex use) =>
        texts.SelectMany(text => use.Matches(text)).Select(match => match.Groups[1].Value);

    [GeneratedRegex(@"\$\((Container[A-Za-z]*)\b", RegexOptions.CultureInvariant)]
    private static partial Regex PropertyUse();

    [GeneratedRegex(@"<_ContainerizeMisspelt Condition=""'\$\((\w+)\)", RegexOptions.CultureInvariant)]
    private static partial Regex MisspeltUse();

    [GeneratedRegex(@"@\((Container[A-Za-z]*)\b", RegexOptions.CultureInvariant)]
    private static partial Regex ItemUse();
}
