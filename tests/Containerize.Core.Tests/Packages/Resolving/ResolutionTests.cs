using System.Text;
using Containerize.Diagnostics;
using Containerize.Packages.Resolving;
using Containerize.Packages.Sources;
using Containerize.Packages.Systems;

namespace Containerize.Core.Tests.Packages.Resolving;

/// <summary>Choices that apt makes too; tests/Containerize.Tests compares whole closures with apt itself.</summary>
public sealed class ResolutionTests
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
    public void A_version_that_nobody_has_is_answered_with_those_that_are_there()
    {
        var failure = Fails("a=3", Stanza("a", "1"), Stanza("a", "2"));
        Assert.Same(DiagnosticTable.PackageVersionMissing, failure.Diagnostic);
        Assert.Contains("2, 1", failure.Message, StringComparison.Ordinal);
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

    private static string Stanza(string name, string version, string more = "") =>
        $"Package: {name}\nVersion: {version}\nArchitecture: amd64\n{more}".TrimEnd('\n') + "\n";

    private static PackageIndex Index(params string[] stanzas) =>
        PackageIndex.Read(Encoding.UTF8.GetBytes(string.Join('\n', stanzas)), "amd64", "test");

    private static PackageCatalog Catalog(params (PackageIndex Index, int Priority)[] indexes) =>
        new(
            "amd64",
            [
                .. indexes.Select(index => new CatalogEntry(
                    index.Index,
                    new PackageOrigin(new Uri("file:///r/")),
                    index.Priority
                )),
            ]
        );

    private static InstalledPackages Installed(params string[] packages) =>
        InstalledPackages.Read(
            packages
                .Select(package => package.Split('='))
                .Select(parts => (Stanza(parts[0], parts[1], "Status: install ok installed"), "status")),
            "amd64"
        );

    private static string Resolve(string names, params string[] stanzas) =>
        Resolve(names, InstalledPackages.None, stanzas);

    private static string Resolve(string names, InstalledPackages installed, params string[] stanzas) =>
        Text(
            Resolution.Of(
                Catalog((Index(stanzas), 500)),
                installed,
                names.Split(' ').Select(PackageRequest.Parse),
                PackageClosure.Full
            )
        );

    private static string Resolve(string[] names, params (PackageIndex, int)[] indexes) =>
        Text(
            Resolution.Of(
                Catalog(indexes),
                InstalledPackages.None,
                names.Select(PackageRequest.Parse),
                PackageClosure.Full
            )
        );

    private static string Text(Resolution resolution) =>
        string.Join(' ', resolution.Packages.Select(package => $"{package.Record.Name}={package.Record.Version}"));

    private static ContainerizeException Fails(string names, params string[] stanzas) =>
        Assert.Throws<ContainerizeException>(() => Resolve(names, stanzas));
}
