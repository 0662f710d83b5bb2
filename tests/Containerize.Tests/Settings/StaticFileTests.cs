using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Containerize.TestKit.Servers;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Settings;

/// <summary>
/// A static file that changes without changing its length, in two images of one app, asked for as a browser asks that
/// has the old one: in wwwroot, in a folder of the app's own, and as ContainerFile.
/// </summary>
public sealed class StaticFileTests(Machine machine)
{
    private const string Black = "body { color: black }\n";
    private const string White = "body { color: white }\n";

    private static readonly string[] Changing =
    [
        "/plain/site.css",
        "/site.css",
        "/spa/site.css",
        "/plain/added/site.css",
    ];
    private static readonly string[] Places = ["wwwroot", "ClientApp/dist", "beside"];
    private static readonly string[] Staying = ["/plain/kept.css", "/kept.css"];

    [Fact]
    public async Task A_changed_file_of_the_same_length_has_another_ETag_and_an_unchanged_one_keeps_its()
    {
        var (project, folder) = await WriteAsync("ours");
        var (before, after) = await AskBothAsync(
            Changing,
            project,
            folder,
            "ours",
            (written, tarball) => written.With("ContainerArchiveOutputPath", tarball).ContainerizeAsync()
        );
        Assert.All(
            before.Take(Changing.Length),
            answer => Assert.Equal((HttpStatusCode.OK, Black), (answer.Status, answer.Text))
        );
        Assert.All(
            after.Take(Changing.Length),
            answer => Assert.Equal((HttpStatusCode.OK, White), (answer.Status, answer.Text))
        );
        Assert.All(before.Zip(after).Take(Changing.Length), pair => Assert.NotEqual(pair.First.Tag, pair.Second.Tag));
        // A client that has the unchanged file gets 304, from either of the two that serve it.
        Assert.All(after.Skip(Changing.Length), answer => Assert.Equal(HttpStatusCode.NotModified, answer.Status));
    }

    // The SDK's layers say the time of their making: browsers fetch everything again with every image.
    [Fact]
    public async Task In_an_image_of_the_SDK_an_unchanged_file_has_another_ETag_too()
    {
        var (project, folder) = await WriteAsync("theirs");
        var registry = await machine.Registry;
        var (_, after) = await AskBothAsync(
            ["/plain/site.css", "/site.css"],
            project with
            {
                Cache = machine.Folder.Create("sdk-cache"),
                Settings = project.Settings with
                {
                    Environment = project.Settings.Environment.Add(
                        "DOTNET_CONTAINER_INSECURE_REGISTRIES",
                        registry.Address
                    ),
                },
            },
            folder,
            "theirs",
            (written, tarball) =>
                written
                    .With("ContainerArchiveOutputPath", tarball)
                    .With("ContainerImageFormat", "Docker")
                    .PublishAsync("-t:PublishContainer")
        );
        Assert.All(after.Take(2), answer => Assert.Equal((HttpStatusCode.OK, White), (answer.Status, answer.Text)));
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.NotModified], after.Skip(2).Select(answer => answer.Status));
    }

    private async Task<(WrittenProject Project, string Folder)> WriteAsync(string name)
    {
        var feed = await machine.Feed;
        var folder = machine.Folder.Create("static");
        var project = TestProject
            .Web("Pages")
            .WithFile(
                "Program.cs",
                """
                var app = WebApplication.CreateBuilder(args).Build();
                app.UseStaticFiles(new StaticFileOptions { RequestPath = "/plain" });
                app.UseStaticFiles(new StaticFileOptions
                {
                    RequestPath = "/spa",
                    FileProvider = new Microsoft.Extensions.FileProviders.PhysicalFileProvider(
                        Path.Combine(app.Environment.ContentRootPath, "ClientApp/dist")),
                });
                app.MapStaticAssets();
                app.MapGet("/write", () =>
                {
                    File.WriteAllText("/data/deep/file", "written");
                    return File.ReadAllText("/data/deep/file");
                });
                app.Run();
                """
            )
            .Containerized(feed)
            .WithFile("wwwroot/kept.css", Black)
            .WithItem("ContainerVolume", "/data/deep")
            .WithItem("Content", "ClientApp/dist/**", ("CopyToPublishDirectory", "PreserveNewest"))
            .WithItem("ContainerFile", "beside", ("TargetPath", "wwwroot/added"));
        project = Places.Aggregate(project, (soFar, place) => soFar.WithFile(place + "/site.css", Black));
        return (
            project
                .WriteTo(folder, feed)
                .With("ContainerBaseImage", await (await machine.Bases).AspNet)
                .With("ContainerRepository", "pages-" + name),
            folder
        );
    }

    /// <summary>Asks two images for the files, the second one as a browser does that knows the first; between them one
    /// file changes.</summary>
    private async Task<(
        (HttpStatusCode Status, EntityTagHeaderValue? Tag, string Text)[] Before,
        (HttpStatusCode Status, EntityTagHeaderValue? Tag, string Text)[] After
    )> AskBothAsync(
        string[] changing,
        WrittenProject project,
        string folder,
        string name,
        Func<WrittenProject, string, Task<PublishResult>> publish
    )
    {
        string[] paths = [.. changing, .. Staying];
        var before = await ServeAsync(
            project,
            folder,
            name,
            "before",
            publish,
            async client => await Task.WhenAll(paths.Select(path => AskAsync(client, path, null)))
        );
        foreach (var place in Places)
            await File.WriteAllTextAsync(
                Path.Combine(project.Folder, place, "site.css"),
                White,
                TestContext.Current.CancellationToken
            );
        var after = await ServeAsync(
            project,
            folder,
            name,
            "after",
            publish,
            async client => await Task.WhenAll(paths.Zip(before, (path, old) => AskAsync(client, path, old.Tag)))
        );
        return (before, after);
    }

    private static async Task<(HttpStatusCode Status, EntityTagHeaderValue? Tag, string Text)> AskAsync(
        HttpClient client,
        string path,
        EntityTagHeaderValue? known
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        if (known is not null)
            request.Headers.IfNoneMatch.Add(known);
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return (
            answer.StatusCode,
            answer.Headers.ETag,
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)
        );
    }

    private async Task<T> ServeAsync<T>(
        WrittenProject project,
        string folder,
        string name,
        string tag,
        Func<WrittenProject, string, Task<PublishResult>> publish,
        Func<HttpClient, Task<T>> ask
    )
    {
        var tarball = Path.Combine(folder, tag + ".tar");
        (await publish(project.With("ContainerImageTag", tag), tarball)).Succeeded();
        var docker = await machine.Docker;
        await docker.LoadAsync(tarball);
        var port = Server.FreePort().ToString(CultureInfo.InvariantCulture);
        var container = (
            await docker.DockerAsync(
                "run",
                "--detach",
                "--network",
                "host",
                "--env",
                $"ASPNETCORE_URLS=http://127.0.0.1:{port}",
                $"pages-{name}:{tag}"
            )
        ).Text;
        try
        {
            using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            for (var attempt = 0; ; attempt++)
            {
                try
                {
                    var answers = await ask(client);
                    if (name == "ours")
                        Assert.Equal(
                            "written",
                            await client.GetStringAsync(
                                new Uri("/write", UriKind.Relative),
                                TestContext.Current.CancellationToken
                            )
                        );
                    return answers;
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
