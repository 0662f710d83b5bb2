using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Containerize.Diagnostics;

namespace Containerize.Images;

/// <summary>
/// How an engine finds out whether the container works. Docker's own: the OCI config has no such member, engines that
/// know only OCI ignore it.
/// </summary>
/// <param name="Test"><c>CMD</c> and words, <c>CMD-SHELL</c> and a line, or <c>NONE</c>.</param>
public sealed record Healthcheck(ImmutableArray<string> Test)
{
    private static readonly TimeSpan MostTime = TimeSpan.FromHours(2_562_047);
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    public TimeSpan? Interval { get; init; }

    public TimeSpan? Timeout { get; init; }

    public TimeSpan? StartPeriod { get; init; }

    /// <summary>The time between checks during the start period.</summary>
    public TimeSpan? StartInterval { get; init; }

    /// <summary>How many failures in a row make the container unhealthy.</summary>
    public int? Retries { get; init; }

    /// <summary>Reads a time as Dockerfiles write it: <c>1m30s</c>, <c>500ms</c>, <c>1.5h</c>; empty is null.</summary>
    /// <exception cref="ContainerizeException">CTZ0054.</exception>
    public static TimeSpan? ParseTime(string text, string setting)
    {
        if (text.Length == 0)
            return null;
        var total = TimeSpan.Zero;
        var rest = text;
        while (rest.Length > 0)
        {
            var digits = rest.AsSpan().IndexOfAnyExcept(Digits);
            var letters = digits <= 0 ? -1 : rest.AsSpan(digits).IndexOfAny(Digits);
            var unit =
                digits <= 0 ? ""
                : letters < 0 ? rest[digits..]
                : rest[digits..(digits + letters)];
            if (
                UnitOf(unit) is not { } one
                || !decimal.TryParse(
                    rest.AsSpan(0, digits),
                    NumberStyles.AllowDecimalPoint,
                    CultureInfo.InvariantCulture,
                    out var count
                )
            )
                throw new ContainerizeException(
                    DiagnosticTable.InvalidHealthcheck,
                    $"{setting} is '{text}', which is no time. Write numbers with units, such as 30s, 1m30s or 500ms."
                );
            // Engines count nanoseconds in 64 bits: 292 years, which is far below what a TimeSpan holds.
            if (
                count > MostTime.Ticks / one.Ticks
                || (total += TimeSpan.FromTicks((long)(one.Ticks * count))) > MostTime
            )
                throw new ContainerizeException(
                    DiagnosticTable.InvalidHealthcheck,
                    $"{setting} is '{text}', which is more than engines count. Write at most {MostTime.TotalHours}h."
                );
            rest = rest[(digits + unit.Length)..];
        }

        return total;
    }

    /// <summary>A check by a line for the shell; <c>NONE</c> switches the base's off; empty is null.</summary>
    /// <exception cref="ContainerizeException">CTZ0054 for an instruction of a Dockerfile, of which a shell would run
    /// the first word.</exception>
    public static Healthcheck? Parse(string command) =>
        command switch
        {
            "" => null,
            "NONE" => new Healthcheck(["NONE"]),
            _ when command.Split(' ', 2) is ["HEALTHCHECK" or "CMD" or "CMD-SHELL", _]
                    || command.StartsWith("[\"", StringComparison.Ordinal) => throw new ContainerizeException(
                DiagnosticTable.InvalidHealthcheck,
                $"ContainerHealthcheckCommand is '{command}', and a shell gets it as it is. Write the line for the "
                    + "shell alone, such as 'curl -f http://localhost:8080/health'."
            ),
            _ => new Healthcheck(["CMD-SHELL", command]),
        };

    /// <summary>Reads how many failures count; empty is null.</summary>
    /// <exception cref="ContainerizeException">CTZ0054.</exception>
    public static int? ParseRetries(string text) =>
        text.Length == 0 ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 ? count
        : throw new ContainerizeException(
            DiagnosticTable.InvalidHealthcheck,
            $"ContainerHealthcheckRetries is '{text}'. Set it to a number from 1 on."
        );

    /// <summary>Null, when nothing says how a check that does not exist is run.</summary>
    /// <exception cref="ContainerizeException">CTZ0054.</exception>
    public static Healthcheck? RefuseWithoutCommand(params ReadOnlySpan<string> settings)
    {
        foreach (var setting in settings)
        {
            if (setting.Length > 0)
                throw new ContainerizeException(
                    DiagnosticTable.InvalidHealthcheck,
                    $"A health check has '{setting}' set and no command. Set ContainerHealthcheckCommand, or "
                        + "remove the other ContainerHealthcheck settings."
                );
        }

        return null;
    }

    internal JsonObject ToJson()
    {
        var json = new JsonObject { ["Test"] = OciJson.From(Test) };
        Add("Interval", Interval);
        Add("Timeout", Timeout);
        Add("StartPeriod", StartPeriod);
        Add("StartInterval", StartInterval);
        if (Retries is { } retries)
            json["Retries"] = retries;
        return json;

        void Add(string name, TimeSpan? time)
        {
            if (time is { } value)
                json[name] = value.Ticks * 100;
        }
    }

    private static TimeSpan? UnitOf(string unit) =>
        unit switch
        {
            "ms" => TimeSpan.FromMilliseconds(1),
            "s" => TimeSpan.FromSeconds(1),
            "m" => TimeSpan.FromMinutes(1),
            "h" => TimeSpan.FromHours(1),
            _ => null,
        };
}
