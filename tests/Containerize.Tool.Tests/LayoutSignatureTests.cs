using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Containerize.TestKit.Images;
using Containerize.TestKit.Registries;
using Containerize.TestKit.Tools;

namespace Containerize.Tool.Tests;

/// <summary>An image that was signed in a registry and carried over in a layout, on a machine without the
/// registry.</summary>
public sealed class LayoutSignatureTests(ToolMachine machine)
{
    private const StringComparison Ordinal = StringComparison.Ordinal;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_signed_and_attested_in_a_registry_is_read_from_the_layout(bool listsReferrers)
    {
        var folder = machine.Folder.Create("carriedover");
        var keys = await SigningKeys.CreateAsync(folder, "k");
        var layout = await CarryAsync(folder, keys, listsReferrers);
        var name = $"oci:{layout.Folder}:v1";
        var answer = JsonNode.Parse(await machine.OutputAsync("verify", name, "--key", keys.Public, "--json"))!;
        Assert.True((bool)answer["signature"]!["signed"]!);
        await machine.OutputAsync("verify", name, "--key", keys.Public, "--type", "cyclonedx");
        await AssertNoAsync(name, keys.Public, "has no such attestation", "--type", "spdx");
        await AssertNoAsync(name, (await SigningKeys.CreateAsync(folder, "other")).Public, "not signed by the key");

        var sbom = (await machine.RunAsync("sbom", name, "--format", "cyclonedx")).Expect(0);
        Assert.Equal("CycloneDX", (string?)JsonNode.Parse(sbom.Output)!["bomFormat"]);
        Assert.Contains($"'containerize verify {name} --type cyclonedx --key FILE'", sbom.Error, Ordinal);
        Assert.Contains("CTZ0306", (await machine.RunAsync("sbom", name)).Expect(1).Error, Ordinal);
        Assert.Contains("Attached (2)", await machine.OutputAsync("inspect", name), Ordinal);
        var attached = JsonNode.Parse(await machine.OutputAsync("inspect", name, "--json"))!["attached"]!.AsArray();
        Assert.All(attached, each => Assert.Equal(layout.Digest("v1"), (string?)each!["subject"]));
        var page = await machine.OutputAsync("report", name, "--key", keys.Public, "--json");
        Assert.Contains("\"state\": \"valid\"", page, Ordinal);

        var tar = Path.Combine(folder, "layout.tar");
        await Shell.RunAsync("tar", "-C", layout.Folder, "-cf", tar, ".");
        await machine.OutputAsync("verify", $"archive:{tar}:v1", "--key", keys.Public);
        Assert.Contains("Attached (2)", await machine.OutputAsync("inspect", $"archive:{tar}:v1"), Ordinal);
        var docker = Path.Combine(folder, "docker.tar");
        (await Skopeo.CopyAsync($"oci:{layout.Folder}:v1", $"docker-archive:{docker}:shop:v1")).Expect(0);
        var refused = (await machine.RunAsync("verify", $"archive:{docker}", "--key", keys.Public)).Expect(2);
        Assert.Contains("CTZ0365", refused.Error, Ordinal);
    }

    [Fact]
    public async Task What_was_changed_on_the_way_is_no_signature()
    {
        var folder = machine.Folder.Create("tampered");
        var keys = await SigningKeys.CreateAsync(folder, "k");
        var layout = await CarryAsync(folder, keys, listsReferrers: true);
        var name = $"oci:{layout.Folder}:v1";
        var bundle = Bundles(layout).Single(each => (string?)each.Type == "https://sigstore.dev/cosign/sign/v1");
        await WithChangedAsync(layout.BlobPath(bundle.Blob), () => NoAsync("should have the digest"));
        await WithChangedAsync(layout.BlobPath(bundle.Manifest), () => NoAsync("has no signature"));
        await WithChangedAsync(layout.BlobPath(layout.Digest("v1")), () => NoAsync("violation"));

        // Another image under the name of the signed one.
        var index = Path.Combine(layout.Folder, "index.json");
        var before = await File.ReadAllTextAsync(index, Cancelled);
        await machine.OutputAsync("build", await ContextAsync(folder), "--output", $"oci:{layout.Folder}:v3");
        var json = JsonNode.Parse(before)!;
        var other = JsonNode.Parse(layout.Descriptor("v3").ToJsonString())!;
        foreach (var member in new[] { "digest", "size" })
            json["manifests"]!.AsArray().Single(IsNamed)![member] = other[member]!.DeepClone();
        await File.WriteAllTextAsync(index, json.ToJsonString(), Cancelled);
        await NoAsync("has no signature");

        Task NoAsync(string why) => AssertNoAsync(name, keys.Public, why);
    }

