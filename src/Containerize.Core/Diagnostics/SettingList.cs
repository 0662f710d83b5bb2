using System.Collections.Immutable;

namespace Containerize.Diagnostics;

/// <summary>A list in one text, as MSBuild writes lists: values with <c>;</c> between them.</summary>
public static class SettingList
{
    /// <summary>The values of a list, without the blanks around them and without empty ones.</summary>
    /// <param name="text">The list; null is an empty one.</param>
    public static ImmutableArray<string> Parse(string? text) =>
        [.. (text ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
}
