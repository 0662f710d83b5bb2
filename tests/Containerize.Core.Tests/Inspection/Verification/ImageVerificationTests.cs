using System.Text;
using System.Text.Json.Nodes;
using Containerize.Images;
using Containerize.Inspection.Verification;

namespace Containerize.Core.Tests.Inspection.Verification;

/// <summary>Each kind of damage, done to an image that is otherwise good; and all of them at once.</summary>
public sealed class ImageVerificationTests
{
    [Fact]
    public async Task A_good_image_has_no_violations()
    {
        var report = await CheckAsync(TestContents.Good());
        Assert.Empty(report.Violations);
        Assert.Equal((1, 3), (report.Images, report.Contents));
        Assert.True(report.Bytes > 0);
    }

    [Fact]
    public async Task An_index_of_good_images_has_no_violations()
    {
        var amd64 = TestContents.Good();
        var report = await CheckAsync(amd64.InIndex(("linux", "amd64")));
        Assert.Empty(report.Violations);
        Assert.Equal((1, 4), (report.Images, report.Contents));
    }

    [Fact]
    public Task A_layer_that_is_not_there() =>
        AssertFoundAsync(contents => contents.Remove("layer"), "is named and is not in");

    [Fact]
    public Task A_layer_of_other_bytes() =>
        AssertFoundAsync(contents => contents.Damage("layer", bytes => bytes[9] ^= 1), "in truth");

    [Fact]
    public Task A_layer_that_is_cut_off() =>
        AssertFoundAsync(
            contents => contents.Replace("layer", bytes => bytes[..^9]),
            "bytes long and should be",
            "in truth"
        );

    [Fact]
    public Task A_wrong_diff_id() =>
        AssertFoundAsync(
            contents => contents.Config(json => json["rootfs"]!["diff_ids"]![0] = "sha256:" + new string('0', 64)),
            "and it is sha256:"
        );

    [Fact]
    public Task A_diff_id_too_many() =>
        AssertFoundAsync(
            contents =>
                contents.Config(json => json["rootfs"]!["diff_ids"]!.AsArray().Add("sha256:" + new string('0', 64))),
            "2 diff ids for 1 layers"
        );

    [Fact]
    public Task History_that_does_not_count() =>
        AssertFoundAsync(
            contents => contents.Config(json => json["history"]!.AsArray().Add(new JsonObject())),
            "2 entries of history for 1 layers"
        );

    [Fact]
    public Task A_config_without_a_platform() =>
        AssertFoundAsync(contents => contents.Config(json => json["os"] = ""), "lacks architecture or os");

    [Fact]
    public Task A_time_that_is_none() =>
        AssertFoundAsync(contents => contents.Config(json => json["created"] = "yesterday"), "no time");

    [Fact]
    public Task A_variable_that_is_none() =>
        AssertFoundAsync(
            contents => contents.Config(json => json["config"]!["Env"] = new JsonArray("=x")),
            "an invalid variable"
        );

    [Fact]
    public Task A_config_that_is_no_JSON() =>
        AssertFoundAsync(
            contents => contents.Replace("config", _ => "{\"a\":1,\"a\":2}"u8.ToArray()),
            "cannot be understood"
        );

    [Fact]
    public Task A_media_type_that_lies() =>
        AssertFoundAsync(
            contents => contents.Manifest(json => json["layers"]![0]!["mediaType"] = MediaTypes.OciLayer + "+zstd"),
            "is compressed with Gzip"
        );

    [Fact]
    public Task A_layer_of_the_other_family() =>
        AssertFoundAsync(
            contents => contents.Manifest(json => json["layers"]![0]!["mediaType"] = MediaTypes.DockerLayer + ".gzip"),
            "a layer is not"
        );

    [Fact]
    public Task A_manifest_that_says_it_is_an_index() =>
        AssertFoundAsync(
            contents => contents.Manifest(json => json["manifests"] = new JsonArray()),
            "is index and manifest at once"
        );

    [Fact]
    public Task A_descriptor_that_is_none() =>
        AssertFoundAsync(
            contents => contents.Manifest(json => json["layers"]![0]!["digest"] = "md5:1"),
            "cannot be understood"
        );

    [Fact]
    public async Task A_platform_that_is_another_than_the_index_says() =>
        AssertSays(
            await CheckAsync(TestContents.Good().InIndex(("linux", "arm64"))),
            "is for linux/amd64 and the index says linux/arm64"
        );

    [Fact]
    public async Task A_platform_that_is_there_twice() =>
        AssertSays(await CheckAsync(TestContents.Good().InIndex(("linux", "amd64"), ("linux", "amd64"))), "twice");

    [Theory]
    [InlineData("a path that is there twice", "twice", "f a", "f a")]
    [InlineData("a path that leaves the root", "leaves the root", "f ../a")]
    [InlineData("an absolute path", "leaves the root", "f /a")]
    [InlineData("a whiteout of nothing", "a whiteout of nothing", "f x/.wh.")]
    [InlineData("a whiteout of a whiteout", "hides nothing that a layer may hold", "f .wh..wh.x")]
    [InlineData("a file and its whiteout", "a whiteout of it", "f .wh.a", "f a")]
    [InlineData("a whiteout and its file", "and what it hides", "f a", "f .wh.a")]
    [InlineData("a hard link out of the root", "leads out of the root", "h a ../b")]
    public async Task A_tar_with(string what, string expected, params string[] entries)
    {
        Assert.NotEmpty(what);
        AssertSays(await CheckAsync(TestContents.OfTar(Tar(entries))), expected);
    }

    [Fact]
    public async Task A_tar_without_its_end() =>
        AssertSays(await CheckAsync(TestContents.OfTar(Tar("f a")[..512])), "two blocks of zeros");

    [Fact]
    public async Task A_layer_that_is_no_tar() =>
        AssertSays(
            await CheckAsync(TestContents.OfTar(Encoding.ASCII.GetBytes(new string('x', 1024)))),
            "cannot be inflated"
        );

    [Fact]
    public async Task Opaque_folders_and_whiteouts_are_no_violations() =>
        Assert.Empty((await CheckAsync(TestContents.OfTar(Tar("f a/.wh..wh..opq", "f b/.wh.c", "f b/d")))).Violations);

    [Fact]
    public async Task All_that_is_wrong_is_collected()
    {
        var contents = TestContents.OfTar(Tar("f a", "f a", "f ../b"));
        contents.Config(json => json["created"] = "yesterday");
        contents.Damage("config", bytes => bytes[^2] = (byte)' ');
        var report = await CheckAsync(contents);
        AssertSays(report, "'a' twice");
        AssertSays(report, "leaves the root");
        AssertSays(report, "in truth");
        Assert.True(report.Violations.Length >= 3);
        Assert.False(report.IsValid);
    }

    private static async Task AssertFoundAsync(Action<TestContents> damage, params string[] expected)
    {
        var contents = TestContents.Good();
        damage(contents);
        var report = await CheckAsync(contents);
        Assert.All(expected, text => AssertSays(report, text));
    }

    private static void AssertSays(VerificationReport report, string text) =>
        Assert.Contains(report.Violations, violation => violation.ToString().Contains(text, StringComparison.Ordinal));

    private static Task<VerificationReport> CheckAsync(TestContents contents) =>
        ImageVerification.RunAsync(contents, TestContext.Current.CancellationToken);

    private static byte[] Tar(params string[] entries) => TestContents.Tar(entries);
}
