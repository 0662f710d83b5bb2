using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Containerize.Images;
using Containerize.Inspection.Report;
using Containerize.Inspection.Report.Attached;
using Containerize.Inspection.Report.Contents;
using Containerize.Inspection.Report.Pages;
using static Containerize.Core.Tests.FileSystems.TestTar;

namespace Containerize.Core.Tests.Inspection.Report;

/// <summary>Licences, the age of the base, fates of layers, and what lies beside an image.</summary>
public sealed class ReportFactsTests
{
    private const string Copyright =
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nLicense: Expat\n";

    [Fact]
    public async Task Licences_of_the_system_are_those_of_its_own_records()
    {
        var report = await ReportTest.ReportAsync(
            ReportTest.Of([
                File(
                    "var/lib/dpkg/status",
                    "Package: zlib1g\nStatus: install ok installed\nVersion: 1.3\nArchitecture: amd64\n\n"
                        + "Package: other\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n"
                ),
                File("usr/share/doc/zlib/copyright", Copyright),
                Link("usr/share/doc/zlib1g", "zlib"),
                File("lib/apk/db/installed", "P:musl\nV:1.2\nL:MIT\n\nL:GPL-2.0-only\nV:2\nP:busybox\n"),
            ])
        );
        Assert.Equal(
            [("other", null), ("zlib1g", "MIT"), ("busybox", "GPL-2.0-only"), ("musl", "MIT")],
            report.Packages.Select(package => (package.Package.Name, package.License))
        );
        Assert.Contains("<td>GPL-2.0-only</td>", Page.Of(report), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        """{"packages":[{"name":"Zeta","versionInfo":"1.0.0","licenseDeclared":"Apache-2.0"}]}""",
        "Apache-2.0"
    )]
    [InlineData("""{"packages":[{"name":"Zeta","versionInfo":"1.0.0","licenseDeclared":"NOASSERTION"}]}""", null)]
    [InlineData("""{"packages":[{"name":"Zeta","versionInfo":"2.0.0","licenseDeclared":"MIT"}]}""", null)]
    [InlineData(
        """
            {"components":[{"name":"Zeta","version":"1.0.0",
             "licenses":[{"license":{"id":"MIT"}},{"license":{"name":"Own"}}]}]}
            """,
        "MIT AND Own"
    )]
    [InlineData(
        """{"components":[{"name":"Zeta","version":"1.0.0","licenses":[{"expression":"MIT OR ISC"}]}]}""",
        "MIT OR ISC"
    )]
    [InlineData("""{"packages":{"name":1}}""", null)]
    [InlineData("[]", null)]
    [InlineData("no JSON", null)]
    public async Task Licences_of_NuGet_packages_are_those_of_an_SBOM(string document, string? expected)
    {
        var image = ReportTest.Of([
            File("app/Zeta.dll", "1"),
            File(
                "app/shop.deps.json",
                """
                {"runtimeTarget":{"name":"t"},"targets":{"t":{"Zeta/1.0.0":{"runtime":{"Zeta.dll":{}}}}},
                 "libraries":{"Zeta/1.0.0":{"type":"package"}}}
                """
            ),
        ]);
        var request = new ReportRequest(new NamedImages("shop", image))
        {
            Licenses = SbomLicenses.Of(Encoding.UTF8.GetBytes(document)),
        };
        var report = await ReportReader.ReadAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(expected, Assert.Single(report.Packages).License);
        Assert.Equal(expected, (string?)ReportJson.Of(report)["packages"]![0]!["license"]);
    }

