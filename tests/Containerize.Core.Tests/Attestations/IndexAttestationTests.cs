using System.Text;
using System.Text.Json.Nodes;
using Containerize.Attestations;
using Containerize.Core.Tests.Fuzzing;
using Containerize.Core.Tests.Stores.Registries;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Inspection.Report;
using Containerize.Inspection.Report.Attached;
using Containerize.Stores;
using Containerize.Stores.Archives;
using Containerize.Stores.Contents;
using Containerize.Stores.Layouts;
using Containerize.TestKit.Images;
using Containerize.TestKit.Registries;

namespace Containerize.Core.Tests.Attestations;

/// <summary>Documents within the index, in BuildKit's form.</summary>
public sealed class IndexAttestationTests : RegistryTest, IDisposable
{
    private const string Provenance = "https://slsa.dev/provenance/v1";

    private static readonly Image Shop = TestImages.Create("shop", 10);

    private readonly string _folder = Directory.CreateTempSubdirectory("containerize-attested-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_index_has_the_image_and_what_is_said_about_it()
    {
        var images = With(Shop);
        var index = JsonNode.Parse(images.Index!.Bytes.Span)!;
        var entries = index["manifests"]!.AsArray();
        Assert.Equal(2, entries.Count);
        Assert.Equal(Shop.Digest.ToString(), (string?)entries[0]!["digest"]);
        Assert.Equal("amd64", (string?)entries[0]!["platform"]!["architecture"]);
        Assert.Equal("unknown", (string?)entries[1]!["platform"]!["os"]);
        Assert.Equal("unknown", (string?)entries[1]!["platform"]!["architecture"]);
        Assert.Equal("attestation-manifest", (string?)entries[1]!["annotations"]!["vnd.docker.reference.type"]);
        Assert.Equal(Shop.Digest.ToString(), (string?)entries[1]!["annotations"]!["vnd.docker.reference.digest"]);
        var manifest = JsonNode.Parse(Assert.Single(images.Artifacts).Bytes.Span)!;
        Assert.Equal("application/vnd.docker.attestation.manifest.v1+json", (string?)manifest["artifactType"]);
        Assert.Equal("application/vnd.oci.empty.v1+json", (string?)manifest["config"]!["mediaType"]);
        Assert.Equal(Shop.Digest.ToString(), (string?)manifest["subject"]!["digest"]);
        Assert.Equal(
            [ImageDocument.SpdxPredicate, Provenance],
            manifest["layers"]!.AsArray().Select(layer => (string?)layer!["annotations"]!["in-toto.io/predicate-type"])
        );
        Assert.All(
            manifest["layers"]!.AsArray(),
            layer => Assert.Equal("application/vnd.in-toto+json", (string?)layer!["mediaType"])
        );
    }

    [Fact]
    public async Task Each_layer_is_a_statement_about_the_image()
    {
        var artifact = Assert.Single(With(Shop).Artifacts);
        foreach (var blob in artifact.Blobs.Skip(1))
        {
            var statement = JsonNode.Parse(await TestImages.BytesAsync(blob))!;
            Assert.Equal("https://in-toto.io/Statement/v1", (string?)statement["_type"]);
            Assert.Equal(Shop.Digest.Hex, (string?)statement["subject"]![0]!["digest"]!["sha256"]);
            Assert.Equal(blob.Descriptor.Annotation("in-toto.io/predicate-type"), (string?)statement["predicateType"]);
        }
    }

    [Fact]
    public void Images_of_Docker_become_those_of_OCI_and_the_documents_name_their_digest()
    {
        var docker = Shop.In(ImageFormat.Docker);
        var images = IndexAttestations.With(docker, About);
        Assert.Equal(Shop.Digest, Assert.Single(images.Images).Digest);
        Assert.Equal(With(Shop).Digest, images.Digest);
    }

    [Fact]
    public async Task A_registry_a_layout_and_a_tarball_give_the_document_back_as_it_was()
    {
        var images = With(Shop);
        var (layout, tarball) = (Path.Combine(_folder, "layout"), Path.Combine(_folder, "image.tar"));
        var name = new ImageReference("registry.example", "shop", "v1");
        await new OciLayoutSink(layout, [name]).PushAsync(images, Cancelled);
        await new ArchiveSink(tarball, [name]).PushAsync(images, Cancelled);
        await using var registry = await TestRegistry.StartAsync();
        using var client = new Containerize.Stores.Registries.Client.RegistryClient(Options);
        await new Containerize.Stores.Registries.Push.RegistrySink(registry.Authority, App, ["v1"], client).PushAsync(
            images,
            Cancelled
        );
        using var archive = await ArchiveSource.OpenAsync(new ImageLocation(tarball, "v1"), _folder, Cancelled);
        IContentSource[] sources =
        [
            new OciLayoutSource(new ImageLocation(layout, "v1")),
            archive,
            new Containerize.Stores.Registries.Pull.RegistrySource(
                ImageReference.Parse($"{registry.Authority}/{App}:v1"),
                client
            ),
        ];
        foreach (var source in sources)
        {
            var set = await source.PullAllAsync(Cancelled);
            Assert.Equal(images.Digest, set.Digest);
            var found = await IndexAttestations.FindAsync(set, Shop.Digest, ImageDocument.SpdxPredicate, Cancelled);
            Assert.Equal(Sbom, Encoding.UTF8.GetString(found!));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_page_of_the_image_has_each_statement_once(bool listsReferrers)
    {
        var images = With(Shop);
        await using var registry = await TestRegistry.StartAsync(listsReferrers: listsReferrers);
        using var client = new Containerize.Stores.Registries.Client.RegistryClient(Options);
        await new Containerize.Stores.Registries.Push.RegistrySink(registry.Authority, App, ["v1"], client).PushAsync(
            images,
            Cancelled
        );
        var facts = await new AttachedReader(
            ImageReference.Parse($"{registry.Authority}/{App}:v1"),
            client,
            key: null
        ).ReadAsync(Shop.Digest, images, Cancelled);
        Assert.Null(facts.Attachments.Fault);
        Assert.Equal(
            [
                (AttachmentKind.Sbom, ImageDocument.SpdxPredicate, AttachmentState.NotSigned),
                (AttachmentKind.Provenance, Provenance, AttachmentState.NotSigned),
            ],
            facts.Attachments.All.Select(one => (one.Kind, one.Type, one.State))
        );
    }

    [Fact]
    public async Task What_is_not_said_or_is_about_another_image_is_not_found()
    {
        var images = With(Shop);
        Assert.Null(
            await IndexAttestations.FindAsync(images, Shop.Digest, ImageDocument.CycloneDxPredicate, Cancelled)
        );
        Assert.Null(await IndexAttestations.FindAsync(Shop, Shop.Digest, ImageDocument.SpdxPredicate, Cancelled));
        var other = IndexAttestations.With(TestImages.Create("other", 10), About);
        var entry = other.Index!.Manifests[1];
        var lying = ImageSet.Of(
            ImageIndex.Create(
                ImageFormat.Oci,
                [
                    Shop.Manifest.Descriptor,
                    entry with
                    {
                        Annotations = entry.Annotations.SetItem("vnd.docker.reference.digest", Shop.Digest.ToString()),
                    },
                ]
            ),
            [Shop],
            other.Artifacts
        );
        await AssertFailsAsync(
            DiagnosticTable.InvalidManifest,
            () => IndexAttestations.FindAsync(lying, Shop.Digest, ImageDocument.SpdxPredicate, Cancelled),
            "is not about"
        );
    }

    [Fact]
    public void Changed_statements_are_read_or_refused()
    {
        var entry = With(Shop).Index!.Manifests[1];
        Fuzz.Texts(
            364,
            10_000,
            [Statement(Shop.Digest)],
            text =>
            {
                var blob = Blob.FromBytes(ImageDocument.Statement, Encoding.UTF8.GetBytes(text));
                var layer = blob with
                {
                    Descriptor = blob.Descriptor with
                    {
                        Annotations = Descriptor.NoAnnotations.Add(ArtifactManifest.PredicateType, Provenance),
                    },
                };
                var artifact = ArtifactManifest.Create(Shop.Manifest.Descriptor, "x/y", [layer], []);
                var named = artifact.Descriptor with { Annotations = entry.Annotations };
                var images = ImageSet.Of(ImageIndex.Create(ImageFormat.Oci, [named]), [Shop], [artifact]);
                Assert.NotNull(
                    IndexAttestations.FindAsync(images, Shop.Digest, Provenance, Cancelled).GetAwaiter().GetResult()
                );
            }
        );
    }

    private const string Sbom = "{\n  \"spdxVersion\": \"SPDX-2.3\",\n  \"name\": \"a+b é\"\n}\n";

    private static ImageSet With(Image image) => IndexAttestations.With(image, About);

    private static ImageDocuments About(Image image) =>
        new(
            image.Digest,
            [
                new(".spdx.json", ImageDocument.Spdx, [.. Encoding.UTF8.GetBytes(Sbom)]),
                new(".provenance.json", ImageDocument.Statement, [.. Encoding.UTF8.GetBytes(Statement(image.Digest))]),
            ]
        );

    private static string Statement(Digest image) =>
        new JsonObject
        {
            ["_type"] = "https://in-toto.io/Statement/v1",
            ["subject"] = new JsonArray(new JsonObject { ["digest"] = new JsonObject { ["sha256"] = image.Hex } }),
            ["predicateType"] = Provenance,
            ["predicate"] = new JsonObject(),
        }.ToJsonString();
}
