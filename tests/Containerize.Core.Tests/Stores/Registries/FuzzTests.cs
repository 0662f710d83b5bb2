using System.Text;
using Containerize.Images;
using Containerize.Stores.Registries.Authentication;
using Containerize.Stores.Registries.Configuration;
using Containerize.TestKit.Images;

namespace Containerize.Core.Tests.Stores.Registries;

/// <summary>
/// Thousands of inputs for each reader of what registries and their configuration say; what was read means the same
/// when it is written and read again.
/// </summary>
public sealed class FuzzTests : RegistryFuzzTest
{
    [Fact]
    public void References() =>
        Run(
            1,
            [
                "ubuntu",
                "localhost:5000/a/b:1.0",
                "docker.io/library/x@sha256:" + new string('a', 64),
                "[::1]:5000/a__b-c.d:v_1",
                "EXAMPLE.com/x:1@sha512:" + new string('0', 128),
            ],
            text =>
            {
                var reference = ImageReference.Parse(text);
                Assert.Equal(reference, ImageReference.Parse(reference.ToString()));
            }
        );

    [Fact]
    public void Challenges() =>
        Run(
            2,
            [
                "Bearer realm=\"https://a/t\",service=\"s\",scope=\"repository:a:pull,push\"",
                "Basic realm=x, Bearer realm = \"a\\\"b\" , x=y",
                "Negotiate YII==",
                "Digest a=b,\tc=\"d",
            ],
            text =>
            {
                var challenges = Challenge.Parse([text]);
                var written = string.Join(
                    ", ",
                    challenges.Select(challenge =>
                        challenge.Scheme
                        + " "
                        + string.Join(
                            ", ",
                            challenge.Parameters.Select(pair => $"{pair.Key}=\"{Escaped(pair.Value)}\"")
                        )
                    )
                );
                Assert.Equal(Show(challenges), Show(Challenge.Parse([written])));

                static string Escaped(string value) =>
                    value
                        .Replace("\\", "\\\\", StringComparison.Ordinal)
                        .Replace("\"", "\\\"", StringComparison.Ordinal);

                static string Show(IEnumerable<Challenge> all) =>
                    string.Join(
                        '|',
                        all.Select(challenge =>
                            challenge.Scheme
                            + " "
                            + string.Join(
                                ',',
                                challenge
                                    .Parameters.OrderBy(pair => pair.Key, StringComparer.OrdinalIgnoreCase)
                                    .Select(pair => $"{pair.Key.ToUpperInvariant()}={pair.Value}")
                            )
                        )
                    );
            }
        );

    [Fact]
    public void Files_with_credentials() =>
        Run(
            3,
            [
                "{\"auths\":{\"test.io\":{\"auth\":\"Zm9vOmJhcg==\"},\"https://index.docker.io/v1/\":{}},"
                    + "\"credHelpers\":{\"x\":\"y\"},\"credsStore\":\"z\"}",
                "{\"auths\":{\"test.io/a\":{\"username\":\"a\",\"password\":\"b\",\"identitytoken\":\"c\"}}}",
            ],
            text =>
            {
                var file = AuthFile.Parse(Encoding.UTF8.GetBytes(text), "test");
                foreach (var registry in new[] { "test.io", "docker.io", "x" })
                {
                    file.Helper(registry, "a/b");
                    file.Find(registry, "a/b");
                }
            }
        );

    [Fact]
    public void Registries_conf() =>
        Run(
            4,
            [
                "[[registry]]\nprefix = \"a.b/c\"\nlocation = 'd'\n[[registry.mirror]]\nlocation = \"e/f\"\n"
                    + "insecure = true\n",
                "unqualified-search-registries = [\"x\"]\n[[registry]]\nlocation=\"*.b\"\nblocked=true",
            ],
            text => Assert.NotEmpty(RegistriesConf.ParseText(text, "test").PlacesOf(ImageReference.Parse("a.b/c/d:1")))
        );

    [Fact]
    public void Manifests() =>
        Run(
            5,
            [Text(SomeImage.Manifest.Bytes)],
            text =>
            {
                var manifest = Manifest.Parse(Encoding.UTF8.GetBytes(text), MediaTypes.OciManifest, "test");
                Assert.Equal(Encoding.UTF8.GetBytes(text), manifest.Bytes.ToArray());
                var written = Manifest.Create(manifest.Format, manifest.Config, manifest.Layers, manifest.Annotations);
                Assert.Equal(
                    (manifest.Config, manifest.Layers.Length),
                    (Manifest.Parse(written.Bytes.Span, MediaTypes.OciManifest, "test").Config, written.Layers.Length)
                );
            }
        );

    [Fact]
    public void Indexes() =>
        Run(
            6,
            [
                Text(
                    ImageIndex
                        .Create(ImageFormat.Oci, [SomeImage.Manifest.Descriptor with { Platform = TestImages.Amd64 }])
                        .Bytes
                ),
            ],
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
                index.Select(TestImages.Amd64, "test");
            }
        );

    [Fact]
    public void Configs() =>
        Run(
            7,
            [
                Text(SomeImage.Config.Bytes),
                "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{\"Env\":[\"A=B\",\"C\"],"
                    + "\"Labels\":{\"a\":\"b\"},"
                    + "\"ExposedPorts\":{\"80/tcp\":{}}},\"rootfs\":{\"diff_ids\":[\"sha256:"
                    + new string('a', 64)
                    + "\"]},\"history\":[{\"empty_layer\":true},{}]}",
            ],
            text =>
            {
                var config = ImageConfig.Parse(Encoding.UTF8.GetBytes(text), "test");
                Assert.Equal(Encoding.UTF8.GetBytes(text), config.Bytes.ToArray());
                _ = (
                    config.DiffIds,
                    config.Platform,
                    config.Environment,
                    config.Labels,
                    config.Entrypoint,
                    config.Cmd,
                    config.User
                );
                _ = (
                    config.WorkingDirectory,
                    config.ExposedPorts,
                    config.Volumes,
                    config.StopSignal,
                    config.LayerHistory
                );
            }
        );

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
