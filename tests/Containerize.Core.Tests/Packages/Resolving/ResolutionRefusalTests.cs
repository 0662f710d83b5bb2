using Containerize.Diagnostics;
using Containerize.Packages.Resolving;

namespace Containerize.Core.Tests.Packages.Resolving;

/// <summary>What cannot be resolved, and the words about it.</summary>
public sealed class ResolutionRefusalTests : ResolutionTest
{
    [Fact]
    public void A_conflict_is_told_with_both_chains()
    {
        var failure = Fails(
            "a b",
            Stanza("a", "1", "Depends: x"),
            Stanza("b", "1", "Depends: y"),
            Stanza("x", "1"),
            Stanza("y", "1", "Conflicts: x")
        );
        Assert.Same(DiagnosticTable.PackageConflict, failure.Diagnostic);
        Assert.Contains("b → y", failure.Message, StringComparison.Ordinal);
        Assert.Contains("a → x", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_package_that_breaks_the_base_is_refused_unless_an_upgrade_helps()
    {
        string[] stanzas = [Stanza("a", "1", "Breaks: old (<< 2)"), Stanza("old", "2")];
        Assert.Equal("a=1 old=2", Resolve("a", Installed("old=1"), stanzas));
        Assert.Same(
            DiagnosticTable.PackageConflict,
            Assert.Throws<ContainerizeException>(() => Resolve("a", Installed("old=1"), stanzas[..1])).Diagnostic
        );
    }

    [Fact]
    public void A_package_may_conflict_with_what_it_provides_itself() =>
        Assert.Equal("a=1", Resolve("a", Stanza("a", "1", "Provides: v\nConflicts: v")));

    [Fact]
    public void What_is_missing_is_told_with_the_chain_that_led_there()
    {
        var failure = Fails(
            "a",
            Stanza("a", "1", "Depends: b"),
            Stanza("b", "1", "Depends: c (>= 2)"),
            Stanza("c", "1")
        );
        Assert.Same(DiagnosticTable.DependencyUnmet, failure.Diagnostic);
        Assert.Contains("a → b", failure.Message, StringComparison.Ordinal);
        Assert.Contains("c (>= 2)", failure.Message, StringComparison.Ordinal);
        Assert.Contains("c as 1", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("libfontconfg1", "libfontconfig1")]
    [InlineData("libicu", "libicu72")]
    public void An_unknown_name_is_answered_with_near_ones(string name, string expected)
    {
        var failure = Fails(name, Stanza("libfontconfig1", "1"), Stanza("libicu72", "1"), Stanza("zlib1g", "1"));
        Assert.Same(DiagnosticTable.PackageUnknown, failure.Diagnostic);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("zlib1g", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_version_that_nobody_has_is_answered_with_those_that_are_there()
    {
        var failure = Fails("a=3", Stanza("a", "1"), Stanza("a", "2"));
        Assert.Same(DiagnosticTable.PackageVersionMissing, failure.Diagnostic);
        Assert.Contains("2, 1", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Libssl3")]
    [InlineData("a b")]
    [InlineData("a=")]
    [InlineData("-x")]
    public void What_cannot_be_the_name_of_a_package_is_refused(string text) =>
        Assert.Same(
            DiagnosticTable.PackageUnknown,
            Assert.Throws<ContainerizeException>(() => PackageRequest.Parse(text)).Diagnostic
        );
}
