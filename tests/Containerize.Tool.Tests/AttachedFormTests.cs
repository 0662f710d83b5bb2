using System.Text.Json.Nodes;
using Containerize.Images;
using Containerize.TestKit.Images;
using Containerize.TestKit.Registries;
using Containerize.TestKit.Tools;

namespace Containerize.Tool.Tests;

/// <summary>Attestations, signatures and documents, as the commands find them, list them and take them along.</summary>
public sealed class AttachedFormTests(ToolMachine machine)
{
    private const StringComparison Ordinal = StringComparison.Ordinal;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_SBOM_that_is_attested_is_printed_with_where_it_came_from_and_listed()
    {
        await using var registry = await TestRegistry.StartAsync(listsReferrers: true);
        var (folder, name) = (machine.Folder.Create("attested"), $"{registry.Authority}/attested/shop:v1");
        await machine.OutputAsync("copy", $"oci:{machine.Small.Folder}", name);
        var keys = await SigningKeys.CreateAsync(folder, "k");
        var document = Path.Combine(folder, "shop.spdx.json");
        await File.WriteAllTextAsync(document, """{"spdxVersion":"SPDX-2.3","name":"attested"}""", Cancelled);
        await machine.OutputAsync("attest", name, "--predicate", document, "--type", "spdx", "--key", keys.Private);
        var sbom = (await machine.RunAsync("sbom", name)).Expect(0);
        Assert.Equal("attested", (string?)JsonNode.Parse(sbom.Output)!["name"]);
        Assert.Contains("The SBOM is what the attestation sha256:", sbom.Error, Ordinal);
        // Of several platforms the attestation may be about one.
        Assert.Contains($"containerize verify {name.Replace(":v1", "@sha256:", Ordinal)}", sbom.Error, Ordinal);
        Assert.Contains(" --type spdx --key FILE", sbom.Error, Ordinal);
        var missing = (await machine.RunAsync("sbom", name, "--format", "cyclonedx")).Expect(1).Error;
        Assert.Contains("CTZ0306", missing, Ordinal);

        var json = JsonNode.Parse(await machine.OutputAsync("inspect", name, "--json"))!;
        var attached = Assert.Single(json["attached"]!.AsArray())!;
        Assert.Equal((string?)json["digest"], (string?)attached["subject"]);
        Assert.StartsWith("application/vnd.dev.sigstore.bundle", (string?)attached["artifactType"], Ordinal);
    }

    [Fact]
    public async Task What_is_attached_to_an_index_is_listed_beside_what_is_attached_to_an_image_in_it()
    {
        await using var registry = await TestRegistry.StartAsync(listsReferrers: true);
        var (folder, name) = (machine.Folder.Create("listed"), $"{registry.Authority}/listed/shop:v1");
        var image = TestImages.Create("listed", 10);
        var index = ImageIndex.Create(
            ImageFormat.Oci,
            [image.Manifest.Descriptor with { Platform = TestImages.Amd64 }]
        );
        await registry.AddAsync("listed/shop", image);
        registry.AddManifest("listed/shop", MediaTypes.OciIndex, index.Bytes.ToArray(), "v1");
        var key = (await SigningKeys.CreateAsync(folder, "k")).Private;
        await machine.OutputAsync("sign", name, "--key", key);
        var text = await machine.OutputAsync("inspect", name);
        Assert.Contains("Attached (1)", text, Ordinal);
        Assert.Contains("Attached to the index (1)", text, Ordinal);
        var attached = JsonNode.Parse(await machine.OutputAsync("inspect", name, "--json"))!["attached"]!.AsArray();
        Assert.Equal(
            [image.Digest.ToString(), Digest.Of(index.Bytes.Span).ToString()],
            attached.Select(each => (string?)each!["subject"])
        );
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_signature_goes_into_a_layout_and_back_and_a_tarball_says_what_it_lacks(bool listsReferrers)
    {
        await using var registry = await TestRegistry.StartAsync(listsReferrers: listsReferrers);
        var folder = machine.Folder.Create("carried");
        var (name, layout) = ($"{registry.Authority}/carried/shop:v1", Path.Combine(folder, "layout"));
        await machine.OutputAsync("copy", $"oci:{machine.Small.Folder}", name);
        var keys = await SigningKeys.CreateAsync(folder, "k");
        await machine.OutputAsync("sign", name, "--key", keys.Private, "--simple-signing");
        var copied = (await machine.RunAsync("copy", name, $"oci:{layout}:v1")).Expect(0);
        Assert.Contains("left behind: 1 of the type application/vnd.dev.cosign", copied.Error, Ordinal);
        Assert.Equal(machine.Small.Digest(), await Skopeo.DigestAsync($"oci:{layout}:v1"));
        var back = $"{registry.Authority}/carried/back:v1";
        await machine.OutputAsync("copy", $"oci:{layout}:v1", back);
        await machine.OutputAsync("verify", back, "--key", keys.Public);
        // Again without a name: the signature is no second image.
        await machine.OutputAsync("copy", $"oci:{layout}", $"{registry.Authority}/carried/again:v1");

        var tarball = $"archive:{Path.Combine(folder, "shop.tar")}";
        copied = (await machine.RunAsync("copy", name, tarball, "--json")).Expect(0);
        var note = (string?)JsonNode.Parse(copied.Output)!["destinations"]![0]!["notes"]![0];
        Assert.Contains("1 of the type application/vnd.dev.sigstore.bundle", note, Ordinal);
        copied = (await machine.RunAsync("copy", $"oci:{layout}:v1", tarball)).Expect(0);
        Assert.Contains("left behind: 1 of the type application/vnd.dev.sigstore", copied.Error, Ordinal);
        copied = (await machine.RunAsync("copy", tarball, $"{registry.Authority}/carried/bare:v1")).Expect(0);
        Assert.DoesNotContain("left behind", copied.Error, Ordinal);
    }

    [Fact]
    public async Task The_tag_of_a_signature_is_called_what_it_is_and_goes_along_with_its_image()
    {
        await using var registry = await TestRegistry.StartAsync();
        var (folder, name) = (machine.Folder.Create("older"), $"{registry.Authority}/older/shop");
        await machine.OutputAsync("copy", $"oci:{machine.Small.Folder}", name + ":v1");
        var keys = await SigningKeys.CreateAsync(folder, "k");
        await machine.OutputAsync("sign", name + ":v1", "--key", keys.Private, "--simple-signing");
        var tag = $"{name}:{machine.Small.Digest().Replace(':', '-')}.sig";
        var error = (await machine.RunAsync("copy", tag, $"{registry.Authority}/older/other:sig")).Expect(1).Error;
        Assert.Contains("CTZ0152", error, Ordinal);
        Assert.Contains("signatures in cosign's older form", error, Ordinal);
        await machine.OutputAsync("copy", name + ":v1", $"{registry.Authority}/older/other:v1");
        Assert.Contains(("older/other", machine.Small.Digest().Replace(':', '-') + ".sig"), registry.Manifests.Keys);
    }
}
