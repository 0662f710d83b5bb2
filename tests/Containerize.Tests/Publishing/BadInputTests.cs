using System.Globalization;
using Containerize.TestKit.Images;
using Containerize.TestKit.Servers;
using Containerize.TestKit.Tools;
using Containerize.Tests.Tools;

namespace Containerize.Tests.Publishing;

/// <summary>
/// Each kind of bad input: one coded error that names what was wrong, exit code 1, and nothing left that was not there.
/// One project, built once, is published again with each.
/// </summary>
public sealed class BadInputTests(Machine machine, BadInputProject built) : IClassFixture<BadInputProject>
{
    [Theory]
    [InlineData("Not A Reference", "CTZ0001", "Not A Reference")]
    [InlineData("example.test/a@sha256:12", "CTZ0001", "sha256:12")]
    public Task A_base_that_is_no_reference(string reference, string code, string named) =>
        built.AssertFailsAsync(code, named, ("ContainerBaseImage", reference));

    [Fact]
    public Task A_repository_that_is_no_name() =>
        built.AssertFailsAsync("CTZ0002", "acme//app", ("ContainerRepository", "acme//app"));

    [Theory]
    [InlineData("ContainerImageTag", "not a tag", "not a tag")]
    [InlineData("ContainerImageTags", "good;-bad", "-bad")]
    public Task A_tag_that_is_none(string property, string value, string named) =>
        built.AssertFailsAsync("CTZ0003", named, (property, value));

    [Fact]
    public Task A_tag_and_tags_at_once() =>
        built.AssertFailsAsync(
            "CTZ0004",
            "ContainerImageTags",
            ("ContainerImageTag", "1.0"),
            ("ContainerImageTags", "1.0;2.0")
        );

    [Fact]
    public async Task A_base_that_its_registry_does_not_have()
    {
        var reference = $"{(await machine.Registry).Address}/no/such-image:7.7";
        await built.AssertFailsAsync("CTZ0020", "7.7 of", ("ContainerBaseImage", reference));
    }

    [Fact]
    public Task A_tag_that_the_layout_does_not_have() =>
        built.AssertFailsAsync("CTZ0020", "7.7", ("ContainerBaseImage", $"oci:{Small().Folder}:7.7"));

    [Fact]
    public Task A_folder_that_is_no_layout() =>
        built.AssertFailsAsync("CTZ0025", built.Written.Folder, ("ContainerBaseImage", $"oci:{built.Written.Folder}"));

    [Fact]
    public Task A_file_that_is_no_tarball()
    {
        var file = Path.Combine(machine.Folder.Create("no-tarball"), "text.tar");
        File.WriteAllText(file, "not a tar");
        return built.AssertFailsAsync("CTZ0026", file, ("ContainerBaseImage", $"archive:{file}"));
    }

    [Fact]
    public Task A_base_for_another_platform()
    {
        var layout = (HandmadeImage.Small with { Architecture = "s390x" }).WriteTo(
            Path.Combine(machine.Folder.Create("platform"), "base")
        );
        return built.AssertFailsAsync("CTZ0021", "linux/s390x", ("ContainerBaseImage", $"oci:{layout.Folder}:1.0"));
    }

    [Theory]
    [InlineData(false, "CTZ0022")]
    [InlineData(true, "CTZ0023")]
    public async Task A_layer_of_the_base_that_is_not_what_its_digest_says(bool truncated, string code)
    {
        var layout = Small();
        Damage(layout.BlobPath(layout.LayerDigests()[1]), truncated);
        await built.AssertFailsAsync(
            code,
            layout.LayerDigests()[1],
            ("ContainerBaseImage", $"oci:{layout.Folder}:1.0")
        );
    }

    // A blob that ends early and a connection that breaks off look the same from here, so it is asked for again first.
    [Theory]
    [InlineData(false, "CTZ0022")]
    [InlineData(true, "CTZ0030")]
    public async Task A_layer_of_a_registry_s_base_that_is_not_what_its_digest_says(bool truncated, string code)
    {
        await using var registry = await DockerRegistry.StartAsync(machine.Folder.Create("damaged"));
        var layout = Small();
        var reference = $"{registry.Address}/damaged/base:1.0";
        await Skopeo.CopyAsync($"oci:{layout.Folder}:1.0", $"docker://{reference}");
        Damage(registry.BlobPath(layout.LayerDigests()[1]), truncated);
        // A cache that has the layer from elsewhere would not ask for it.
        await built.AssertFailsAsync(
            code,
            layout.LayerDigests()[1],
            ("ContainerBaseImage", reference),
            ("ContainerCacheDirectory", machine.Folder.Create("empty-cache"))
        );
    }

