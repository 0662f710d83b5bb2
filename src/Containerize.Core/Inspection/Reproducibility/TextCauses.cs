using System.Globalization;
using System.Text.RegularExpressions;

namespace Containerize.Inspection.Reproducibility;

/// <summary>Guesses why two texts that should be equal differ: a date, a GUID, an absolute path, …</summary>
internal static partial class TextCauses
{
    private static readonly string[] TimeFormats = ["yyyyMMddHHmmss", "yyyyMMddHHmm", "yyyyMMdd"];

    /// <summary>The cause, with what was found; null when no known cause fits.</summary>
    public static string? Of(string first, string second, BuildTraces traces)
    {
        if ((Path(first, traces) ?? Path(second, traces)) is { } path)
            return $"holds the path '{path}' of the build";
        if (Pair(Revision(), first, second) is { } revisions && first.Length == second.Length)
            return $"holds the git revision: {revisions}";
        if (Pair(Identifier(), first, second) is { } identifiers)
            return $"holds a random identifier: {identifiers}";
        return Times(first, traces) is { } before && Times(second, traces) is { } after && before != after
            ? $"holds the time of the build: '{before}' and '{after}'"
            : null;
    }

    /// <summary>The path below a folder of the builds that the text holds, or null.</summary>
    public static string? Path(string text, BuildTraces traces) =>
        Below(text, traces.Folder)
        ?? (traces.Home is { Length: > 1 } home ? Below(text, home + "/") ?? Below(text, home + "\\") : null);

    private static string? Below(string text, string folder)
    {
        var at = text.IndexOf(folder, StringComparison.Ordinal);
        return at < 0 ? null : text[at..].Split('"', '\'', '<', '>', ';', ',', '|', ' ', '=')[0];
    }

    private static string? Pair(Regex pattern, string first, string second) =>
        pattern
            .Matches(first)
            .Zip(pattern.Matches(second))
            .FirstOrDefault(pair => pair.First.Value != pair.Second.Value)
            is { First: not null } found
            ? $"'{found.First.Value}' and '{found.Second.Value}'"
            : null;

    private static string? Times(string text, BuildTraces traces) =>
        Time()
            .Matches(text)
            .Select(match => match.Value)
            .FirstOrDefault(value => Read(value) is { } time && traces.Contains(time));

    private static DateTimeOffset? Read(string text)
    {
        const DateTimeStyles Styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowWhiteSpaces;
        if (DateTimeOffset.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, Styles, out var exact))
            return exact;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return text.Length switch
            {
                10 => DateTimeOffset.FromUnixTimeSeconds(number),
                13 => DateTimeOffset.FromUnixTimeMilliseconds(number),
                18 when number <= DateTime.MaxValue.Ticks => new DateTimeOffset(number, TimeSpan.Zero),
                _ => null,
            };
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Styles, out var time) ? time : null;
    }

    [GeneratedRegex(@"(?<![0-9a-f])[0-9a-f]{40}(?![0-9a-f])", RegexOptions.CultureInvariant)]
    private static partial Regex Revision();

    [GeneratedRegex(
        @"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}|(?<![0-9a-fA-F])[0-9a-fA-F]{32}(?![0-9a-fA-F])",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Identifier();

    // 2026-01-31T12:00:00, 01/31/2026 12:00:00, Sat, 31 Jan 2026 12:00:00, 20260131120000, and the seconds,
    // milliseconds and ticks of a clock.
    [GeneratedRegex(
        @"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?|\d\d?/\d\d?/\d{4}(?: \d\d?:\d\d(?::\d\d)?(?: [AP]M)?)?|(?:[A-Z][a-z]{2}, )?\d\d? [A-Z][a-z]{2} \d{4}(?: \d\d:\d\d:\d\d)?|(?<!\d)(?:\d{8}|\d{10}|\d{12,14}|\d{18})(?!\d)",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Time();
}
