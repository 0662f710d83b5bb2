using System.Net;
using System.Security.Cryptography;
using System.Text;
using Containerize.Core.Tests.FileSystems;
using Containerize.Diagnostics;
using Containerize.FileSystems;
using Containerize.Images;

namespace Containerize.Core.Tests.Dockerfiles.Copying;

public class AddTests
{
    private static readonly string Checksum = "sha256:" + Convert.ToHexStringLower(SHA256.HashData("remote"u8));

    [Fact]
    public async Task A_url_is_a_file_for_its_owner_alone()
    {
        using var build = new TestBuild();
        Assert.Equal(
            ["f 600 0:0 /a remote", "d 755 5:6 /d", "f 640 5:6 /d/file.txt remote"],
            await TestBuild.ListAsync(
                await FetchAsync(
                    build,
                    "FROM scratch\nADD http://example.test/x/file.txt /a\nADD --chmod=640 --chown=5:6 "
                        + $"--checksum={Checksum} http://example.test/x/file.txt?v=1 /d/\n"
                )
            )
        );
    }

    [Theory]
    [InlineData("http://example.test/missing /a", "CTZ0133", "'http://example.test/missing' cannot be fetched: ")]
    [InlineData("http://example.test/ /d/", "CTZ0122", "names no file that '/d/' could hold")]
    [InlineData(
        "--checksum=sha256:0000000000000000000000000000000000000000000000000000000000000000 http://example.test/x /a",
        "CTZ0134",
        "gave sha256:"
    )]
    [InlineData("--checksum=md5 http://example.test/x /a", "CTZ0122", "--checksum is 'md5'")]
    public async Task What_is_wrong_with_it_is_told(string arguments, string code, string message)
    {
        using var build = new TestBuild();
        var exception = await Assert.ThrowsAsync<ContainerizeException>(() =>
            FetchAsync(build, $"FROM scratch\nADD {arguments}\n")
        );
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

    [Fact]
    public async Task Archives_in_zstd_are_unpacked_and_those_of_a_url_when_it_is_said()
    {
        using var build = new TestBuild();
        await File.WriteAllBytesAsync(
            Path.Combine(build.Context, "archive"),
            TestTar.Compress(TestTar.Bytes(TestTar.Folder("d/", 0b111_000_000), TestTar.File("d/f", "text"))),
            TestContext.Current.CancellationToken
        );
        Assert.Equal(
            ["d 755 0:0 /x", "d 700 0:0 /x/d", "f 644 0:0 /x/d/f text"],
            await build.ListAsync("FROM scratch\nADD archive /x/\n")
        );
        Assert.Equal(
            ["d 755 0:0 /x", "d 700 0:0 /x/d", "f 644 0:0 /x/d/f text"],
            await TestBuild.ListAsync(
                await FetchAsync(
                    build,
                    "FROM scratch\nADD --unpack=true http://example.test/archive /x/\n",
                    await File.ReadAllBytesAsync(
                        Path.Combine(build.Context, "archive"),
                        TestContext.Current.CancellationToken
                    )
                )
            )
        );
        Assert.StartsWith(
            "f 644 0:0 /x/archive",
            (await build.ListAsync("FROM scratch\nADD --unpack=false archive /x/\n"))[1],
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Further_names_in_an_archive_may_be_written_with_a_dot()
    {
        using var build = new TestBuild();
        await File.WriteAllBytesAsync(
            Path.Combine(build.Context, "a.tar"),
            TestTar.Bytes(
                TestTar.Folder("./"),
                TestTar.File("./z", "text"),
                TestTar.HardLink("./a", "./z"),
                TestTar.HardLink("b", "./z"),
                TestTar.Folder("./d/"),
                TestTar.HardLink("./d/c", "z")
            ),
            TestContext.Current.CancellationToken
        );
        var image = await build.BuildAsync("FROM scratch\nADD a.tar /x/\n");
        Assert.Equal(
            [
                "d 755 0:0 /x",
                "f 644 0:0 /x/a text",
                "f 644 0:0 /x/b text",
                "d 755 0:0 /x/d",
                "f 644 0:0 /x/d/c text",
                "f 644 0:0 /x/z text",
            ],
            await TestBuild.ListAsync(image)
        );
        // One file under all its names, the first of which stands before the others.
        var files = await ImageFiles.ReadAsync(image, TestContext.Current.CancellationToken);
        Assert.Equal(["/x/a", "/x/a", "/x/a"], files.All.Select(file => file.HardLinkTarget?.Text).OfType<string>());
    }

    private static Task<Image> FetchAsync(TestBuild build, string dockerfile, string content = "remote") =>
        FetchAsync(build, dockerfile, Encoding.UTF8.GetBytes(content));

    private static async Task<Image> FetchAsync(TestBuild build, string dockerfile, byte[] content)
    {
        using var handler = new Remote(content);
        using var http = new HttpClient(handler);
        return (
            await (build.Options(dockerfile) with { Http = http, Cache = build.Cache }).RunAsync(
                TestContext.Current.CancellationToken
            )
        )
            .Images[0]
            .Image;
    }

    private sealed class Remote(byte[] content) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        ) =>
            Task.FromResult(
                request.RequestUri!.AbsolutePath == "/missing"
                    ? new HttpResponseMessage(HttpStatusCode.NotFound)
                    : new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(content) }
            );
    }
}
