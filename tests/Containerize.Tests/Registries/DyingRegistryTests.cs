using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Containerize.TestKit.Images;
using Containerize.TestKit.Tools;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Registries;

/// <summary>A registry that is ended right after it took the image: what is about the image is missing then.</summary>
public sealed class DyingRegistryTests(Machine machine)
{
    private const StringComparison Ordinal = StringComparison.Ordinal;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_image_is_whole_and_the_next_publish_completes_what_is_about_it(bool isSigned)
    {
        var feed = await machine.Feed;
        var name = isSigned ? "dying-signed" : "dying";
        var layout = HandmadeImage.Small.WriteTo(machine.Folder.Create(name + "-base"));
        await using var registry = await DyingRegistry.StartAsync(machine.Folder.Create(name), "dying", "v1");
        var project = TestProject
            .Console("Dying")
            .Containerized(feed)
            .WriteTo(machine.Folder.Create(name + "-project"), feed)
            .With("ContainerBaseImage", $"oci:{layout.Folder}:1.0")
            .With("ContainerRegistry", registry.Address)
            .With("ContainerImageTag", "v1")
            .With("ContainerAttestations", "always");
        if (isSigned)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var file = Path.Combine(project.Folder, "signing.pem");
            await File.WriteAllTextAsync(file, key.ExportPkcs8PrivateKeyPem(), Cancelled);
            project = project.With("ContainerSigningKey", file);
        }

        var first = await project.ContainerizeAsync();
        Assert.True(registry.IsDead, "the registry was not ended");
        first.Command.Expect(isSigned ? 1 : 0);
        var image = (string)JsonNode.Parse(await ReadAsync(project, isSigned))!["digest"]!;
        var warning = Assert.Single(first.Lines, line => line.Contains("CTZ0303", Ordinal));
        Assert.Contains($"{registry.Address}/dying@{image} (the SBOM in SPDX, the provenance)", warning, Ordinal);
        Assert.Contains("Publish again to attach what is missing", warning, Ordinal);
        Assert.Equal(isSigned, first.Lines.Any(line => line.Contains("error CTZ0362", Ordinal)));

        await registry.ReviveAsync();
        var copy = new OciLayout(machine.Folder.Create(name + "-copy"));
        await Skopeo.CopyAsync($"docker://{registry.Address}/dying:v1", $"oci:{copy.Folder}:v1");
        ImageValidator.AssertValid(copy.Folder);
        Assert.Equal(image, copy.Digest("v1"));

        var second = await project.ContainerizeAsync();
        second.Command.Expect(0);
        Assert.DoesNotContain(second.Lines, line => line.Contains("CTZ03", Ordinal));
        Assert.False(registry.IsDead, "the image was sent again");
        // Documents may have been sent ahead, while the image was: their manifests were not.
        Assert.Contains(registry.Requests, request => request.PutsManifest);
        var sent = registry.Requests.Select(request => request.UploadedDigest).OfType<string>().ToHashSet();
        Assert.DoesNotContain(copy.LayerDigests("v1"), sent.Contains);
        Assert.DoesNotContain((string)copy.Manifest("v1")["config"]!["digest"]!, sent);
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Add("Accept", "application/vnd.oci.image.index.v1+json");
        var tag = new Uri($"http://{registry.Address}/v2/dying/manifests/{image.Replace(':', '-')}");
        var listed = JsonNode.Parse(await client.GetStringAsync(tag, Cancelled))!["manifests"]!.AsArray();
        Assert.Equal(isSigned ? 3 : 2, listed.Count);
    }

    // An error leaves no metadata; the SBOM names the image's digest.
    private static async Task<string> ReadAsync(WrittenProject project, bool isSigned)
    {
        var metadata = Path.Combine(project.OutputFolder, "Dying.container.json");
        if (!isSigned || File.Exists(metadata))
            return await File.ReadAllTextAsync(metadata, Cancelled);
        var provenance = JsonNode.Parse(
            await File.ReadAllTextAsync(Path.Combine(project.OutputFolder, "Dying.provenance.json"), Cancelled)
        )!;
        return new JsonObject
        {
            ["digest"] = "sha256:" + (string)provenance["subject"]![0]!["digest"]!["sha256"]!,
        }.ToJsonString();
    }
}
