using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Containerize.Attestations;
using Containerize.Diagnostics;
using Containerize.Images;
using Json.Schema;

namespace Containerize.Core.Tests.Attestations;

/// <summary>The documents, to the byte, and as others read them.</summary>
public sealed class DocumentTests
{
    private static readonly string Data = Path.Combine(
        Repository.Root,
        "tests/Containerize.Core.Tests/Attestations/Data"
    );
    private static readonly JsonSchema Spdx = JsonSchema.FromText(
        File.ReadAllText(Path.Combine(Data, "spdx-2.3.schema.json"))
    );

    [Theory]
    [InlineData("app.spdx.json")]
    [InlineData("app.cdx.json")]
    [InlineData("app.provenance.json")]
    public void The_document_of_an_inventory_is_always_the_same(string name) =>
        Assert.Equal(File.ReadAllText(Path.Combine(Data, name)), Encoding.UTF8.GetString(Write(name)));

    [Fact]
    public void The_SPDX_document_fits_the_official_schema_and_one_with_another_purpose_does_not()
    {
        var text = Encoding.UTF8.GetString(Write("app.spdx.json"));
        Assert.True(Fits(text));
        Assert.False(Fits(text.Replace("\"CONTAINER\"", "\"CONTAINER-IMAGE\"", StringComparison.Ordinal)));
        Assert.False(Fits(text.Replace("\"supplier\"", "\"maker\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_name_in_the_SPDX_document_leads_to_an_element_and_no_two_elements_have_one_name()
    {
        var json = JsonNode.Parse(Write("app.spdx.json"))!;
        string[] ids =
        [
            .. json["packages"]!.AsArray().Concat(json["files"]!.AsArray()).Select(node => (string)node!["SPDXID"]!),
        ];
        Assert.Distinct(ids);
        Assert.All(ids, id => Assert.Matches(@"^SPDXRef-[A-Za-z0-9.\-]+\z", id));
        Assert.All(
            json["relationships"]!.AsArray(),
            node => Assert.Contains((string)node!["relatedSpdxElement"]!, ids)
        );
        Assert.Contains(
            (string)json["packages"]![3]!["licenseDeclared"]!,
            json["hasExtractedLicensingInfos"]!.AsArray().Select(node => (string)node!["licenseId"]!)
        );
    }

    [Fact]
    public void Every_reference_in_the_CycloneDX_document_leads_to_a_component()
    {
        var json = JsonNode.Parse(Write("app.cdx.json"))!;
        string[] ids = [.. json["components"]!.AsArray().Select(node => (string)node!["bom-ref"]!), "image"];
        Assert.Distinct(ids);
        Assert.Equal(
            ids.Order(StringComparer.Ordinal),
            json["dependencies"]!.AsArray().Select(node => (string)node!["ref"]!).Order(StringComparer.Ordinal)
        );
        Assert.All(
            json["dependencies"]!.AsArray().SelectMany(node => node!["dependsOn"]?.AsArray() ?? []),
            id => Assert.Contains((string)id!, ids)
        );
    }

    [Fact]
    public void An_image_without_a_base_is_complete()
    {
        var inventory = TestInventory.Create();
        var alone = inventory with
        {
            Components = [.. inventory.Components.Where(component => component.Kind != ComponentKind.BaseImage)],
        };
        Assert.Equal(
            "complete",
            (string?)JsonNode.Parse(CycloneDxDocument.Write(alone))!["compositions"]![0]!["aggregate"]
        );
        Assert.Equal("incomplete", (string?)JsonNode.Parse(Write("app.cdx.json"))!["compositions"]![0]!["aggregate"]);
    }

    [Fact]
    public void In_the_other_family_of_media_types_only_the_digest_is_another()
    {
        var (inventory, digest) = (TestInventory.Create(), Digest.Of("other"u8));
        var all = SbomFormats.Spdx | SbomFormats.CycloneDx;
        var documents = ImageDocuments.Of(inventory, all, TestInventory.Parameters).About(digest);
        var again = ImageDocuments.Of(
            inventory with
            {
                Image = inventory.Image with { Digest = digest },
            },
            all,
            TestInventory.Parameters
        );
        Assert.Equal(3, documents.All.Length);
        // The base and the hashes of the test have the same digits as its image, so only the image's own words are
        // compared.
        Assert.Equal(Subject(again.All[2]), Subject(documents.All[2]));
        Assert.Equal(Serial(again.All[1]), Serial(documents.All[1]));
    }

    [Theory]
    [InlineData("", SbomFormats.Spdx)]
    [InlineData("SPDX", SbomFormats.Spdx)]
    [InlineData("spdx; cyclonedx", SbomFormats.Spdx | SbomFormats.CycloneDx)]
    [InlineData("none", SbomFormats.None)]
    public void The_formats_are_read(string text, SbomFormats formats) =>
        Assert.Equal(formats, SbomFormatNames.Parse(text));

    [Theory]
    [InlineData("syft")]
    [InlineData("spdx;none")]
    [InlineData("true")]
    public void Another_word_is_refused(string text)
    {
        var error = Assert.Throws<ContainerizeException>(() => SbomFormatNames.Parse(text));
        Assert.Equal(DiagnosticTable.InvalidSbom, error.Diagnostic);
        Assert.Contains("'spdx', 'cyclonedx', 'spdx;cyclonedx' or 'none'", error.Message, StringComparison.Ordinal);
    }

    private static string? Subject(ImageDocument document) =>
        JsonNode.Parse(document.Bytes.AsSpan())!["subject"]!.ToJsonString();

    private static string? Serial(ImageDocument document) =>
        (string?)JsonNode.Parse(document.Bytes.AsSpan())!["serialNumber"];

    private static byte[] Write(string name) =>
        name switch
        {
            "app.spdx.json" => SpdxDocument.Write(TestInventory.Create(), "1.0.0"),
            "app.cdx.json" => CycloneDxDocument.Write(TestInventory.Create(), "1.0.0"),
            _ => ProvenanceStatement.Write(TestInventory.Create(), TestInventory.Parameters, "1.0.0"),
        };

    private static bool Fits(string json)
    {
        using var document = JsonDocument.Parse(json);
        return Spdx.Evaluate(document.RootElement).IsValid;
    }
}