    [Fact]
    public async Task The_base_is_as_old_as_its_last_layer()
    {
        var image = ReportTest
            .Of([File("base", "1")])
            .With(ReportTest.Layer(File("app", "1")), DateTimeOffset.UnixEpoch, History.OfLayer("app"));
        image = image.With(image.Config.WithLabel("org.opencontainers.image.base.name", "registry.example/base:1"));
        var json = JsonNode.Parse(image.Config.Bytes.Span)!;
        json["history"]![0]!["created"] = "2026-01-02T03:04:05Z";
        json["history"]![0]!["comment"] = "of another builder";
        json["history"]![1]!["created"] = "2026-11-30T00:00:00Z";
        image = image.With(ImageConfig.Parse(Encoding.UTF8.GetBytes(json.ToJsonString()), "test"));
        var report = await ReportTest.ReportAsync(image);
        Assert.Equal("2026-01-02T03:04:05Z", report.Base!.Created);
        Assert.Contains(
            "<time datetime=\"2026-01-02T03:04:05Z\">2026-01-02T03:04:05Z</time>",
            Page.Of(report),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task The_fate_of_a_layer_is_on_the_page_of_a_publish_and_of_no_other()
    {
        var image = ReportTest.Of([File("a", "1")], [File("b", "2")]);
        var request = new ReportRequest(new NamedImages("shop", image))
        {
            Fates = ["reused, already there", "built, sent"],
        };
        var report = await ReportReader.ReadAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(["reused, already there", "built, sent"], report.Layers.Select(layer => layer.Fate));
        Assert.Contains("<td class=\"short\">built, sent</td>", Page.Of(report), StringComparison.Ordinal);
        Assert.DoesNotContain("Last run", Page.Of(await ReportTest.ReportAsync(image)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_lies_beside_the_image_is_named_with_its_state()
    {
        var digest = Digest.Of("x"u8);
        ReportedAttachments attached = new(
            [
                new(AttachmentKind.Sbom, "application/spdx+json", digest, AttachmentState.NotSigned, null),
                new(
                    AttachmentKind.Provenance,
                    "https://slsa.dev/provenance/v1",
                    digest,
                    AttachmentState.NotChecked,
                    null
                ),
                new(AttachmentKind.Signature, "t", digest, AttachmentState.Valid, null),
                new(AttachmentKind.Signature, "t", digest, AttachmentState.Invalid, "it is <not> signed by the key"),
            ],
            null
        );
        var report = await ReportTest.ReportAsync(ReportTest.Of([File("a", "1")]));
        Assert.Equal(
            [
                "SBOM",
                "about this image, not signed",
                "provenance",
                "signed, not checked: no key was given",
                "signature",
                "signed by the key, for this image",
                "signature",
                "not valid: it is <not> signed by the key",
            ],
            Cells(report with { Attached = attached })
        );
        Assert.Empty(Cells(report));
        Assert.Contains(
            "Nothing lies beside",
            Page.Of(report with { Attached = new([], null) }),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "no answer",
            Page.Of(report with { Attached = new([], "no answer") }),
            StringComparison.Ordinal
        );

        static IEnumerable<string> Cells(ImageReport report) =>
            ReportTest
                .Parse(Page.Of(report))
                .Section("attached")
                .Descendants("tbody")
                .Elements("tr")
                .SelectMany(row => row.Elements("td").Take(2))
                .Select(cell => cell.Value);
    }

    [Theory]
    [InlineData("ghp_abcdefghijklmnopqrstuvwxyz0123456789")]
    [InlineData("AKIAIOSFODNN7EXAMPLE")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0abc.c2lnbmF0dXJl")]
    [InlineData("xoxb-123456789012-abcdef")]
    [InlineData("-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEI\n-----END EC PRIVATE KEY-----")]
    public async Task A_value_that_has_the_shape_of_a_secret_is_masked_whatever_its_name(string secret)
    {
        var image = ReportTest.Of([File("a", "1")]);
        image = image.With(image.Config.WithVariable("SETTING", $"a {secret} b"));
        image = image.With(ReportTest.Layer(File("b")), DateTimeOffset.UnixEpoch, $"RUN echo '{secret}'");
        var report = await ReportTest.ReportAsync(image);
        Assert.Equal(["a *** b"], report.Config.Environment.Select(variable => variable.Value));
        Assert.Equal("RUN echo '***'", report.Layers[1].CreatedBy);
    }
}
