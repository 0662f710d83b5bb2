using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Containerize.Tests.Projects;
using Containerize.Tests.Tools;

namespace Containerize.Tests.Settings;

/// <summary>
/// A static file that changes without changing its length, in two images of one app, asked for as a browser asks that has
/// the old one.
/// </summary>
public sealed class StaticFileTests(Machine machine)
{
    private const string Black = "body { color: black }\n";
    private const string White = "body { color: white }\n";

    [Fact]
    public async Task A_changed_file_of_the_same_length_has_another_ETag_and_is_sent()
    {
        var feed = await machine.Feed;
        var folder = machine.Folder.Create("static");
        var project = TestProject.Web("Pages").WithFile("Program.cs", """
            var app = WebApplication.CreateBuilder(args).Build();
            app.UseStaticFiles(new StaticFileOptions { RequestPath = "/plain" });
            app.MapStaticAssets();
            app.Run();
            """).Containerized(feed);
        var written = project.WithFile("wwwroot/site.css", Black).WriteTo(folder, feed).With("ContainerBaseImage", await (await machine.Bases).AspNet);
        string[] paths = ["/plain/site.css", "/site.css"];

        var before = await ServeAsync(written, folder, "before", async client => await Task.WhenAll(paths.Select(path => AskAsync(client, path, null))));
        await File.WriteAllTextAsync(Path.Combine(written.Folder, "wwwroot/site.css"), White, TestContext.Current.CancellationToken);
        var (after, again) = await ServeAsync(written, folder, "after", async client => (
            await Task.WhenAll(paths.Zip(before, (path, old) => AskAsync(client, path, old.Tag))),
            await Task.WhenAll(paths.Select(async path => await AskAsync(client, path, (await AskAsync(client, path, null)).Tag)))));

        Assert.All(before, answer => Assert.Equal((HttpStatusCode.OK, Black), (answer.Status, answer.Text)));
        Assert.All(after, answer => Assert.Equal((HttpStatusCode.OK, White), (answer.Status, answer.Text)));
        Assert.All(before.Zip(after), pair => Assert.NotEqual(pair.First.Tag, pair.Second.Tag));
        // Who has the new one is told so.
        Assert.All(again, answer => Assert.Equal(HttpStatusCode.NotModified, answer.Status));
    }

    private static async Task<(HttpStatusCode Status, EntityTagHeaderValue? Tag, string Text)> AskAsync(HttpClient client, string path, EntityTagHeaderValue? known)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        if (known is not null)
            request.Headers.IfNoneMatch.Add(known);
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return (answer.StatusCode, answer.Headers.ETag, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private async Task<T> ServeAsync<T>(WrittenProject project, string folder, string tag, Func<HttpClient, Task<T>> ask)
    {
        var tarball = Path.Combine(folder, tag + ".tar");
        (await project.With("ContainerArchiveOutputPath", tarball).With("ContainerImageTag", tag).ContainerizeAsync()).Succeeded();
        var docker = await machine.Docker;
        await docker.LoadAsync(tarball);
        var port = Server.FreePort().ToString(CultureInfo.InvariantCulture);
        var container = (await docker.DockerAsync("run", "--detach", "--network", "host", "--env", $"ASPNETCORE_URLS=http://127.0.0.1:{port}", $"pages:{tag}")).Text;
        try
        {
            using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            for (var attempt = 0; ; attempt++)
            {
                try
                {
                    return await ask(client);
                }
                catch (HttpRequestException) when (attempt < 300)
                {
                    await Task.Delay(100, TestContext.Current.CancellationToken);
                }
            }
        }
        finally
        {
            await docker.DockerAsync("rm", "--force", container);
        }
    }
}