    [Fact]
    public async Task One_that_is_gone_is_left_out_with_a_warning_and_the_others_are_carried_on()
    {
        var folder = machine.Folder.Create("gone");
        var keys = await SigningKeys.CreateAsync(folder, "k");
        var layout = await CarryAsync(folder, keys, listsReferrers: true);
        var name = $"oci:{layout.Folder}:v1";
        var gone = Bundles(layout).Single(each => each.Type == "https://cyclonedx.org/bom");
        File.Delete(layout.BlobPath(gone.Manifest));
        var inspected = (await machine.RunAsync("inspect", name)).Expect(0);
        Assert.Contains("Attached (1)", inspected.Output, Ordinal);
        Assert.Contains("1 of 2 cannot be read and are left out", inspected.Error, Ordinal);
        var copied = (await machine.RunAsync("copy", name, $"oci:{folder}/again:v1")).Expect(0);
        Assert.Contains("1 of 2 cannot be read and are left out", copied.Error, Ordinal);
        await machine.OutputAsync("verify", $"oci:{folder}/again:v1", "--key", keys.Public);
    }

    [Theory]
    [InlineData("https://sigstore.dev/cosign/sign/v1", "https://cyclonedx.org/bom", "--type", "cyclonedx")]
    [InlineData("https://cyclonedx.org/bom", "https://sigstore.dev/cosign/sign/v1")]
    public async Task What_the_disk_does_not_hand_out_hides_no_other(string type, string other, params string[] asked)
    {
        var folder = machine.Folder.Create("folders");
        var keys = await SigningKeys.CreateAsync(folder, "k");
        var layout = await CarryAsync(folder, keys, listsReferrers: true);
        var name = $"oci:{layout.Folder}:v1";
        string[] verify = ["verify", name, "--key", keys.Public];
        var ((manifest, blob), last) = (Paths(type), Paths(other).Manifest);
        await ReplaceAsync(blob);
        await machine.OutputAsync([.. verify, .. asked]);
        var copied = (await machine.RunAsync("copy", name, $"oci:{folder}/again:v1")).Expect(0);
        Assert.Contains("1 is left behind and 1 taken along", copied.Error, Ordinal);
        await machine.OutputAsync(["verify", $"oci:{folder}/again:v1", "--key", keys.Public, .. asked]);
        await ReplaceAsync(manifest);
        var verified = (await machine.RunAsync([.. verify, .. asked])).Expect(0);
        Assert.Contains("1 of 2 cannot be read and are left out", verified.Error, Ordinal);
        Assert.Contains("Attached (1)", (await machine.RunAsync("inspect", name)).Expect(0).Output, Ordinal);
        // What cannot be read may be the one that is asked for.
        await ReplaceAsync(last);
        Assert.Contains("CTZ0025", (await machine.RunAsync([.. verify, .. asked])).Expect(2).Error, Ordinal);

        (string Manifest, string Blob) Paths(string type)
        {
            var found = Bundles(layout).Single(each => each.Type == type);
            return (layout.BlobPath(found.Manifest), layout.BlobPath(found.Blob));
        }

        static async Task ReplaceAsync(string path)
        {
            File.Delete(path);
            await Shell.RunAsync("mkfifo", path);
        }
    }

    [Fact]
    public async Task A_statement_about_one_platform_is_asked_for_by_it()
    {
        await using var registry = await TestRegistry.StartAsync();
        var folder = machine.Folder.Create("ofplatform");
        var keys = await SigningKeys.CreateAsync(folder, "k");
        var name = $"{registry.Authority}/ofplatform/shop:v1";
        var context = await ContextAsync(folder);
        await machine.OutputAsync("build", context, "-t", name, "--push", "--platform", "linux/amd64,linux/arm64");
        var document = Path.Combine(folder, "shop.cdx.json");
        await File.WriteAllTextAsync(document, """{"bomFormat":"CycloneDX"}""", Cancelled);
        string[] about = ["--type", "cyclonedx", "--platform", "linux/arm64"];
        await machine.OutputAsync(["attest", name, "--predicate", document, "--key", keys.Private, .. about]);
        await machine.OutputAsync(["verify", name, "--key", keys.Public, .. about]);
        await AssertNoAsync(name, keys.Public, "has no such attestation", "--type", "cyclonedx");
        await AssertNoAsync(name, keys.Public, "has no such attestation", [.. about[..3], "linux/amd64"]);
        string[] riscv = ["verify", name, "--key", keys.Public, .. about[..3], "linux/riscv64"];
        Assert.Contains("linux/amd64, linux/arm64", (await machine.RunAsync(riscv)).Expect(2).Error, Ordinal);
        Assert.Contains("none is", (await machine.RunAsync(["verify", name, .. about[2..]])).Expect(2).Error, Ordinal);

        // An index that calls one image by the platform of the other: clients would get what is not signed.
        var trap = new OciLayout(Path.Combine(folder, "trap"));
        await machine.OutputAsync("copy", name, $"oci:{trap.Folder}:v1", "--all");
        var path = trap.BlobPath(trap.Digest("v1"));
        var index = await File.ReadAllTextAsync(path, Cancelled);
        var swapped = index.Replace("\"amd64\"", "\"x\"", Ordinal).Replace("\"arm64\"", "\"amd64\"", Ordinal);
        var bytes = Encoding.UTF8.GetBytes(swapped.Replace("\"x\"", "\"arm64\"", Ordinal));
        var digest = Convert.ToHexStringLower(SHA256.HashData(bytes));
        await File.WriteAllBytesAsync(trap.BlobPath("sha256:" + digest), bytes, Cancelled);
        var list = Path.Combine(trap.Folder, "index.json");
        var names = await File.ReadAllTextAsync(list, Cancelled);
        await File.WriteAllTextAsync(list, names.Replace(Path.GetFileName(path), digest, Ordinal), Cancelled);
        var trapped = await machine.RunAsync(["verify", $"oci:{trap.Folder}:v1", "--key", keys.Public, .. about]);
        Assert.Contains("has 2 images for linux/arm64", trapped.Expect(2).Error, Ordinal);
    }

