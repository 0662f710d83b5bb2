using Containerize.Diagnostics;
using Containerize.Packages.Sources;

namespace Containerize.Core.Tests.Packages.Sources;

public sealed class AptSourceTests
{
    [Fact]
    public void A_line_with_options_is_read()
    {
        var source = Assert.Single(
            AptSourceFile.ReadLines(
                "# comment\n\ndeb-src http://mirror.example/debian bookworm main\n"
                    + "deb [ arch=amd64,arm64 signed-by=/k/a.gpg,/k/b.gpg check-valid-until=no check-date=no ] "
                    + "http://mirror.example/$(ARCH)/debian bookworm main contrib # end",
                "x.list",
                "arm64"
            )
        );
        Assert.Equal("http://mirror.example/arm64/debian/", source.Root.ToString());
        Assert.Equal("bookworm", source.Suite);
        Assert.Equal(["main", "contrib"], source.Components);
        Assert.Equal(["/k/a.gpg", "/k/b.gpg"], source.SignedBy);
        Assert.Equal(["amd64", "arm64"], source.Architectures);
        Assert.False(source.ChecksValidUntil);
        Assert.False(source.ChecksDate);
        Assert.Equal("x.list, line 4", source.Where);
        Assert.Equal("http://mirror.example/arm64/debian/dists/bookworm/", source.ReleaseRoot.ToString());
    }

    [Fact]
    public void A_stanza_means_every_url_with_every_suite()
    {
        const string key = " -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n AAAA\n -----END PGP PUBLIC KEY BLOCK-----";
        var sources = AptSourceFile
            .ReadStanzas(
                "Types: deb deb-src\nURIs: http://a.example/d https://b.example/d/\nSuites: s s-updates\n"
                    + $"Components: main\nSigned-By:\n{key}\n\n"
                    + "Types: deb\nURIs: http://c.example\nSuites: s\nComponents: main\nEnabled: no\n\nTypes: "
                    + "deb-src\nURIs: http://d.example\nSuites: s\n",
                "x.sources",
                "amd64"
            )
            .ToList();
        Assert.Equal(
            [
                "http://a.example/d/ s",
                "http://a.example/d/ s-updates",
                "https://b.example/d/ s",
                "https://b.example/d/ s-updates",
            ],
            sources.Select(source => source.Name)
        );
        Assert.All(
            sources,
            source =>
                Assert.Equal(
                    ["-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----"],
                    source.SignedBy
                )
        );
    }

    [Fact]
    public void A_suite_that_is_a_path_has_no_components_and_no_dists_folder()
    {
        var source = Assert.Single(AptSourceFile.ReadLines("deb file:/srv/repo ./", "x.list", "amd64"));
        Assert.True(source.IsFlat);
        Assert.Equal("file:///srv/repo/", source.ReleaseRoot.ToString());
    }

    [Fact]
    public void A_disc_is_passed_over() =>
        Assert.Empty(AptSourceFile.ReadLines("deb cdrom:[Debian]/ bookworm main", "x.list", "amd64"));

    [Theory]
    [InlineData("deb http://mirror.example/debian bookworm")]
    [InlineData("deb http://mirror.example/debian ./ main")]
    [InlineData("deb ftp://mirror.example/debian bookworm main")]
    [InlineData("deb [arch=amd64 http://mirror.example/debian bookworm main")]
    [InlineData("rpm http://mirror.example/debian bookworm main")]
    public void What_is_no_source_is_refused(string line)
    {
        var exception = Assert.Throws<ContainerizeException>(() =>
            AptSourceFile.ReadLines(line, "x.list", "amd64").ToList()
        );
        Assert.Same(DiagnosticTable.PackageSourceInvalid, exception.Diagnostic);
        Assert.Contains("x.list, line 1", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_is_not_shown() =>
        Assert.DoesNotContain(
            "geheim",
            AptSource.Create("https://me:geheim@mirror.example/d", "s", "main", null, "x")[0].Name,
            StringComparison.Ordinal
        );
}
