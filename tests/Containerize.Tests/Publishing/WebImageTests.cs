using System.Globalization;
using System.Text.Json.Nodes;
using Containerize.TestKit.Images;
using Containerize.TestKit.Servers;
using Containerize.TestKit.Tools;
using Containerize.Tests.Images;
using Containerize.Tests.Tools;

namespace Containerize.Tests.Publishing;

/// <summary>One publish, three outputs, and everything that real programs do with them.</summary>
[Collection(nameof(WebImage))]
public sealed class WebImageTests(Machine machine, WebImage web)
{
    [Fact]
    public async Task The_layout_the_tarball_and_the_registry_hold_one_manifest()
    {
        var digest = web.Layout.Digest();
        Assert.Equal(
            digest,
            OciLayout.FromTarball(web.Tarball, Path.Combine(machine.Folder.Create("tarball"), "layout")).Digest()
        );
        Assert.Equal(digest, await Skopeo.DigestAsync($"docker://{web.Reference}"));
        Assert.Contains(web.Published.Lines, line => line.Contains(digest, StringComparison.Ordinal));
    }

    [Fact]
    public void The_layout_and_the_tarball_are_valid()
    {
        ImageValidator.AssertValid(web.Layout.Folder);
        ImageValidator.AssertValid(
            OciLayout.FromTarball(web.Tarball, Path.Combine(machine.Folder.Create("tarball"), "layout")).Folder
        );
    }

    [Fact]
    public async Task What_skopeo_pulls_back_from_the_registry_is_valid_and_the_same()
    {
        var layout = Path.Combine(machine.Folder.Create("back"), "layout");
        await Skopeo.CopyAsync($"docker://{web.Reference}", $"oci:{layout}:{WebImage.Tag}");
        ImageValidator.AssertValid(layout);
        Assert.Equal(web.Layout.Digest(), new OciLayout(layout).Digest());
    }

    [Fact]
    public async Task Four_tools_load_the_tarball_under_its_full_name()
    {
        var docker = await machine.Docker;
        Assert.Equal($"Loaded image: {web.Reference}", await docker.LoadAsync(web.Tarball));
        Assert.Equal(web.Reference, await machine.Podman.LoadAsync(web.Tarball));
        Assert.Contains(web.Reference, await new Containerd(docker.ContainerdSocket).ImportAsync(web.Tarball));
        Assert.Equal(web.Layout.Digest(), await Skopeo.DigestAsync($"oci-archive:{web.Tarball}"));
        await Skopeo.InspectAsync($"docker-archive:{web.Tarball}");
    }

