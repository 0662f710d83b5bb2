using System.Net;
using System.Text;
using Containerize.Core.Tests.Fuzzing;
using Containerize.Http;
using Containerize.Images;
using Containerize.Stores.Registries;
using Containerize.Stores.Registries.Authentication;
using Containerize.Stores.Registries.Configuration;
using Containerize.Stores.Registries.Pull;
using Containerize.Stores.Registries.Push;

namespace Containerize.Core.Tests.Stores.Registries;

/// <summary>
/// Thousands of inputs for each reader of what registries and their configuration say; what was read means the same
/// when it is written and read again.
/// </summary>
public sealed class FuzzTests
{
    private const int Cases = 4_000;

    private static readonly Image SomeImage = TestImages.Create("some", 100);

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
                            challenge.Parameters.Select(pair =>
                                $"{pair.Key}=\"{pair.Value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\""
                            )
                        )
                    )
                );
                Assert.Equal(Show(challenges), Show(Challenge.Parse([written])));

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
                "{\"auths\":{\"test.io\":{\"auth\":\"Zm9vOmJhcg==\"},\"https://index.docker.io/v1/\":{}},\"credHelpers\":{\"x\":\"y\"},\"credsStore\":\"z\"}",
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
                "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{\"Env\":[\"A=B\",\"C\"],\"Labels\":{\"a\":\"b\"},\"ExposedPorts\":{\"80/tcp\":{}}},\"rootfs\":{\"diff_ids\":[\"sha256:"
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

    [Fact]
    public void Locations()
    {
        var endpoint = new RegistryEndpoint("registry.example", new Uri("https://registry.example"), false);
        var rules = new RedirectPolicy([]);
        Run(
            8,
            [
                "/v2/a/blobs/uploads/1?_state=a%2Fb%3D",
                "https://registry.example/x?y=z#w",
                "//other.example/x",
                "../x",
                "?a=b",
                "https://10.0.0.1/x",
                "https://[::1]:5000/",
                "http:///x",
            ],
            text =>
            {
                using var request = new HttpRequestMessage(
                    HttpMethod.Post,
                    "https://registry.example/v2/a/blobs/uploads/"
                );
                using var response = new HttpResponseMessage(HttpStatusCode.Accepted) { RequestMessage = request };
                response.Headers.TryAddWithoutValidation("Location", text);
                var target = Redirect.Target(response, "the upload", endpoint, rules);
                Assert.Null(rules.Objection(target, endpoint));
                var closing = BlobUpload.Closing(target, SomeImage.Digest);
                Assert.EndsWith($"digest={SomeImage.Digest}", closing.Query, StringComparison.Ordinal);
                Assert.True(
                    Origin.IsSame(target, closing)
                        && closing.AbsolutePath == target.AbsolutePath
                        && closing.Query.StartsWith(target.Query, StringComparison.Ordinal)
                );
            }
        );
    }

    [Fact]
    public void Ranges() =>
        Run(
            9,
            ["bytes 0-99/100", "bytes 5-99/*", "bytes */100", "0-99"],
            text =>
            {
                using var content = new ByteArrayContent([]);
                content.Headers.TryAddWithoutValidation("Content-Range", text);
                var from = BlobStream.Start(content);
                Assert.True(from is null or >= 0);
            }
        );

    [Fact]
    public void Retry_after() =>
        Run(
            10,
            ["120", "Mon, 23 Nov 2026 12:00:30 GMT", "Monday, 23-Nov-26 12:00:30 GMT", "Mon Nov 23 12:00:30 2026"],
            text =>
            {
                var wait = RetryAfter.Parse(text, text, DateTimeOffset.UnixEpoch);
                Assert.True(wait is null || wait >= TimeSpan.Zero);
                if (wait is { TotalDays: < 10_000 } seconds)
                    Assert.Equal(
                        Math.Floor(seconds.TotalSeconds),
                        RetryAfter
                            .Parse(
                                Math.Floor(seconds.TotalSeconds)
                                    .ToString(null, System.Globalization.CultureInfo.InvariantCulture),
                                null,
                                default
                            )
                            ?.TotalSeconds
                    );
            }
        );

    [Fact]
    public void Tokens() =>
        Run(
            11,
            [
                "{\"token\":\"abc.def\",\"expires_in\":300}",
                "{\"access_token\":\"x\",\"token\":null,\"expires_in\":\"7\"}",
            ],
            text =>
            {
                if (Token.Parse(Encoding.UTF8.GetBytes(text), 0) is { } token)
                    Assert.True(token.Value.All(c => c is > ' ' and <= '~') && token.Lifetime > TimeSpan.Zero);
            }
        );

    [Fact]
    public void Error_bodies() =>
        Run(
            12,
            [
                "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"no\",\"detail\":{}}]}",
                "<!DOCTYPE html><html><head><script>x</script></head><body><h1>502</h1></body></html>",
            ],
            text =>
            {
                var message = RegistryErrors
                    .Refused(
                        HttpMethod.Get,
                        new Uri("https://x/"),
                        HttpStatusCode.BadRequest,
                        Encoding.UTF8.GetBytes(text),
                        default,
                        Redactor.Of(null)
                    )
                    .Message;
                Assert.True(message.Length < 600 && !message.Any(char.IsControl));
            }
        );

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    private static void Run(int seed, string[] corpus, Action<string> read) => Fuzz.Texts(seed, Cases, corpus, read);
}
