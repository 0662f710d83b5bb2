using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Containerize.Diagnostics;
using Microsoft.Build.Construction;
using Microsoft.Build.Evaluation;

namespace Containerize.Tasks;

/// <summary>An item of ours that MSBuild took for a pattern of files, and no file fits the pattern.</summary>
/// <param name="Type">The kind of item.</param>
/// <param name="Pattern">What <c>Include</c> says, with properties expanded.</param>
/// <param name="File">The full path of the file that it stands in.</param>
/// <param name="Line">The line in that file, from 1.</param>
internal sealed record LostItem(string Type, string Pattern, string File, int Line)
{
    /// <summary>Properties that look like lists of items: written as an item they would have no effect.</summary>
    private static readonly ImmutableHashSet<string> Properties = ImmutableHashSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "ContainerPackages",
        "ContainerPackageExclude"
    );

    /// <summary>The items that a project may have.</summary>
    public static ImmutableHashSet<string> Types { get; } =
        Properties.Union([
            "ContainerPackage",
            "ContainerPackageSource",
            "ContainerPackageMirror",
            "ContainerEnvironmentVariable",
            "ContainerLabel",
            "ContainerPort",
            "ContainerVolume",
            "ContainerAnnotation",
            "ContainerDockerfileArgument",
            "ContainerLayer",
            "ContainerFile",
            "ContainerFolder",
            "ContainerAppCommand",
            "ContainerAppCommandArgs",
            "ContainerDefaultArgs",
            "ContainerEntrypoint",
            "ContainerEntrypointArgs",
        ]);

    /// <summary>Whether the item stands for files, of which a pattern may well name none.</summary>
    public bool IsFile => Type.Equals("ContainerFile", StringComparison.OrdinalIgnoreCase);

    /// <summary>What happened and what to write.</summary>
    public string Message =>
        Properties.Contains(Type)
            ? $"{Type} is a property and not an item. Write <{Type}>{Pattern}</{Type}> in a PropertyGroup, with "
                + "';' between the values."
            : $"<{Type} Include=\"{Pattern}\" /> gives no item: MSBuild takes '*' and '?' in Include for a pattern "
                + "of files, "
                + (
                    IsFile
                        ? "and no file fits it. Correct the path, which is relative to the project, or remove the item."
                    : Type.Equals("ContainerPackage", StringComparison.OrdinalIgnoreCase)
                    && Pattern.Split('=', 2) is [var name, var version]
                        ? "and no file has that name. Write the version beside the name: <ContainerPackage "
                            + $"Include=\"{name.Trim()}\" Version=\"{version.Trim()}\" />."
                    : $"and no file has that name. Write %2A for '*' and %3F for '?': <{Type} "
                        + $"Include=\"{Escape(Pattern)}\" />."
                );

    /// <summary>The lost items of a project, in the order of its elements.</summary>
    public static IEnumerable<LostItem> All(Project project)
    {
        foreach (var glob in project.GetAllGlobs().Where(glob => Types.Contains(glob.ItemElement.ItemType)))
        {
            var made = project
                .GetItems(glob.ItemElement.ItemType)
                .Where(item => item.Xml == glob.ItemElement)
                .Select(item => item.EvaluatedInclude)
                .ToList();
            foreach (var pattern in glob.IncludeGlobs.Where(pattern => !made.Exists(item => Fits(item, pattern))))
                yield return Of(glob.ItemElement, pattern);
        }

        foreach (var element in Properties.SelectMany(project.GetItems).Select(item => item.Xml).Distinct())
            yield return Of(element, element.Include);
        // An item group of a target is expanded when the target runs. Whether its conditions hold is not known here.
        foreach (
            var element in project
                .Imports.Select(import => import.ImportedProject)
                .Prepend(project.Xml)
                .SelectMany(file => file.Targets)
                .SelectMany(target => target.ItemGroups)
                .SelectMany(group => group.Items)
                .Where(element => Types.Contains(element.ItemType) && !IsConditional(element))
        )
        {
            var lost = SettingList
                .Parse(project.ExpandString(element.Include))
                .Where(pattern => IsPattern(pattern) && !pattern.Contains('(', StringComparison.Ordinal))
                .Select(pattern => Of(element, pattern));
            foreach (var item in lost.Where(item => !item.IsFile))
                yield return item;
        }
    }

    // MSBuild takes no text with a colon for a pattern, unless it begins with a drive.
    private static bool IsPattern(string text) =>
        text.AsSpan().ContainsAny('*', '?') && text.LastIndexOf(':') is -1 or 1;

    private static bool IsConditional(ProjectItemElement element) =>
        element.Condition.Length > 0
        || element.AllParents.Any(parent => parent is not ProjectRootElement && parent.Condition.Length > 0);

    private static LostItem Of(ProjectItemElement element, string pattern) =>
        new(
            element.ItemType,
            pattern,
            element.ContainingProject.FullPath,
            element.IncludeLocation?.Line ?? element.Location.Line
        );

    // A text that MSBuild does not take for a pattern comes through as it is.
    private static bool Fits(string item, string pattern) =>
        item == pattern
        || Regex.IsMatch(
            item.Replace('\\', '/'),
            $"^{Regex.Escape(pattern.Replace('\\', '/'))
            .Replace(@"\*\*/", "(.*/)?", StringComparison.Ordinal).Replace(@"\*\*", ".*", StringComparison.Ordinal)
            .Replace(@"\*", "[^/]*", StringComparison.Ordinal).Replace(@"\?", "[^/]", StringComparison.Ordinal)}$",
            RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.CultureInvariant
        );

    private static string Escape(string pattern) =>
        pattern.Replace("*", "%2A", StringComparison.Ordinal).Replace("?", "%3F", StringComparison.Ordinal);
}
