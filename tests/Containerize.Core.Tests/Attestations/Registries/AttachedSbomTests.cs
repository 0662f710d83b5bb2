using System.Text;
using System.Text.Json.Nodes;
using Containerize.Attestations;
using Containerize.Attestations.Registries;
using Containerize.Attestations.Signatures;
using Containerize.Core.Tests.Stores.Registries;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Registries.Client;
using Containerize.TestKit.Registries;

namespace Containerize.Core.Tests.Attestations.Registries;

/// <summary>SBOMs beside an image: documents, and what statements say.</summary>
public sealed class AttachedSbomTests : RegistryTest
{
    private static readonly Descriptor Subject = new(MediaTypes.OciManifest, Digest.Of("an image"u8), 8);

    [Theory]
    [InlineData(ImageDocument.SpdxPredicate)]
    [InlineData(ImageDocument.SpdxPredicate + "/v2.3")]
    public async Task What_an_attestation_says_is_found_and_a_document_comes_first(string type)
    {
        await using var registry = await TestRegistry.StartAsync(listsReferrers: true);
        Assert.Null(await FindAsync(registry));
        await AttestAsync(registry, Subject.Digest, type, "of the attestation");
        var found = await FindAsync(registry);
        Assert.Equal("of the attestation", NameIn(found));
        Assert.Equal(Subject.Digest, found!.Subject);
        Assert.NotNull(found.Attestation);
        Assert.Null(await FindAsync(registry, ImageDocument.CycloneDx, ImageDocument.CycloneDxPredicate));
        await AttachAsync(registry, ImageDocument.Spdx, """{"name":"of the document"}""");
        found = await FindAsync(registry);
        Assert.Equal("of the document", NameIn(found));
        Assert.Null(found!.Attestation);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_statement_of_another_tool_is_read_with_an_envelope_or_without(bool hasEnvelope)
    {
        await using var registry = await TestRegistry.StartAsync();
        var statement = Statement(Subject.Digest, "of another tool");
        await AttachAsync(
            registry,
            hasEnvelope ? "application/vnd.dsse.envelope.v1+json" : ImageDocument.Statement,
            hasEnvelope ? Envelope.ToJson(statement, [1]).ToJsonString() : Encoding.UTF8.GetString(statement)
        );
        Assert.Equal("of another tool", NameIn(await FindAsync(registry)));
    }

    [Fact]
    public async Task A_statement_about_another_image_is_no_answer_and_hides_none()
    {
        await using var registry = await TestRegistry.StartAsync();
        await AttestAsync(registry, Digest.Of("another"u8), ImageDocument.SpdxPredicate, "of another");
        await AssertFailsAsync(DiagnosticTable.InvalidManifest, () => FindAsync(registry), "is not about sha256:");
        await AttestAsync(registry, Subject.Digest, ImageDocument.SpdxPredicate, "the good one");
        Assert.Equal("the good one", NameIn(await FindAsync(registry)));
    }

    [Fact]
    public async Task A_registry_that_refuses_is_an_error_of_its_own()
    {
        await using var registry = await TestRegistry.StartAsync();
        await AttestAsync(registry, Subject.Digest, ImageDocument.SpdxPredicate, "unread");
        registry.Script = async context =>
            context.Request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal)
            && await TestRegistry.RefuseAsync(context, 503, "DOWN");
        await AssertFailsAsync(DiagnosticTable.RegistryRefused, () => FindAsync(registry), "503");
    }

    [Fact]
    public async Task A_list_that_may_not_be_read_is_not_an_empty_one()
    {
        await using var registry = await TestRegistry.StartAsync(listsReferrers: true);
        registry.Script = async context =>
            context.Request.Path.Value!.Contains("/referrers/", StringComparison.Ordinal)
            && await TestRegistry.RefuseAsync(context, 403, "DENIED");
        await AssertFailsAsync(DiagnosticTable.Unauthorized, () => FindAsync(registry), "403");
        using var client = new RegistryClient(Options);
        var listed = new Referrers(registry.Authority, App, client);
        await AssertFailsAsync(
            DiagnosticTable.Unauthorized,
            () => listed.FindKnownAsync(Subject.Digest, Cancelled),
            "403"
        );
    }

    private static byte[] Statement(Digest about, string name, string type = ImageDocument.SpdxPredicate) =>
        SignedStatement.Write(about, type, new JsonObject { ["name"] = name });

    private static async Task AttestAsync(TestRegistry registry, Digest about, string type, string name)
    {
        using var client = new RegistryClient(Options);
        var bundle = await SignatureBundle.SignAsync(Statement(about, name, type), TestKeys.Key, Cancelled);
        await new Attaching(registry.Authority, App, client).AttachAsync(
            Subject.Digest,
            [ReferrerManifest.OfBundle(Subject, bundle, type)],
            AttestationMode.Always,
            Cancelled
        );
    }

    private static async Task AttachAsync(TestRegistry registry, string type, string document)
    {
        using var client = new RegistryClient(Options);
        var blob = Blob.FromBytes(type, Encoding.UTF8.GetBytes(document));
        await new Attaching(registry.Authority, App, client).AttachAsync(
            Subject.Digest,
            [ArtifactManifest.Create(Subject, type, [blob], [])],
            AttestationMode.Always,
            Cancelled
        );
    }

    private static async Task<AttachedSbom?> FindAsync(
        TestRegistry registry,
        string type = ImageDocument.Spdx,
        string predicate = ImageDocument.SpdxPredicate
    )
    {
        using var client = new RegistryClient(Options);
        return await new AttachedSboms(new Referrers(registry.Authority, App, client)).FindAsync(
            [Digest.Of("nothing is about this"u8), Subject.Digest],
            type,
            predicate,
            Cancelled
        );
    }

    private static string? NameIn(AttachedSbom? found) => (string?)JsonNode.Parse(found!.Document)!["name"];
}
