using Containerize.Attestations;
using Containerize.Attestations.Licenses;
using Containerize.Core.Tests.Fuzzing;
using Containerize.Diagnostics;

namespace Containerize.Core.Tests.Attestations;

/// <summary>Expressions of SPDX, the licences of Debian packages, and the gate that they have to pass.</summary>
public sealed class LicenseTests : IDisposable
{
    private readonly RestoredProject _project = new();

    public void Dispose() => _project.Dispose();

    [Theory]
    [InlineData("mit", "MIT")]
    [InlineData("Apache-2.0 OR MIT AND Zlib", "Apache-2.0 OR MIT AND Zlib")]
    [InlineData("(Apache-2.0 OR MIT) AND Zlib", "(Apache-2.0 OR MIT) AND Zlib")]
    [InlineData("((MIT))", "MIT")]
    [InlineData("GPL-2.0+ WITH Classpath-exception-2.0", "GPL-2.0+ WITH Classpath-exception-2.0")]
    [InlineData("LicenseRef-Own.1 or DocumentRef-x:LicenseRef-y", "LicenseRef-Own.1 OR DocumentRef-x:LicenseRef-y")]
    [InlineData("MIT AND", null)]
    [InlineData("MIT MIT", null)]
    [InlineData("(MIT", null)]
    [InlineData("MIT)", null)]
    [InlineData("MIT WITH MIT", null)]
    [InlineData("No-Such-License", null)]
    [InlineData("LicenseRef-", null)]
    [InlineData("", null)]
    public void An_expression_is_read_by_the_rules_of_SPDX(string text, string? read) =>
        Assert.Equal(read, LicenseExpression.Parse(text)?.ToString());

    [Theory]
    [InlineData("MIT", "MIT", true)]
    [InlineData("MIT", "Apache-2.0", false)]
    [InlineData("MIT OR GPL-3.0-only", "MIT", true)]
    [InlineData("MIT AND GPL-3.0-only", "MIT", false)]
    [InlineData("(MIT OR GPL-3.0-only) AND Zlib", "MIT;Zlib", true)]
    [InlineData("GPL-2.0-or-later", "GPL-3.0-only", true)]
    [InlineData("GPL-3.0-or-later", "GPL-2.0-only", false)]
    [InlineData("GPL-3.0-only", "GPL-2.0-or-later", true)]
    [InlineData("GPL-2.0-only", "GPL-3.0-or-later", false)]
    [InlineData("GPL-2.0", "GPL-2.0-only", true)]
    [InlineData("LGPL-2.1-only", "GPL-2.0-or-later", false)]
    [InlineData("GPL-2.0-only WITH Classpath-exception-2.0", "GPL-2.0-only", false)]
    [InlineData("GPL-2.0-only WITH Classpath-exception-2.0", "GPL-2.0-only WITH Classpath-exception-2.0", true)]
    [InlineData("LicenseRef-Own", "LicenseRef-Own", true)]
    [InlineData("BSD-3-Clause", "MIT OR BSD-3-Clause", true)]
    public void What_is_allowed_covers_a_choice_and_all_of_a_union(string license, string allowed, bool passes) =>
        Assert.Equal(passes, LicenseExpression.Parse(license)!.IsWithin(LicenseGate.Parse(allowed, []).Allowed));

    [Fact]
    public void A_changed_expression_is_read_or_refused_and_reads_the_same_again() =>
        Fuzz.Texts(
            370,
            10_000,
            ["(Apache-2.0 OR MIT) AND GPL-2.0+ WITH Classpath-exception-2.0 OR LicenseRef-a"],
            text =>
            {
                if (LicenseExpression.Parse(text) is { } expression)
                    Assert.Equal(expression.ToString(), LicenseExpression.Parse(expression.ToString())?.ToString());
            }
        );

    [Fact]
    public void A_tower_of_parentheses_is_refused() =>
        Assert.Null(LicenseExpression.Parse(new string('(', 4000) + "MIT" + new string(')', 4000)));

