using System.Collections.Immutable;
using System.Globalization;
using Containerize.Diagnostics;

namespace Containerize.Recipes.Instructions;

/// <summary>
/// The signals that stop a container: an engine refuses to stop one whose image names another
/// (moby, <c>signal.ParseSignal</c>).
/// </summary>
public static class StopSignals
{
    private const string Prefix = "SIG";
    private const int Last = 64;

    private static readonly ImmutableArray<string> Names =
    [
        "ABRT",
        "ALRM",
        "BUS",
        "CHLD",
        "CLD",
        "CONT",
        "FPE",
        "HUP",
        "ILL",
        "INT",
        "IO",
        "IOT",
        "KILL",
        "PIPE",
        "POLL",
        "PROF",
        "PWR",
        "QUIT",
        "RTMAX",
        "RTMIN",
        "SEGV",
        "STKFLT",
        "STOP",
        "SYS",
        "TERM",
        "TRAP",
        "TSTP",
        "TTIN",
        "TTOU",
        "URG",
        "USR1",
        "USR2",
        "VTALRM",
        "WINCH",
        "XCPU",
        "XFSZ",
    ];

    /// <summary>What is wrong with a signal: a sentence or two with what to write instead, or null.</summary>
    /// <param name="text">A name with or without <c>SIG</c> in any case, <c>SIGRTMIN+3</c>, or a number.</param>
    public static string? Objection(string text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return number is > 0 and <= Last ? null : $"'{text}' is no signal: signals are from 1 to {Last}.";
        var name = text.ToUpperInvariant();
        if (name.StartsWith(Prefix, StringComparison.Ordinal))
            name = name[Prefix.Length..];
        if (Names.Contains(name) || IsRealTime(name))
            return null;
        // Of two that are equally near, the one with the same letters.
        var nearest = Names
            .Select(known => (Name: known, Changes: EditDistance.Between(known, name, 2)))
            .Where(known => known.Changes < known.Name.Length - 1 && known.Changes <= 2)
            .OrderBy(known => known.Changes)
            .ThenBy(known => !known.Name.Order().SequenceEqual(name.Order()))
            .FirstOrDefault()
            .Name;
        var meant = nearest is null ? "" : $" Did you mean '{Prefix}{nearest}'?";
        return $"'{text}' is no signal.{meant} Write a name, such as SIGTERM, or a number.";
    }

    /// <summary>Reads <c>ContainerStopSignal</c>; empty is null.</summary>
    /// <exception cref="ContainerizeException">No engine knows the signal.</exception>
    public static string? ParseSetting(string text)
    {
        if (text.Length == 0)
            return null;
        return Objection(text) is { } objection
            ? throw new ContainerizeException(DiagnosticTable.InvalidSetting, $"ContainerStopSignal: {objection}")
            : text;
    }

    // 34 and 64 are the first and the last of them; the way from one to the other is 30.
    private static bool IsRealTime(string name) =>
        (name.StartsWith("RTMIN+", StringComparison.Ordinal) || name.StartsWith("RTMAX-", StringComparison.Ordinal))
        && int.TryParse(name["RTMIN+".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var way)
        && way is > 0 and <= 30;
}
