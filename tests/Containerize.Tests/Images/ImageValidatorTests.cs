using System.Formats.Tar;
using System.Text;
using System.Text.Json.Nodes;
using Containerize.TestKit.Images;

namespace Containerize.Tests.Images;

/// <summary>A validator that lets everything pass would make every other test worthless, so each kind of damage is done
/// here.</summary>
public sealed class ImageValidatorTests(Machine machine)
{
    [Fact]
    public void A_good_image_has_no_violations() =>
        Assert.Empty(ImageValidator.Violations(Write(HandmadeImage.Small).Folder));

    [Fact]
    public void A_flipped_byte_is_found()
    {
        var layout = Write(HandmadeImage.Small);
        var blob = layout.BlobPath(layout.LayerDigests()[0]);
        var bytes = File.ReadAllBytes(blob);
        // The operating system in the gzip header, which no reader looks at: only the digest tells.
        bytes[9] ^= 0xff;
        File.WriteAllBytes(blob, bytes);
        AssertFound(layout, "has the digest sha256:", "is not named as its content hashes");
    }

    [Fact]
    public void A_truncated_layer_is_found()
    {
        var layout = Write(HandmadeImage.Small);
        var blob = layout.BlobPath(layout.LayerDigests()[1]);
        File.WriteAllBytes(blob, File.ReadAllBytes(blob)[..^40]);
        AssertFound(layout, "bytes, not", "has the digest sha256:", "cannot be read to its end");
    }

    [Fact]
    public void A_missing_blob_is_found()
    {
        var layout = Write(HandmadeImage.Small);
        File.Delete(layout.BlobPath(layout.LayerDigests()[0]));
        AssertFound(layout, "is missing");
    }

    [Theory]
    [InlineData("/manifests/0/size", "1", "bytes, not 1")]
    [InlineData("/manifests/0/digest", "\"sha256:abc\"", "is no digest")]
    [InlineData(
        "/manifests/0/mediaType",
        "\"application/vnd.docker.distribution.manifest.v2+json\"",
        "another than its descriptor's"
    )]
    [InlineData("/manifests/0/platform", "{\"os\":\"linux\"}", "lacks os or architecture")]
    [InlineData("/manifests/0/platform/architecture", "\"s390x\"", "another platform than the index says")]
    [InlineData("/schemaVersion", "1", "schemaVersion is not 2")]
    [InlineData("/layers", "[]", "is index and manifest at once")]
    public void A_false_claim_of_the_index_is_found(string place, string value, string violation)
    {
        var layout = Write(HandmadeImage.Small);
        var index = layout.Index;
        Set(index, place, value);
        File.WriteAllText(Path.Combine(layout.Folder, "index.json"), index.ToJsonString());
        AssertFound(layout, violation);
    }

    [Theory]
    [InlineData("/layers/0/size", "7", "bytes, not 7")]
    [InlineData("/layers/1/mediaType", "\"application/vnd.oci.image.layer.v1.tar\"", "is not what its media type says")]
    [InlineData(
        "/layers/1/mediaType",
        "\"application/vnd.docker.image.rootfs.diff.tar.gzip\"",
        "a layer of another family"
    )]
    [InlineData("/layers", "[]", "has no layers")]
    [InlineData("/config/mediaType", "\"application/json\"", "a config of another kind")]
    [InlineData("/mediaType", "null", "has no mediaType of its own")]
    public void A_false_claim_of_the_manifest_is_found(string place, string value, string violation)
    {
        var layout = Write(HandmadeImage.Small);
        var manifest = layout.Manifest();
        Set(manifest, place, value);
        Replace(layout, manifest);
        AssertFound(layout, violation);
    }

    [Theory]
    [InlineData(
        "/rootfs/diff_ids/0",
        "\"sha256:0000000000000000000000000000000000000000000000000000000000000000\"",
        "in truth"
    )]
    [InlineData("/rootfs/diff_ids", "[]", "has 0 diff ids for 2 layers")]
    [InlineData("/rootfs/type", "\"files\"", "not of type layers")]
    [InlineData("/history", "[{\"created\":\"1970-01-01T00:00:00Z\"}]", "has 1 entries of history for 2 layers")]
    [InlineData("/history/0", "{}", "has history without a time")]
    [InlineData("/architecture", "\"\"", "lacks architecture or os")]
    [InlineData("/created", "\"yesterday\"", "created is no time")]
    [InlineData("/config/Env/0", "\"PATH\"", "has a bad variable")]
    public void A_false_claim_of_the_config_is_found(string place, string value, string violation)
    {
        var layout = Write(HandmadeImage.Small);
        var (config, manifest) = (layout.Config(), layout.Manifest());
        Set(config, place, value);
        (manifest["config"]!["digest"], manifest["config"]!["size"]) = WriteBlob(layout, config);
        Replace(layout, manifest);
        AssertFound(layout, violation);
    }

