using Containerize.Diagnostics;
using Containerize.Packages.Formats;

namespace Containerize.Core.Tests.Packages.Formats;

public sealed class DependencyTests
{
    [Theory]
    [InlineData("libc6 (>= 2.36)", "libc6 (>= 2.36)")]
    [InlineData("debconf (>= 0.5) | debconf-2.0", "debconf (>= 0.5) | debconf-2.0")]
    [InlineData("python3:any (<< 3.12), a(=1)", "python3 (<< 3.12), a (= 1)")]
    [InlineData("a (< 2), b (> 2)", "a (<= 2), b (>= 2)")]
    [InlineData("x [amd64 i386], y [arm64], z [!arm64]", "x, z")]
    [InlineData("a [arm64] | b", "b")]
    [InlineData("a <!nocheck>", "a")]
    [InlineData("a (>= 1) [amd64] <!stage1>,\n b,", "a (>= 1), b")]
    [InlineData("", "")]
    public void A_list_is_read(string text, string expected) =>
        Assert.Equal(expected, string.Join(", ", Dependency.ParseList(text, "amd64")));

    [Theory]
    [InlineData("a (>= ")]
    [InlineData("a (2)")]
    [InlineData("(>= 2)")]
    [InlineData("a (>> 1) b")]
    [InlineData("a [amd64")]
    public void What_is_no_relation_is_refused(string text) =>
        Assert.Same(
            DiagnosticTable.PackageIndexInvalid,
            Assert.Throws<ContainerizeException>(() => Dependency.ParseList(text, "amd64")).Diagnostic
        );

    [Fact]
    public void A_versioned_relation_takes_only_versioned_provides()
    {
        var relation = Assert.Single(Dependency.ParseList("mail (>= 2)", "amd64")).Alternatives[0];
        Assert.False(relation.AdmitsProvided(null));
        Assert.False(relation.AdmitsProvided(DebianVersion.Parse("1")));
        Assert.True(relation.AdmitsProvided(DebianVersion.Parse("2")));
        Assert.True(new PackageRelation("mail").AdmitsProvided(null));
    }
}