    [Theory]
    [InlineData("Files: *\nLicense: Expat\n\nLicense: Expat\n the text", "MIT")]
    [InlineData("Files: a\nLicense: GPL-2+\n\nFiles: b\nLicense: LGPL-2.1", "GPL-2.0-or-later AND LGPL-2.1-only")]
    [InlineData(
        "Files: *\nLicense: GPL-1+ or Artistic\n\nFiles: b\nLicense: BSD-3-clause",
        "BSD-3-Clause AND (GPL-1.0-or-later OR Artistic-1.0-Perl)"
    )]
    [InlineData("Files: *\nLicense: public-domain", "LicenseRef-public-domain")]
    [InlineData("Files: *\nLicense: GPL-2+ with OpenSSL exception", "LicenseRef-GPL-2--with-OpenSSL-exception")]
    [InlineData("License: Expat\n the text alone", null)]
    [InlineData("Files: *\nLicense: Expat\n\nFiles: b\nCopyright: 2020", null)]
    [InlineData("Files: *\nLicense: Expat\n\nFiles: b\nLicense:\n do what you want", null)]
    public void The_names_of_Debian_become_those_of_SPDX(string stanzas, string? expression)
    {
        var header = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n";
        Assert.Equal(expression, DebianCopyright.Parse(header + stanzas));
        Assert.Null(DebianCopyright.Parse(stanzas));
        if (expression is not null)
            Assert.NotNull(LicenseExpression.Parse(expression));
    }

    [Fact]
    public void Changed_files_of_Debian_are_read_or_refused() =>
        Fuzz.Texts(
            371,
            10_000,
            [
                "Format: http://www.debian.org/doc/packaging-manuals/copyright-format/1.0\n\nFiles: *\n"
                    + "License: GPL-1+ or Artistic and X\n",
            ],
            text => Assert.NotEqual("", DebianCopyright.Parse(text))
        );

    [Fact]
    public void A_package_outside_is_named_with_its_licence_and_the_way_to_it()
    {
        var exception = Assert.Throws<ContainerizeException>(() => Check("Apache-2.0"));
        Assert.Equal(DiagnosticTable.LicenseNotAllowed, exception.Diagnostic);
        Assert.Contains("Odd+Name 1.0.0 is under LicenseRef-", exception.Message, StringComparison.Ordinal);
        Assert.Contains("(App → Lib → Odd+Name)", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Serilog", exception.Message, StringComparison.Ordinal);
        Assert.Contains(
            "(App → Serilog.Sinks.Console → Serilog)",
            Assert.Throws<ContainerizeException>(() => Check("MIT")).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void An_exception_lets_its_package_pass_and_nothing_is_demanded_of_nothing()
    {
        Check("Apache-2.0", "odd+name");
        Check("");
    }

    [Fact]
    public void A_package_without_a_licence_does_not_pass()
    {
        Component[] parts =
        [
            new("app:App", ComponentKind.Application, "App", "1"),
            new("pkg:deb/debian/odd@1", ComponentKind.SystemPackage, "odd", "1"),
            new("pkg:nuget/A@1", ComponentKind.Package, "A", "1")
            {
                License = new(null, null, "https://example.com/a"),
            },
            new("pkg:nuget/B@1", ComponentKind.Package, "B", "1") { License = new("Some License") },
            new("pkg:nuget/C@1", ComponentKind.Framework, "C", "1"),
        ];
        var gate = LicenseGate.Parse("MIT", []);
        var message = Assert.Throws<ContainerizeException>(() => gate.Check([.. parts], false)).Message;
        Assert.Contains(
            "odd 1 has no known licence (of the packages of the operating system)",
            message,
            StringComparison.Ordinal
        );
        Assert.Contains("names no licence but the address https://example.com/a", message, StringComparison.Ordinal);
        Assert.Contains("'Some License', which is no SPDX expression", message, StringComparison.Ordinal);
        Assert.DoesNotContain("C 1", message, StringComparison.Ordinal);
        Assert.Contains(
            "C 1 has no known licence",
            Assert.Throws<ContainerizeException>(() => gate.Check([.. parts], true)).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("MIT;Nonsense")]
    [InlineData("MIT AND Zlib")]
    [InlineData(";")]
    [InlineData(" ")]
    public void What_allows_nothing_that_is_known_is_refused(string allowed) =>
        Assert.Equal(
            DiagnosticTable.InvalidAllowedLicenses,
            Assert.Throws<ContainerizeException>(() => LicenseGate.Parse(allowed, [])).Diagnostic
        );

    [Fact]
    public void An_exception_without_a_reason_is_refused() =>
        Assert.Equal(
            DiagnosticTable.LicenseExceptionWithoutReason,
            Assert.Throws<ContainerizeException>(() => LicenseGate.Parse("MIT", [("A", " ")])).Diagnostic
        );

    private void Check(string allowed, params string[] exceptions) =>
        LicenseGate
            .Parse(allowed, exceptions.Select(name => (name, "our own")))
            .Check(ProjectComponents.Read(_project.Facts).All, false);
}