    [Fact]
    public void A_document_that_says_something_twice_is_found()
    {
        var layout = Write(HandmadeImage.Small);
        var path = Path.Combine(layout.Folder, "index.json");
        File.WriteAllText(path, "{\"schemaVersion\":2," + File.ReadAllText(path)[1..]);
        AssertFound(layout, "index.json: ");
    }

    [Fact]
    public void A_path_that_is_twice_in_a_layer_is_found() =>
        AssertFound(Layer(HandmadeImage.File("a", "1"), HandmadeImage.File("./a", "2")), "has a twice");

    [Fact]
    public void A_path_that_leaves_the_image_is_found() =>
        AssertFound(Layer(HandmadeImage.File("a/../../b", "1")), "has the path a/../../b");

    [Fact]
    public void A_folder_that_cannot_be_entered_is_found() =>
        AssertFound(Layer(HandmadeImage.Folder("a", 0x1A4)), "the folder a cannot be entered");

    [Fact]
    public void A_whiteout_of_nothing_is_found() =>
        AssertFound(Layer(HandmadeImage.File("a/.wh.", "")), "has a whiteout of nothing");

    [Theory]
    [InlineData(512, "does not end with two blocks of zeros")]
    [InlineData(1024, "cannot be read to its end")]
    public void A_tar_without_its_end_is_found(int missing, string expected)
    {
        var layout = Write(HandmadeImage.Small);
        var (config, manifest) = (layout.Config(), layout.Manifest());
        using var file = File.OpenRead(layout.BlobPath(layout.LayerDigests()[1]));
        using var tar = new MemoryStream();
        OciLayout.Inflate(file).CopyTo(tar);
        var digest = Blob(layout, tar.ToArray()[..^missing]);
        manifest["layers"]![1] = new JsonObject
        {
            ["mediaType"] = "application/vnd.oci.image.layer.v1.tar",
            ["digest"] = digest,
            ["size"] = tar.Length - missing,
        };
        config["rootfs"]!["diff_ids"]![1] = digest;
        (manifest["config"]!["digest"], manifest["config"]!["size"]) = WriteBlob(layout, config);
        Replace(layout, manifest);
        var violation = Assert.Single(ImageValidator.Violations(layout.Folder));
        Assert.Contains(expected, violation, StringComparison.Ordinal);
    }

    private static void AssertFound(OciLayout layout, params IEnumerable<string> expected)
    {
        var found = ImageValidator.Violations(layout.Folder);
        foreach (var violation in expected)
            Assert.True(
                found.Any(line => line.Contains(violation, StringComparison.Ordinal)),
                $"Nothing says '{violation}':\n{string.Join('\n', found)}"
            );
    }

    private static void Set(JsonNode document, string place, string value)
    {
        var steps = place.Split('/')[1..];
        foreach (var step in steps[..^1])
            document = document is JsonArray array ? array[int.Parse(step, null)]! : document[step]!;
        if (document is JsonArray items)
            items[int.Parse(steps[^1], null)] = JsonNode.Parse(value);
        else
            document[steps[^1]] = JsonNode.Parse(value);
    }

    private static void Replace(OciLayout layout, JsonNode manifest)
    {
        var index = layout.Index;
        (index["manifests"]![0]!["digest"], index["manifests"]![0]!["size"]) = WriteBlob(layout, manifest);
        File.WriteAllText(Path.Combine(layout.Folder, "index.json"), index.ToJsonString());
    }

    private static (JsonNode Digest, JsonNode Size) WriteBlob(OciLayout layout, JsonNode document)
    {
        var bytes = Encoding.UTF8.GetBytes(document.ToJsonString());
        return (Blob(layout, bytes), bytes.Length);
    }

    private static string Blob(OciLayout layout, byte[] bytes)
    {
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));
        File.WriteAllBytes(layout.BlobPath("sha256:" + hash), bytes);
        return "sha256:" + hash;
    }

    private OciLayout Layer(params IReadOnlyList<TarEntry> entries) =>
        Write(HandmadeImage.Small with { Layers = [entries] });

    private OciLayout Write(HandmadeImage image) =>
        image.WriteTo(Path.Combine(machine.Folder.Create("validator"), "image"));
}
