using System.Globalization;

namespace Containerize.Http;

/// <summary>How long a server asks us to wait (RFC 9110, 10.2.3).</summary>
internal static class RetryAfter
{
    // The three forms of RFC 9110, 5.6.7.
    private static readonly string[] Dates = ["r", "dddd, dd-MMM-yy HH:mm:ss 'GMT'", "ddd MMM d HH:mm:ss yyyy"];

    /// <summary>Reads the header's value: seconds, or a date that is compared with the server's own clock where it
    /// shows it.</summary>
    /// <param name="value">The value of <c>Retry-After</c>, or null.</param>
    /// <param name="serverDate">The value of <c>Date</c>, or null.</param>
    /// <param name="now">Our time, for a server that shows none.</param>
    /// <returns>The wait, never negative; null when the header says nothing.</returns>
    public static TimeSpan? Parse(string? value, string? serverDate, DateTimeOffset now)
    {
        value = value?.Trim();
        if (value is not { Length: > 0 })
            return null;
        if (!value.AsSpan().ContainsAnyExceptInRange('0', '9'))
            return value.Length > 9
                ? TimeSpan.MaxValue
                : TimeSpan.FromSeconds(int.Parse(value, CultureInfo.InvariantCulture));
        if (Date(value) is not { } date)
            return null;
        var wait = date - (Date(serverDate?.Trim()) ?? now);
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }

    private static DateTimeOffset? Date(string? text) =>
        DateTimeOffset.TryParseExact(
            text,
            Dates,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowInnerWhite,
            out var date
        )
            ? date
            : null;
}
