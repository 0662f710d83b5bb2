using Containerize.Diagnostics;
using Containerize.Packages.Formats;

namespace Containerize.Core.Tests.Packages.Formats;

/// <summary>The order of versions; every line was checked against <c>dpkg --compare-versions</c>.</summary>
public sealed class DebianVersionTests
{
    [Theory]
    [InlineData("1.0~beta1", "1.0")]
    [InlineData("1.0~~", "1.0~~a")]
    [InlineData("1.0~~a", "1.0~")]
    [InlineData("1.0", "1.0+deb12u1")]
    [InlineData("1.0", "1.0a")]
    [InlineData("1.0a", "1.0+")]
    [InlineData("1.9", "1.10")]
    [InlineData("9.9", "1:0.1")]
    [InlineData("1.0-1", "1.0-1+b1")]
    [InlineData("1.0-1~bpo1", "1.0-1")]
    [InlineData("1.0-9", "1.0-10")]
    [InlineData("2.36-9+deb12u13", "2.36-9+deb12u14")]
    [InlineData("1-2-3", "1-3-1")]
    [InlineData("7.0.99999999999999999998", "7.0.99999999999999999999")]
    public void The_left_comes_before_the_right(string left, string right)
    {
        Assert.True(DebianVersion.Parse(left) < DebianVersion.Parse(right));
        Assert.True(DebianVersion.Parse(right) > DebianVersion.Parse(left));
        Assert.NotEqual(DebianVersion.Parse(left), DebianVersion.Parse(right));
    }

    [Theory]
    [InlineData("1.0", "0:1.0")]
    [InlineData("1.0", "1.00")]
    [InlineData("1.0", "1.0-0")]
    public void Versions_written_differently_are_equal(string left, string right)
    {
        Assert.Equal(DebianVersion.Parse(left), DebianVersion.Parse(right));
        Assert.Equal(DebianVersion.Parse(left).GetHashCode(), DebianVersion.Parse(right).GetHashCode());
    }

    [Theory]
    [InlineData("")]
    [InlineData("x:1")]
    [InlineData("1 2")]
    [InlineData("1:")]
    public void What_is_no_version_is_refused(string text) =>
        Assert.Same(
            DiagnosticTable.PackageIndexInvalid,
            Assert.Throws<ContainerizeException>(() => DebianVersion.Parse(text)).Diagnostic
        );
}
