using Containerize.Http;

namespace Containerize.Core.Tests.Http;

public sealed class RetryAfterTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("0", null, 0)]
    [InlineData("120", null, 120)]
    [InlineData(" 7 ", null, 7)]
    [InlineData("Mon, 23 Nov 2026 12:00:30 GMT", null, 30)]
    [InlineData("Monday, 23-Nov-26 12:00:30 GMT", null, 30)]
    [InlineData("Mon Nov 23 12:00:30 2026", null, 30)]
    [InlineData("Mon, 23 Nov 2026 11:00:00 GMT", null, 0)]
    [InlineData("Mon, 23 Nov 2026 09:00:30 GMT", "Mon, 23 Nov 2026 09:00:00 GMT", 30)] // a server whose clock is wrong
    [InlineData(null, null, null)]
    [InlineData("", null, null)]
    [InlineData("-1", null, null)]
    [InlineData("1.5", null, null)]
    [InlineData("soon", null, null)]
    public void Seconds_and_dates_are_understood(string? value, string? date, int? seconds) =>
        Assert.Equal(seconds, (int?)RetryAfter.Parse(value, date, Now)?.TotalSeconds);

    [Fact]
    public void No_number_is_too_large() =>
        Assert.True(RetryAfter.Parse("99999999999999999999", null, Now) > TimeSpan.FromDays(1000));
}
