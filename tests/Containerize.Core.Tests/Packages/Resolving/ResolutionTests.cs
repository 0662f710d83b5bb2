using Containerize.Diagnostics;
using Containerize.Packages.Resolving;
using Containerize.Packages.Systems;

namespace Containerize.Core.Tests.Packages.Resolving;

/// <summary>Choices that apt makes too; tests/Containerize.Tests compares whole closures with apt itself.</summary>
public sealed class ResolutionTests : ResolutionTest
{
    [Fact]
    public void What_is_needed_is_chosen_and_what_is_recommended_is_not() =>
        Assert.Equal(
            "a=1 b=1 c=1",
            Resolve(
                "a",
                Stanza("a", "1", "Depends: b\nRecommends: d\nSuggests: e"),
                Stanza("b", "1", "Pre-Depends: c"),
                Stanza("c", "1"),
                Stanza("d", "1"),
                Stanza("e", "1")
            )
        );

    [Fact]
    public void The_first_alternative_that_can_be_installed_is_chosen()
    {
        var stanzas = new[] { Stanza("x", "1", "Depends: missing"), Stanza("y", "1"), Stanza("z", "1") };
        Assert.Equal("a=1 y=1", Resolve("a", [Stanza("a", "1", "Depends: x | y | z"), .. stanzas]));
        Assert.Equal("a=1 z=1", Resolve("a", [Stanza("a", "1", "Depends: y (>= 2) | z"), .. stanzas]));
        Assert.Equal("a=1 z=1", Resolve("a z", [Stanza("a", "1", "Depends: y | z"), .. stanzas]));
    }

    [Fact]
    public void What_is_taken_back_leaves_nothing_behind() =>
        Assert.Equal(
            "a=1 y=1",
            Resolve(
                "a",
                Stanza("a", "1", "Depends: x | y"),
                Stanza("x", "1", "Depends: deep, missing"),
                Stanza("deep", "1"),
                Stanza("y", "1")
            )
        );

    [Fact]
    public void The_highest_version_of_the_preferred_release_is_chosen()
    {
        var stable = Index(Stanza("a", "1.0"), Stanza("a", "1.2"));
        var updates = Index(Stanza("a", "1.10"));
        var backports = Index(Stanza("a", "9"));
        Assert.Equal("a=1.10", Resolve(["a"], (stable, 500), (updates, 500), (backports, 100)));
        Assert.Equal("a=9", Resolve(["a=9"], (stable, 500), (backports, 100)));
        Assert.Equal("a=1.2", Resolve(["a=1.*"], (stable, 500), (backports, 100)));
        Assert.Equal("a=9", Resolve(["a"], (stable, 1), (backports, 100)));
    }

    [Theory]
    [InlineData("Essential: yes", "", "p1=1")]
    [InlineData("Priority: optional", "Priority: important", "p2=1")]
    [InlineData("Priority: extra", "Priority: optional", "p2=1")]
    [InlineData("Priority: optional", "Priority: optional", "p2=1")]
    public void Of_several_providers_apt_s_favourite_is_chosen(string first, string second, string expected) =>
        Assert.Equal(
            $"a=1 {expected}",
            Resolve(
                "a",
                Stanza("a", "1", "Depends: virtual"),
                Stanza("p1", "1", "Provides: virtual\n" + first),
                Stanza("p2", "1", "Provides: virtual\n" + second)
            )
        );

    [Fact]
    public void A_versioned_relation_is_met_by_a_versioned_provider_only()
    {
        Assert.Equal(
            "a=1 p=1",
            Resolve("a", Stanza("a", "1", "Depends: v (>= 2)"), Stanza("p", "1", "Provides: v (= 3)"))
        );
        Assert.Same(
            DiagnosticTable.DependencyUnmet,
            Fails("a", Stanza("a", "1", "Depends: v (>= 2)"), Stanza("p", "1", "Provides: v")).Diagnostic
        );
    }

    [Fact]
    public void What_the_base_has_is_not_installed_again_unless_it_is_too_old()
    {
        string[] stanzas = [Stanza("a", "1", "Depends: lib (>= 2), other"), Stanza("lib", "3"), Stanza("other", "5")];
        Assert.Equal("a=1", Resolve("a", Installed("lib=2", "other=1"), stanzas));
        Assert.Equal("a=1 lib=3", Resolve("a", Installed("lib=1", "other=1"), stanzas));
        Assert.Equal("", Resolve("lib", Installed("lib=3"), stanzas));
        Assert.Equal("lib=3", Resolve("lib", Installed("lib=1"), stanzas));
        Assert.Equal("", Resolve("lib", Installed("lib=4"), stanzas));
    }

    [Fact]
    public void What_is_removed_but_configured_is_not_installed()
    {
        var installed = InstalledPackages.Read(
            [("Package: a\nStatus: deinstall ok config-files\nVersion: 1\nArchitecture: amd64\n", "s")],
            "amd64"
        );
        Assert.Equal("a=1", Resolve("a", installed, Stanza("a", "1")));
    }

    [Fact]
    public void Packages_of_other_architectures_do_not_count() =>
        Assert.Same(
            DiagnosticTable.PackageUnknown,
            Fails("a", Stanza("a", "1").Replace("amd64", "arm64", StringComparison.Ordinal)).Diagnostic
        );

    [Fact]
    public void A_virtual_name_is_its_only_provider()
    {
        Assert.Equal("p=1", Resolve("v", Stanza("p", "1", "Provides: v")));
        Assert.Contains(
            "p, q",
            Fails("v", Stanza("p", "1", "Provides: v"), Stanza("q", "1", "Provides: v")).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void What_only_scripts_need_is_left_out_with_all_that_comes_with_it()
    {
        var catalog = Catalog(
            (
                Index(
                    Stanza("a", "1", "Depends: debconf (>= 0.5) | debconf-2.0, lib"),
                    Stanza("lib", "1"),
                    Stanza("debconf", "1.5", "Pre-Depends: perl-base"),
                    Stanza("perl-base", "5")
                ),
                500
            )
        );
        var runtime = Resolution.Of(catalog, InstalledPackages.None, [new("a")], PackageClosure.Runtime);
        Assert.Equal(["a", "lib"], runtime.Packages.Select(package => package.Record.Name));
        Assert.Equal(["debconf", "perl-base"], runtime.LeftOut);
        Assert.Equal(
            4,
            Resolution.Of(catalog, InstalledPackages.None, [new("a")], PackageClosure.Full).Packages.Length
        );
        Assert.Equal(
            ["a", "debconf", "lib", "perl-base"],
            Resolution
                .Of(catalog, InstalledPackages.None, [new("a"), new("debconf")], PackageClosure.Runtime)
                .Packages.Select(package => package.Record.Name)
        );
    }
}
