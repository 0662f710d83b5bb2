using System.Globalization;
using Containerize.Diagnostics;

namespace Containerize.Publishing.Settings;

/// <summary>Reads the one time that an image has.</summary>
public static class TimeSetting
{
    /// <summary>The last second that a date can have: 9999-12-31T23:59:59Z.</summary>
    private const long LastSecond = 253402300799;

    /// <summary>The time of the image: what the project says, else <c>SOURCE_DATE_EPOCH</c>, else the epoch.</summary>
    /// <param name="created">An ISO 8601 time; without an offset it is in UTC; or <c>commit</c>; or empty.</param>
    /// <param name="sourceDateEpoch">Seconds since 1970 (reproducible-builds.org, SOURCE_DATE_EPOCH); empty counts as
    /// unset.</param>
    /// <param name="commit">The time of the commit, asked for only where <paramref name="created"/> says so.</param>
    /// <exception cref="ContainerizeException">CTZ0015 for a time that counts and cannot be read or lies before 1970;
    /// or that of <paramref name="commit"/>.</exception>
    public static DateTimeOffset Parse(string created, string sourceDateEpoch, Func<DateTimeOffset> commit)
    {
        if (created == CommitTime.Keyword)
            return commit();
        if (created.Length == 0)
            return FromEpoch(sourceDateEpoch);
        return
            DateTimeOffset.TryParseExact(
                created,
                Formats,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out var time
            )
            && time >= DateTimeOffset.UnixEpoch
            ? time
            : throw new ContainerizeException(
                DiagnosticTable.InvalidSetting,
                $"ContainerCreated is '{created}'. Set it to an ISO 8601 time from 1970 on, such as "
                    + "2026-01-31T12:00:00Z, or to 'commit'."
            );
    }

    /// <summary>The time that a signature names: <c>SOURCE_DATE_EPOCH</c>, else that of the clock.</summary>
    /// <param name="sourceDateEpoch">Seconds since 1970; empty counts as unset.</param>
    /// <param name="clock">The clock.</param>
    /// <returns>Whole seconds.</returns>
    /// <exception cref="ContainerizeException">CTZ0015.</exception>
    public static DateTimeOffset OfSignature(string sourceDateEpoch, TimeProvider clock) =>
        sourceDateEpoch.Length > 0
            ? FromEpoch(sourceDateEpoch)
            : DateTimeOffset.FromUnixTimeSeconds(clock.GetUtcNow().ToUnixTimeSeconds());

    private static readonly string[] Formats =
    [
        "yyyy-MM-dd",
        "yyyy-MM-dd'T'HH:mm:ssK",
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd'T'HH:mmK",
    ];

    // The specification wants a build to end with an error when the value is malformed.
    private static DateTimeOffset FromEpoch(string text) =>
        text.Length == 0 ? DateTimeOffset.UnixEpoch
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= LastSecond
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
        : throw new ContainerizeException(
            DiagnosticTable.InvalidSetting,
            $"SOURCE_DATE_EPOCH is '{text}'. Set it to the seconds since 1970 in decimal digits, such as "
                + "1767225600, or unset it."
        );
}
