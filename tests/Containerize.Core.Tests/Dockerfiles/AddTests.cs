using System.Net;
using System.Security.Cryptography;
using System.Text;
using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Core.Tests.Dockerfiles;

public class AddTests
{
    private static readonly string Checksum = "sha256:" + Convert.ToHexStringLower(SHA256.HashData("remote"u8));

    [Fact]
    public async Task A_url_is_a_file_for_its_owner_alone()
    {
        using var build = new TestBuild();
        Assert.Equal(["f 600 0:0 /a remote", "d 755 5:6 /d", "f 640 5:6 /d/file.txt remote"], await TestBuild.ListAsync(await FetchAsync(build,
            $"FROM scratch\nADD http://example.test/x/file.txt /a\nADD --chmod=640 --chown=5:6 --checksum={Checksum} http://example.test/x/file.txt?v=1 /d/\n")));
    }

    [Theory]
    [InlineData("http://example.test/missing /a", "CTZ0133", "'http://example.test/missing' cannot be fetched: ")]
    [InlineData("http://example.test/ /d/", "CTZ0122", "names no file that '/d/' could hold")]
    [InlineData("--checksum=sha256:0000000000000000000000000000000000000000000000000000000000000000 http://example.test/x /a", "CTZ0134", "gave sha256:")]
    [InlineData("--checksum=md5 http://example.test/x /a", "CTZ0122", "--checksum is 'md5'")]
    [InlineData("git@example.test:x.git /a", "CTZ0135", "is a repository of git")]
    public async Task What_is_wrong_with_it_is_told(string arguments, string code, string message)
    {
        using var build = new TestBuild();
        var exception = await Assert.ThrowsAsync<ContainerizeException>(() => FetchAsync(build, $"FROM scratch\nADD {arguments}\n"));
        Assert.Equal(code, exception.Diagnostic.Code);
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
        Assert.StartsWith("Dockerfile:2:", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_url_that_gives_something_else_is_another_layer()
    {
        using var build = new TestBuild();
        const string Dockerfile = "FROM scratch\nADD http://example.test/x /a\n";
        var first = await FetchAsync(build, Dockerfile);
        Assert.Equal(first.Digest, (await FetchAsync(build, Dockerfile)).Digest);
        Assert.NotEqual(first.Digest, (await FetchAsync(build, Dockerfile, "other")).Digest);
    }

    private static async Task<Image> FetchAsync(TestBuild build, string dockerfile, string content = "remote")
    {
        using var handler = new Remote(content);
        using var http = new HttpClient(handler);
        return (await (build.Options(dockerfile) with { Http = http, Cache = build.Cache }).RunAsync(TestContext.Current.CancellationToken)).Images[0].Image;
    }

    private sealed class Remote(string content) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(
            request.RequestUri!.AbsolutePath == "/missing" ? new HttpResponseMessage(HttpStatusCode.NotFound)
            : new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(content)) });
    }
}
