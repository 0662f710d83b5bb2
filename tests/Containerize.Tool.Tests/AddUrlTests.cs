using System.Security.Cryptography;
using Containerize.TestKit.Images;
using Containerize.TestKit.Servers;
using Containerize.TestKit.Tools;
using Microsoft.AspNetCore.Http;

namespace Containerize.Tool.Tests;

/// <summary><c>ADD</c> of what a web server of this machine gives.</summary>
public sealed class AddUrlTests(ToolMachine machine) : IAsyncLifetime
{
    private static readonly string Checksum = "sha256:" + Convert.ToHexStringLower(SHA256.HashData("remote\n"u8));

    private readonly List<string> _asked = [];
    private TestServer? _server;

    public async ValueTask InitializeAsync() =>
        _server = await TestServer.StartAsync(async context =>
        {
            lock (_asked)
                _asked.Add(context.Request.Path);
            switch (context.Request.Path)
            {
                case "/file.txt":
                    await context.Response.WriteAsync("remote\n");
                    break;
                case "/moved":
                    context.Response.Redirect("/file.txt");
                    break;
                case "/forever":
                    context.Response.Redirect("/forever");
                    break;
                case "/broken":
                    context.Response.ContentLength = 100;
                    await context.Response.WriteAsync("only this");
                    await context.Response.Body.FlushAsync();
                    context.Abort();
                    break;
                default:
                    context.Response.StatusCode = 404;
                    break;
            }
        });

    public async ValueTask DisposeAsync() => await _server!.DisposeAsync();

    [Fact]
    public async Task A_file_is_fetched_with_and_without_a_checksum_and_through_a_redirect()
    {
        var folder = Context(
            $"FROM scratch\nADD http://SERVER/file.txt /plain\nADD --checksum={Checksum} "
                + $"http://SERVER/file.txt /checked/\nADD --checksum={Checksum} http://SERVER/moved /moved\n"
        );
        (await RunAsync(folder, "--output", "oci:out")).Expect(0);
        var files = FileTree.Of(new OciLayout($"{folder}/out")).Entries;
        Assert.Equal(["checked", "checked/file.txt", "moved", "plain"], files.Keys);
        Assert.All(
            ["checked/file.txt", "moved", "plain"],
            (string path) =>
                Assert.Equal(
                    (Checksum[7..], 0x180, 0, 0),
                    (files[path].Hash, files[path].Mode, files[path].Uid, files[path].Gid)
                )
        );
        Assert.Equal(["/file.txt", "/file.txt", "/file.txt", "/moved"], _asked.Order(StringComparer.Ordinal));

        // What the server gives is looked at each time, and is the same layer.
        var digest = new OciLayout($"{folder}/out").Digest();
        (await RunAsync(folder, "--output", "oci:again")).Expect(0);
        Assert.Equal(digest, new OciLayout($"{folder}/again").Digest());
    }

    [Theory]
    [InlineData("CTZ0133", "http://SERVER/missing /a", "'http://SERVER/missing' cannot be fetched", "404")]
    [InlineData("CTZ0133", "http://SERVER/broken /a", "'http://SERVER/broken' cannot be fetched")]
    [InlineData("CTZ0133", "http://SERVER/forever /a", "'http://SERVER/forever' cannot be fetched")]
    [InlineData(
        "CTZ0134",
        "--checksum=sha256:0000000000000000000000000000000000000000000000000000000000000000 http://SERVER/file.txt /a",
        "gave sha256:",
        "Dockerfile:2:"
    )]
    [InlineData(
        "CTZ0134",
        "--checksum=sha256:0000000000000000000000000000000000000000000000000000000000000000 http://SERVER/moved /a",
        "gave sha256:"
    )]
    public async Task What_is_wrong_with_it_is_told_and_nothing_is_written(
        string code,
        string arguments,
        params string[] expected
    )
    {
        var folder = Context($"FROM scratch\nADD {arguments}\n");
        var result = (await RunAsync(folder, "--tag", "added")).Expect(1);
        Assert.Contains($"error {code}: Dockerfile:2:", result.Error, StringComparison.Ordinal);
        Assert.All(
            expected,
            text =>
                Assert.Contains(
                    text.Replace("SERVER", _server!.Authority, StringComparison.Ordinal),
                    result.Error,
                    StringComparison.Ordinal
                )
        );
        Assert.Equal(["Dockerfile"], Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName));
    }

    private string Context(string dockerfile)
    {
        var folder = machine.Folder.Create("add-url");
        File.WriteAllText(
            Path.Combine(folder, "Dockerfile"),
            dockerfile.Replace("SERVER", _server!.Authority, StringComparison.Ordinal)
        );
        return folder;
    }

    private async Task<CommandResult> RunAsync(string folder, params string[] arguments) =>
        await ((await machine.Tool).Command(["build", ".", .. arguments]) with { WorkingFolder = folder }).RunAsync();
}