    [Fact]
    public async Task A_base_whose_manifest_is_a_page_of_HTML()
    {
        using var web = new FakeRegistry();
        await built.AssertFailsAsync("CTZ0024", web.Address, ("ContainerBaseImage", $"{web.Address}/acme/base:1.0"));
    }

    [Theory]
    [InlineData("ContainerBaseImage", "{0}/acme/base:1.0")]
    [InlineData("ContainerRegistry", "{0}")]
    public Task A_registry_that_cannot_be_reached(string property, string value)
    {
        var nobody = "127.0.0.1:" + Server.FreePort().ToString(CultureInfo.InvariantCulture);
        return built.AssertFailsAsync(
            "CTZ0030",
            nobody,
            (property, string.Format(CultureInfo.InvariantCulture, value, nobody))
        );
    }

    [Fact]
    public async Task A_registry_that_wants_credentials()
    {
        await using var registry = await DockerRegistry.StartAsync(
            machine.Folder.Create("users"),
            DockerRegistry.Tester
        );
        await built.AssertFailsAsync("CTZ0032", registry.Address, ("ContainerRegistry", registry.Address));
    }

    [Theory]
    [InlineData("ContainerArchiveOutputPath", "image.tar")]
    [InlineData("ContainerOciLayoutPath", "layout")]
    [InlineData("ContainerDockerfilePath", "context")]
    public async Task An_output_below_a_file(string property, string name)
    {
        var file = Path.Combine(machine.Folder.Create("file"), "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        await built.AssertFailsAsync("CTZ0007", file, (property, Path.Combine(file, name)));
        Assert.True(File.Exists(file));
    }

    [Theory]
    [InlineData("ContainerArchiveOutputPath", "image.tar")]
    [InlineData("ContainerOciLayoutPath", "layout")]
    [InlineData("ContainerDockerfilePath", "context")]
    public Task An_output_inside_the_publish_folder(string property, string name) =>
        built.AssertFailsAsync(
            "CTZ0008",
            property,
            (property, Path.Combine(built.Written.OutputFolder, "publish", name))
        );

    [Fact]
    public Task A_publish_folder_with_nothing_in_it() =>
        built.AssertFailsAsync("CTZ0006", "publish", (BadInputProject.Script, "find . -mindepth 1 -delete"));

    [Theory]
    [InlineData("../outside")]
    [InlineData("/etc/passwd")]
    [InlineData("folder/../../outside")]
    public Task A_link_that_leaves_the_publish_folder(string target) =>
        built.AssertFailsAsync(
            "CTZ0011",
            "escape",
            (BadInputProject.Script, $"mkdir folder && ln -s '{target}' escape")
        );

    [Fact]
    public Task A_name_that_hides_others() =>
        built.AssertFailsAsync(
            "CTZ0009",
            "folder/.wh.file",
            (BadInputProject.Script, "mkdir folder && echo > folder/.wh.file")
        );

    [Fact]
    public async Task A_file_that_vanishes_while_the_image_is_made()
    {
        var cache = machine.Folder.Create("vanishing-cache");
        var layers = Path.Combine(cache, "blobs");
        // The big file is first in the layer: while it is compressed, the other goes.
        var vanishing = Path.Combine(built.Written.OutputFolder, "publish/zzz");
        using var stop = new CancellationTokenSource();
        var vanish = Task.Run(
            async () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    if (IsPacking() && File.Exists(vanishing))
                        File.Delete(vanishing);
                    await Task.Delay(10);
                }
            },
            TestContext.Current.CancellationToken
        );
        await built.AssertFailsAsync(
            "CTZ0012",
            "zzz",
            (BadInputProject.Script, "head -c 200000000 /dev/urandom > 000; echo > zzz"),
            ("ContainerCacheDirectory", cache)
        );
        await stop.CancelAsync();
        await vanish;

        // What is kept of the base is small, and there before anything is published.
        bool IsPacking() =>
            Directory.Exists(layers)
            && new DirectoryInfo(layers)
                .EnumerateFiles("*", SearchOption.AllDirectories)
                .Any(file => file is { Exists: true, Length: > 1 << 20 });
    }

    [Theory]
    [InlineData("ContainerPort", "70000", "CTZ0051")]
    [InlineData("ContainerEntrypointArgs", "alone", "CTZ0050")]
    public Task A_setting_that_means_nothing(string item, string value, string code) =>
        built.AssertFailsAsync(code, value == "alone" ? item : value, ("BadItem", item), ("BadItemValue", value));

    private OciLayout Small() => HandmadeImage.Small.WriteTo(Path.Combine(machine.Folder.Create("base"), "base"));

    private static void Damage(string blob, bool truncated)
    {
        var bytes = File.ReadAllBytes(blob);
        bytes[^1] ^= 0xff;
        File.WriteAllBytes(blob, truncated ? bytes[..^20] : bytes);
    }
}
