using System.Text;
using Containerize.Core.Tests.Inspection.Verification;
using Containerize.Core.Tests.Stores;
using Containerize.Images;
using Containerize.Inspection.Verification;
using Containerize.Recipes;
using Containerize.Stores;
using Containerize.Stores.Archives;
using Containerize.Stores.Contents;
using Containerize.Stores.Layouts;

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
}