    [Fact]
    public async Task The_container_answers_over_HTTP_and_does_not_run_as_root()
    {
        var docker = await machine.Docker;
        await docker.LoadAsync(web.Tarball);
        var port = Server.FreePort().ToString(CultureInfo.InvariantCulture);
        var container = (
            await docker.DockerAsync(
                "run",
                "--detach",
                "--network",
                "host",
                "--env",
                $"ASPNETCORE_URLS=http://127.0.0.1:{port}",
                web.Reference
            )
        ).Text;
        try
        {
            using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            var health = await AnswerAsync(client, "/health", () => docker.DockerAsync("logs", container));
            Assert.Equal("healthy", (string?)JsonNode.Parse(health)!["status"]);
            Assert.Contains(
                "Hello from a container",
                await client.GetStringAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken),
                StringComparison.Ordinal
            );
            using var css = await client.GetAsync(
                new Uri("/css/site.css", UriKind.Relative),
                TestContext.Current.CancellationToken
            );
            Assert.Equal(
                await File.ReadAllTextAsync(
                    Path.Combine(web.Project.Folder, "wwwroot/css/site.css"),
                    TestContext.Current.CancellationToken
                ),
                await css.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)
            );
            Assert.Equal(
                FileTree.Of(web.Layout).Entries["app/wwwroot/css/site.css"].Modified,
                css.Content.Headers.LastModified
            );
            Assert.Equal(
                "1654",
                (await docker.DockerAsync("top", container, "-o", "pid,uid")).Lines[^1].Split(' ')[^1]
            );
        }
        finally
        {
            await docker.DockerAsync("rm", "--force", container);
        }
    }

    [Fact]
    public void The_layers_hold_what_changes_together()
    {
        Assert.Equal(["dependencies", "host", "assets", "app"], web.Layout.OwnLayers().Select(layer => layer.Name));
        Assert.Contains("app/Markdig.dll", web.Layout.FilesOf("dependencies"));
        Assert.Contains("app/Serilog.dll", web.Layout.FilesOf("dependencies"));
        Assert.DoesNotContain("app/HelloWeb.dll", web.Layout.FilesOf("dependencies"));
        Assert.All(
            web.Layout.FilesOf("assets").Except(["app/HelloWeb.staticwebassets.endpoints.json"]),
            path => Assert.StartsWith("app/wwwroot/", path, StringComparison.Ordinal)
        );
        Assert.Contains("app/HelloWeb.staticwebassets.endpoints.json", web.Layout.FilesOf("assets"));
        Assert.Contains("app/wwwroot/css/site.css", web.Layout.FilesOf("assets"));
        Assert.Contains("app/HelloWeb.dll", web.Layout.FilesOf("app"));
        Assert.Contains("app/HelloWeb.Greetings.dll", web.Layout.FilesOf("app"));
        Assert.Contains("app/Pages/welcome.md", web.Layout.FilesOf("app"));
    }

    [Fact]
    public void The_layers_hold_the_publish_folder_and_nothing_else()
    {
        var published = Path.Combine(web.Project.OutputFolder, "publish");
        Assert.Equal(
            Directory
                .EnumerateFiles(published, "*", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(published, path))
                .Order(StringComparer.Ordinal),
            web.Layout.OwnLayers()
                .SelectMany(layer => web.Layout.FilesOf(layer.Name))
                .Select(path => path["app/".Length..])
                .Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void The_layers_keep_to_layer_format_2() => LayerFormat.AssertKept(web.Layout);

    [Fact]
    public async Task The_layers_of_the_base_are_the_base_s_own()
    {
        var folder = machine.Folder.Create("base");
        await Skopeo.CopyAsync($"docker://{web.BaseReference}", $"oci:{folder}/layout:base");
        var own = new OciLayout(Path.Combine(folder, "layout")).LayerDigests();
        Assert.Equal(own, web.Layout.LayerDigests().Take(own.Count));
    }

    [Fact]
    public async Task Publishing_again_unchanged_sends_nothing_and_gives_the_same_digest()
    {
        var registry = await machine.Registry;
        var before = registry.Requests.Count;
        var digest = web.Layout.Digest();
        (await web.Project.ContainerizeAsync("--no-build")).Succeeded();
        Assert.Equal(digest, web.Layout.Digest());
        Assert.DoesNotContain(
            registry.Requests.Skip(before),
            request => request.CompletesBlob && request.Path.Contains(WebImage.Repository, StringComparison.Ordinal)
        );
        ImageValidator.AssertValid(web.Layout.Folder);
    }

    [Fact]
    public async Task Umoci_unpacks_it_and_reads_its_history()
    {
        var root = await Umoci.UnpackAsync(
            web.Layout.Folder,
            WebImage.Tag,
            Path.Combine(machine.Folder.Create("umoci"), "bundle")
        );
        Assert.True(File.Exists(Path.Combine(root, "app/HelloWeb.dll")));
        Assert.NotEmpty((await Umoci.StatAsync(web.Layout.Folder, WebImage.Tag))["history"]!.AsArray());
    }

    internal static async Task<string> AnswerAsync(HttpClient client, string path, Func<Task<CommandResult>> log)
    {
        for (var attempt = 0; attempt < 300; attempt++)
        {
            try
            {
                return await client.GetStringAsync(
                    new Uri(path, UriKind.Relative),
                    TestContext.Current.CancellationToken
                );
            }
            catch (HttpRequestException)
            {
                await Task.Delay(100, TestContext.Current.CancellationToken);
            }
        }
        throw new InvalidOperationException(
            $"{client.BaseAddress} does not answer.\n{string.Join('\n', (await log()).Lines)}"
        );
    }
}
