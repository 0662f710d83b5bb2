using System.Net;
using System.Text;
using Containerize.TestKit.Images;
using Containerize.TestKit.Servers;
using Containerize.TestKit.Tools;
using Containerize.Tests.Images;

namespace Containerize.Tests.Tools;

/// <summary>The servers and tools themselves, with an image that Containerize has no part in.</summary>
public sealed class EngineTests(Machine machine)
{
    private const string Name = "example.test/acme/base:1.0";

    [Fact]
    public async Task Docker_podman_containerd_and_skopeo_take_a_handmade_tarball_under_its_name()
    {
        var docker = await machine.Docker;
        var tarball = HandmadeImage.Small.WriteTarball(Path.Combine(machine.Folder.Create("load"), "image.tar"));
        Assert.Equal($"Loaded image: {Name}", await docker.LoadAsync(tarball));
        Assert.Equal(Name, await machine.Podman.LoadAsync(tarball));
        Assert.Contains(Name, await new Containerd(docker.ContainerdSocket).ImportAsync(tarball));
        Assert.Equal(await Skopeo.DigestAsync($"oci-archive:{tarball}"), new OciLayout(tarball + ".layout").Digest());
    }

    [Fact]
    public async Task What_is_pushed_to_the_registry_comes_back_byte_for_byte()
    {
        // A registry of its own: skopeo mounts what another test has brought to the shared one.
        await using var registry = await DockerRegistry.StartAsync(machine.Folder.Create("registry"));
        var folder = machine.Folder.Create("push");
        var layout = HandmadeImage.Small.WriteTo(Path.Combine(folder, "image"));
        await Skopeo.CopyAsync($"oci:{layout.Folder}:1.0", $"docker://{registry.Address}/tools/small:1.0");
        await Skopeo.CopyAsync($"docker://{registry.Address}/tools/small:1.0", $"oci:{folder}/back:1.0");
        ImageValidator.AssertValid(Path.Combine(folder, "back"));
        Assert.Equal(layout.Digest(), new OciLayout(Path.Combine(folder, "back")).Digest());
        Assert.True(File.Exists(registry.BlobPath(layout.LayerDigests()[0])));
        Assert.Equal(
            [
                .. layout
                    .LayerDigests()
                    .Append((string)layout.Manifest()["config"]!["digest"]!)
                    .Order(StringComparer.Ordinal),
            ],
            registry.Requests.Select(request => request.UploadedDigest).OfType<string>().Order(StringComparer.Ordinal)
        );
        Assert.Single(registry.Requests, request => request.PutsManifest);
    }

    [Fact]
    public async Task A_registry_with_users_lets_only_them_in()
    {
        await using var registry = await DockerRegistry.StartAsync(
            machine.Folder.Create("users"),
            DockerRegistry.Tester
        );
        using var client = new HttpClient();
        var address = new Uri($"http://{registry.Address}/v2/");
        using var refusal = await client.GetAsync(address, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, refusal.StatusCode);
        Assert.StartsWith("Basic", refusal.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        client.DefaultRequestHeaders.Authorization = new(
            "Basic",
            Convert.ToBase64String(Encoding.UTF8.GetBytes($"{DockerRegistry.User}:{DockerRegistry.Password}"))
        );
        using var welcome = await client.GetAsync(address, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, welcome.StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Docker_builds_what_buildah_builds(bool buildKit)
    {
        var (registry, docker) = (await machine.Registry, await machine.Docker);
        var folder = machine.Folder.Create("build");
        var layout = HandmadeImage.Small.WriteTo(Path.Combine(folder, "image"));
        var builder = buildKit ? "buildkit" : "classic";
        var reference = $"{registry.Address}/tools/build-{builder}:1.0";
        await Skopeo.CopyAsync($"oci:{layout.Folder}:1.0", $"docker://{reference}");
        var context = Directory.CreateDirectory(Path.Combine(folder, "context")).FullName;
        await File.WriteAllTextAsync(Path.Combine(context, "text"), "text", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            Path.Combine(context, "Dockerfile"),
            $"FROM {reference}\nCOPY text /srv/text\nENV ADDED=\"1 2\"\nENTRYPOINT [\"/srv/text\"]\nUSER 1654\n",
            TestContext.Current.CancellationToken
        );

        await machine.Buildah.BuildAsync(context, Path.Combine(folder, "buildah"));
        await docker.BuildAsync(context, $"{builder}:1", buildKit);
        await docker.SaveAsLayoutAsync($"{builder}:1", Path.Combine(folder, "docker"));

        var (buildah, built) = (
            new OciLayout(Path.Combine(folder, "buildah")),
            new OciLayout(Path.Combine(folder, "docker"))
        );
        ImageValidator.AssertValid(buildah.Folder);
        ImageValidator.AssertValid(built.Folder);
        FileTree.Of(buildah).AssertSame(FileTree.Of(built));
        Assert.Equal(4, FileTree.Of(built).Entries["srv/text"].Size);
        Assert.Equal("PATH=/usr/bin:/bin\nFROM_BASE=yes\nADDED=1 2", ImageDocument.Of(built).Environment);
        Assert.Equal(ImageDocument.Of(buildah), ImageDocument.Of(built));
    }

    [Fact]
    public async Task A_tool_that_is_missing_fails_and_says_what_to_do()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            Shell.RunAsync("a-tool-that-nobody-has")
        );
        Assert.Contains("build/test.sh installs", failure.Message, StringComparison.Ordinal);
    }
}
