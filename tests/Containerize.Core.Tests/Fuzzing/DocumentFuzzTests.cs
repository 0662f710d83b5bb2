using System.Text;
using Containerize.Attestations;
using Containerize.Attestations.Registries;
using Containerize.Core.Tests.Inspection.Verification;
using Containerize.Core.Tests.Stores;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Inspection.Verification;
using Containerize.Recipes;
using Containerize.Stores;
using Containerize.Stores.Archives;
using Containerize.Stores.Contents;
using Containerize.Stores.Files;
using Containerize.Stores.Layouts;
using Containerize.Stores.Registries;

namespace Containerize.Core.Tests.Fuzzing;

/// <summary>Documents of images that were changed, read by all that reads them.</summary>
public sealed class DocumentFuzzTests : IDisposable
{
    private const string Config = """
        {"created":"2026-01-01T00:00:00Z","author":"a","architecture":"amd64","os":"linux",
        "config":{"User":"app","Env":["A=B","C"],"Labels":{"a":"b"},"ExposedPorts":{"80/tcp":{}},"Volumes":{"/v":{}},
        "Entrypoint":["e"],"Cmd":["c"],"Shell":["/bin/sh","-c"],"OnBuild":["RUN x"],"StopSignal":"SIGTERM",
        "Healthcheck":{"Test":["CMD","x"],"Interval":1,"Retries":3},"WorkingDir":"/app"},
        "rootfs":{"type":"layers","diff_ids":[]},
        "history":[{"created":"2026-01-01T00:00:00Z","created_by":"ENV A=B","empty_layer":true},null]}
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Configs_in_an_image() =>
        Fuzz.Texts(
            201,
            8_000,
            [Config],
            text =>
            {
                var image = Image
                    .Scratch(TestImage.Amd64)
                    .With(ImageConfig.Parse(Encoding.UTF8.GetBytes(text), "test"));
                _ = HistoryDockerfile.Of(image);
                _ = (
                    image.Config.OwnLayerNames,
                    image.Config.HealthcheckJson,
                    image.Config.Created,
                    image.Config.OnBuild,
                    image.Config.Shell
                );
                var changed = image
                    .Config.WithVariable("A", "C")
                    .WithLabel("x", "y")
                    .WithExposedPort("1/tcp")
                    .WithVolume("/x")
                    .WithUser("u")
                    .WithHistory(DateTimeOffset.UnixEpoch, "RUN x")
                    .WithLayer(Digest.Of("x"u8), DateTimeOffset.UnixEpoch, "ADD x.tar /");
                _ = ImageConfig.Parse(changed.Bytes.Span, "test").HistoryLines;
            }
        );

    [Fact]
    public void Lists_of_referrers_and_what_a_referrer_is_about()
    {
        const string Hex = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
        const string Entry =
            "{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\"sha256:"
            + Hex
            + "\",\"size\":2,\"artifactType\":\"application/spdx+json\",\"annotations\":{\"a\":\"b\"}}";
        Fuzz.Texts(
            205,
            10_000,
            ["{\"schemaVersion\":2,\"manifests\":[" + Entry + "," + Entry + "]}"],
            text =>
            {
                var index = ImageIndex.Parse(Encoding.UTF8.GetBytes(text), MediaTypes.OciIndex, "test");
                Assert.Equal(
                    index.Manifests,
                    ImageIndex
                        .Parse(
                            ImageIndex.Create(ImageFormat.Oci, index.Manifests).Bytes.Span,
                            MediaTypes.OciIndex,
                            "test"
                        )
                        .Manifests
                );
            }
        );
        Fuzz.Texts(
            206,
            10_000,
            ["{\"schemaVersion\":2,\"subject\":" + Entry + "}"],
            text => _ = Containerize.Stores.Contents.ReferrerPlace.SubjectOf(Encoding.UTF8.GetBytes(text), "test")
        );
    }

    [Fact]
    public void What_is_verified_is_valid_or_has_violations()
    {
        foreach (var (part, seed) in new[] { ("config", 202), ("manifest", 203), ("layer", 204) })
        {
            byte[] original = [];
            TestContents.Good().Damage(part, bytes => original = [.. bytes]);
            Fuzz.Bytes(
                seed,
                1_500,
                [original],
                bytes =>
                {
                    var contents = TestContents.Good();
                    contents.Set(part, bytes);
                    var report = ImageVerification
                        .RunAsync(contents, TestContext.Current.CancellationToken)
                        .GetAwaiter()
                        .GetResult();
                    Assert.True(
                        report.IsValid
                            ? report.Images == 1
                            : report.Violations.All(violation => violation.What.Length > 0)
                    );
                }
            );
        }
    }

    [Fact]
    public async Task Layouts()
    {
        await new OciLayoutSink(_folder["layout"], [ImageReference.Parse("a:1")]).PushAsync(TestImage.Of("one"));
        var path = _folder["layout/index.json"];
        var index = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        var source = new OciLayoutSource(new ImageLocation(_folder["layout"], null));
        Fuzz.Texts(
            205,
            2_000,
            [index],
            text =>
            {
                File.WriteAllBytes(path, Encoding.UTF8.GetBytes(text));
                source.PullAsync(TestImage.Amd64, TestContext.Current.CancellationToken).GetAwaiter().GetResult();
                source.PullAllAsync(TestContext.Current.CancellationToken).GetAwaiter().GetResult();
            }
        );
    }

    [Fact]
    public void Manifests_that_a_layout_lists_beside_its_images()
    {
        var subject = TestImage.Of("one").Manifest.Descriptor;
        var good = ArtifactManifest.Create(subject, "a/b", [Blob.FromBytes("a/b", "{}"u8.ToArray())], []);
        Fuzz.Texts(
            208,
            3_000,
            [Encoding.UTF8.GetString(good.Bytes.Span)],
            text =>
            {
                // Each has its digest, so that it is read.
                var manifest = Blob.FromBytes(MediaTypes.OciManifest, Encoding.UTF8.GetBytes(text));
                var entry = manifest.Descriptor with { ArtifactType = "a/b" };
                var files = new MemoryTree(good.Bytes, Encoding.UTF8.GetBytes(text), "{}"u8.ToArray())
                {
                    ["oci-layout"] = LayoutFormat.Marker.ToArray(),
                    ["index.json"] = ImageIndex.Create(ImageFormat.Oci, [entry, good.Descriptor]).Bytes,
                };
                var warnings = new List<string>();
                var place = new LayoutReferrers(files, warnings.Add);
                var cancelled = TestContext.Current.CancellationToken;
                var found = place.FindAsync(subject.Digest, cancelled).GetAwaiter().GetResult();
                Assert.Contains(good.Descriptor, found);
                Assert.InRange(warnings.Count, 0, 1);
                var options = new RegistryOptions { Warn = warnings.Add };
                var all = CarriedReferrers.ReadAsync(place, TestImage.Of("one"), options, cancelled);
                Assert.Contains(good.Descriptor, all.GetAwaiter().GetResult().Select(artifact => artifact.Descriptor));
                foreach (var referrer in found)
                    _ = place.ReadAsync(referrer, subject.Digest, 100, cancelled).GetAwaiter().GetResult();
            }
        );
    }

    [Fact]
    public void Manifests_of_docker_archives() =>
        Fuzz.Texts(
            206,
            3_000,
            [
                "[{\"Config\":\"c.json\",\"RepoTags\":[\"a:1\"],\"Layers\":[\"l/layer.tar\"]}]",
                "[{\"Config\":\"blobs/sha256/x\",\"RepoTags\":null,\"Layers\":[]},{\"Config\":\"d\"}]",
            ],
            text =>
                Assert.All(
                    DockerManifest.Parse(Encoding.UTF8.GetBytes(text), "test"),
                    item => Assert.NotEmpty(item.Config)
                )
        );

    [Fact]
    public void Markers_of_layouts_and_indexes_that_are_changed() =>
        Fuzz.Texts(
            207,
            3_000,
            [
                Encoding.UTF8.GetString(
                    ImageIndex.Create(ImageFormat.Oci, [TestImage.Of("one").Manifest.Descriptor]).Bytes.Span
                ),
            ],
            text =>
                _ = LayoutIndex
                    .Parse(Encoding.UTF8.GetBytes(text), "test")
                    .With(TestImage.Of("two").Manifest.Descriptor)
                    .Bytes
        );

    /// <summary>Files of a layout by name, and blobs by their digest.</summary>
    private sealed class MemoryTree(params ReadOnlyMemory<byte>[] blobs)
        : Dictionary<string, ReadOnlyMemory<byte>>(
            blobs.DistinctBy(blob => Digest.Of(blob.Span)).ToDictionary(blob => Name(blob))
        ),
            IFileTree
    {
        public string Where => "'a layout'";

        public Diagnostic Invalid => DiagnosticTable.InvalidLayout;

        public Stream? Open(string name) =>
            TryGetValue(name, out var bytes) ? new MemoryStream(bytes.ToArray(), writable: false) : null;

        private static string Name(ReadOnlyMemory<byte> blob) => LayoutFormat.BlobName(Digest.Of(blob.Span));
    }
}