    [Fact]
    public async Task A_document_that_cannot_be_written_says_what_to_do()
    {
        var folder = machine.Folder.Create("notwritten");
        var layout = await CarryAsync(folder, await SigningKeys.CreateAsync(folder, "k"), listsReferrers: true);
        string[] line = ["sbom", $"oci:{layout.Folder}:v1", "--format", "cyclonedx", "-o"];
        Assert.Contains("Choose another path", (await machine.RunAsync([.. line, folder])).Expect(1).Error, Ordinal);
        var made = Path.Combine(folder, "new/shop.json");
        await machine.OutputAsync([.. line, made]);
        Assert.Equal("CycloneDX", (string?)JsonNode.Parse(await File.ReadAllTextAsync(made, Cancelled))!["bomFormat"]);
    }

    // A signature and an attestation, from a registry into a layout; the registry is gone then.
    private async Task<OciLayout> CarryAsync(string folder, SigningKeys keys, bool listsReferrers)
    {
        await using var registry = await TestRegistry.StartAsync(listsReferrers: listsReferrers);
        var name = $"{registry.Authority}/carriedover/shop:v1";
        await machine.OutputAsync("copy", $"oci:{machine.Small.Folder}", name);
        await machine.OutputAsync("sign", name, "--key", keys.Private);
        var document = Path.Combine(folder, "shop.cdx.json");
        await File.WriteAllTextAsync(document, """{"bomFormat":"CycloneDX"}""", Cancelled);
        await machine.OutputAsync(
            "attest",
            name,
            "--predicate",
            document,
            "--type",
            "cyclonedx",
            "--key",
            keys.Private
        );
        var layout = Path.Combine(folder, "layout");
        await machine.OutputAsync("copy", name, $"oci:{layout}:v1");
        return new OciLayout(layout);
    }

    private static IEnumerable<(string Manifest, string Blob, string? Type)> Bundles(OciLayout layout)
    {
        foreach (var entry in layout.Index["manifests"]!.AsArray().Where(entry => entry!["artifactType"] is not null))
        {
            var digest = (string)entry!["digest"]!;
            var manifest = JsonNode.Parse(File.ReadAllText(layout.BlobPath(digest)))!;
            yield return (
                digest,
                (string)manifest["layers"]![0]!["digest"]!,
                (string?)manifest["annotations"]?["dev.sigstore.bundle.predicateType"]
            );
        }
    }

    private static bool IsNamed(JsonNode? entry) =>
        (string?)entry!["annotations"]?["org.opencontainers.image.ref.name"] == "v1";

    private static async Task<string> ContextAsync(string folder)
    {
        var context = Directory.CreateDirectory(Path.Combine(folder, "context")).FullName;
        await File.WriteAllTextAsync(Path.Combine(context, "Dockerfile"), "FROM scratch\nCOPY . /\n", Cancelled);
        return context;
    }

    private static async Task WithChangedAsync(string path, Func<Task> ask)
    {
        var before = await File.ReadAllBytesAsync(path, Cancelled);
        byte[] changed = [.. before];
        // A letter or digit, so that it is JSON still.
        changed[Array.FindLastIndex(changed, each => char.IsAsciiLetterOrDigit((char)each))] ^= 1;
        await File.WriteAllBytesAsync(path, changed, Cancelled);
        await ask();
        await File.WriteAllBytesAsync(path, before, Cancelled);
    }

    private async Task AssertNoAsync(string name, string key, string why, params string[] more)
    {
        var refused = (await machine.RunAsync(["verify", name, "--key", key, .. more])).Expect(1);
        Assert.Contains(why, refused.Output, Ordinal);
    }
}
