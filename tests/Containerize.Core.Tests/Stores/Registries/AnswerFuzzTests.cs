using System.Net;
using System.Text;
using Containerize.Http;
using Containerize.Stores.Registries;
using Containerize.Stores.Registries.Authentication;
using Containerize.Stores.Registries.Pull;
using Containerize.Stores.Registries.Push;

namespace Containerize.Core.Tests.Stores.Registries;

/// <summary>Answers of registries that are nearly right: headers, tokens and errors.</summary>
public sealed class AnswerFuzzTests : RegistryFuzzTest
{
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
                var closing = UploadSession.Closing(target, SomeImage.Digest);
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
}
