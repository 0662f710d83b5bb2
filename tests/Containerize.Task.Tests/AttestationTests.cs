using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Containerize.Attestations.Registries;
using Containerize.Attestations.Signatures;
using Containerize.Images;
using Containerize.Stores.Registries;
using Containerize.Stores.Registries.Client;
using Containerize.Tasks;
using Containerize.TestKit.Registries;
using Microsoft.AspNetCore.Http;
using Microsoft.Build.Utilities;

namespace Containerize.Task.Tests;

/// <summary>Signatures and documents of a publish, to a registry in this process.</summary>
public sealed class AttestationTests : IDisposable
{
    private readonly PublishedApp _app = new();
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public AttestationTests() =>
        File.WriteAllText(Path.Combine(_app.Folder, "signing.pem"), _key.ExportPkcs8PrivateKeyPem());

    public void Dispose()
    {
        _key.Dispose();
        _app.Dispose();
    }

    [Fact]
    public async System.Threading.Tasks.Task A_signature_that_cannot_be_stored_is_an_error_and_the_next_run_signs()
    {
        await using var registry = await TestRegistry.StartAsync();
        registry.Script = context =>
            HttpMethods.IsPut(context.Request.Method)
            && context.Request.Path.Value!.Contains("/manifests/sha256-", StringComparison.Ordinal)
                ? TestRegistry.RefuseAsync(context, 403, "DENIED")
                : System.Threading.Tasks.Task.FromResult(false);
        using var first = Signing(registry);
        Assert.False(first.Execute());
        Assert.Equal(["CTZ0362"], _app.Engine.Codes);
        var image = Digest.Of(registry.Manifests[("shop", "latest")].Bytes);
        Assert.False(await IsSignedAsync(registry, image));

        registry.Script = _ => System.Threading.Tasks.Task.FromResult(false);
        using var second = Signing(registry);
        Assert.True(second.Execute());
        Assert.Equal(image.ToString(), second.GeneratedDigest);
        Assert.True(await IsSignedAsync(registry, image));
    }

    [Fact]
    public async System.Threading.Tasks.Task Documents_and_signature_wait_once_for_other_writers_of_their_tag()
    {
        await using var registry = await TestRegistry.StartAsync();
        using var task = Signing(registry);
        (task.Attestations, task.Sbom, task.Provenance) = ("always", "spdx", "true");
        Assert.True(task.Execute(), Errors);
        var tag = $"/manifests/{task.GeneratedDigest.Replace(':', '-')}";
        var seen = registry.Seen.Where(request => request.Path.EndsWith(tag, StringComparison.Ordinal)).ToArray();
        // The documents are written, then the signature; then the tag is looked at twice.
        Assert.Equal(2, seen.Count(request => request.Method == "PUT"));
        Assert.Equal(["PUT", "GET", "GET"], seen[^3..].Select(request => request.Method));
        Assert.True(await IsSignedAsync(registry, Digest.Parse(task.GeneratedDigest)));
        Assert.Equal(3, JsonNode.Parse(registry.Manifests[("shop", tag[11..])].Bytes)!["manifests"]!.AsArray().Count);

        // Nothing changed: one question, and nothing is signed, sent or looked for.
        registry.Seen.Clear();
        using var again = Signing(registry);
        (again.Attestations, again.Sbom, again.Provenance) = ("always", "spdx", "true");
        Assert.True(again.Execute(), Errors);
        Assert.Equal(task.GeneratedDigest, again.GeneratedDigest);
        Assert.Equal(
            ["/v2/", "/v2/shop/manifests/latest"],
            registry.Seen.Select(request => request.Path).Distinct(StringComparer.Ordinal)
        );
        Assert.DoesNotContain(registry.Seen, request => request.Method is "PUT" or "POST");
    }

    [Fact]
    public async System.Threading.Tasks.Task Of_several_platforms_the_index_and_each_image_are_signed()
    {
        await using var registry = await TestRegistry.StartAsync(listsReferrers: true);
        using var task = Platforms(registry.Authority);
        task.SigningKey = "signing.pem";
        Assert.True(task.Execute(), Errors);
        Assert.Equal(2, task.GeneratedContainers.Length);
        var digests = task
            .GeneratedContainers.Select(container => container.GetMetadata("ManifestDigest"))
            .Append(task.GeneratedDigest);
        foreach (var digest in digests)
            Assert.True(await IsSignedAsync(registry, Digest.Parse(digest)), digest);
    }

    [Fact]
    public async System.Threading.Tasks.Task An_index_of_one_platform_has_its_documents_and_both_digests_are_signed()
    {
        await using var registry = await TestRegistry.StartAsync(listsReferrers: true);
        using var task = Signing(registry);
        (task.Attestations, task.Sbom, task.Provenance) = ("index", "spdx;cyclonedx", "true");
        Assert.True(task.Execute(), Errors);
        Assert.Equal(MediaTypes.OciIndex, task.GeneratedMediaType);
        var index = JsonNode.Parse(registry.Manifests[("shop", "latest")].Bytes)!["manifests"]!.AsArray();
        Assert.Equal(2, index.Count);
        var image = (string)index[0]!["digest"]!;
        Assert.Equal(image, task.GeneratedContainers[0].GetMetadata("ManifestDigest"));
        Assert.Equal(image, (string?)index[1]!["annotations"]!["vnd.docker.reference.digest"]);
        var attestation = JsonNode.Parse(registry.Manifests[("shop", (string)index[1]!["digest"]!)].Bytes)!;
        Assert.Equal(3, attestation["layers"]!.AsArray().Count);
        Assert.True(await IsSignedAsync(registry, Digest.Parse(image)));
        Assert.True(await IsSignedAsync(registry, Digest.Parse(task.GeneratedDigest)));
        // What is in the index is not attached, too.
        Assert.DoesNotContain(
            registry.Manifests.Values,
            manifest => (string?)JsonNode.Parse(manifest.Bytes)!["artifactType"] == "application/spdx+json"
        );
        // The document on the disk names the image in the index.
        var document = await File.ReadAllTextAsync(
            Path.Combine(_app.Folder, "bin", "shop.spdx.json"),
            TestContext.Current.CancellationToken
        );
        Assert.Contains(image["sha256:".Length..], document, StringComparison.Ordinal);

        using var again = Signing(registry);
        (again.Attestations, again.Sbom, again.Provenance) = ("index", "spdx;cyclonedx", "true");
        Assert.True(again.Execute(), Errors);
        Assert.Equal(task.GeneratedDigest, again.GeneratedDigest);
    }

    [Fact]
    public void Of_several_platforms_each_has_its_documents_in_the_index()
    {
        using var task = Platforms("");
        (task.Attestations, task.OciLayoutPath) = ("index", _app.Layout);
        Assert.True(task.Execute(), Errors);
        var index = JsonNode.Parse(task.GeneratedIndex)!["manifests"]!.AsArray();
        Assert.Equal(
            ["amd64", "arm64", "unknown", "unknown"],
            index.Select(entry => (string?)entry!["platform"]!["architecture"])
        );
        Assert.Equal(
            index.Take(2).Select(entry => (string?)entry!["digest"]),
            index.Skip(2).Select(entry => (string?)entry!["annotations"]!["vnd.docker.reference.digest"])
        );
    }

    [Fact]
    public async System.Threading.Tasks.Task A_certificate_makes_each_signature_one_of_Notation()
    {
        await using var registry = await TestRegistry.StartAsync(listsReferrers: true);
        _app.Certify(_key);
        using var task = Platforms(registry.Authority);
        (task.SigningKey, task.SigningCertificate) = ("signing.pem", "signing.crt");
        Assert.True(task.Execute(), Errors);
        using var client = new RegistryClient(new RegistryOptions());
        foreach (
            var digest in task
                .GeneratedContainers.Select(each => each.GetMetadata("ManifestDigest"))
                .Append(task.GeneratedDigest)
        )
        {
            var found = await new Referrers(registry.Authority, "shop", client).FindAsync(
                Digest.Parse(digest),
                TestContext.Current.CancellationToken
            );
            Assert.Single(found, each => each.ArtifactType == "application/vnd.cncf.notary.signature");
            Assert.DoesNotContain(found, each => each.ArtifactType!.Contains("sigstore", StringComparison.Ordinal));
        }
    }

    private string Errors => string.Join('\n', _app.Engine.Errors.Select(error => error.Message));

    private BuildImage Signing(TestRegistry registry)
    {
        var task = _app.Task();
        (task.Registry, task.OciLayoutPath, task.SigningKey) = (registry.Authority, "", "signing.pem");
        return task;
    }

    private PushPlatforms Platforms(string registry) =>
        new()
        {
            BuildEngine = _app.Engine,
            ProjectFile = Path.Combine(_app.Folder, "shop.csproj"),
            PublishFolder = _app.Published,
            IntermediateFolder = Path.Combine(_app.Folder, "obj"),
            DefaultOutputFolder = Path.Combine(_app.Folder, "bin"),
            CacheDirectory = Path.Combine(_app.Folder, "cache"),
            AssemblyName = "shop",
            Registry = registry,
            Platforms = [Waiting("linux-x64"), Waiting("linux-arm64")],
        };

    private TaskItem Waiting(string identifier)
    {
        var folder = Path.Combine(_app.Folder, "obj", identifier);
        using var task = _app.Task();
        (task.IntermediateFolder, task.PlatformLayout) = (folder, Path.Combine(folder, "waiting"));
        (task.RuntimeIdentifier, task.Sbom) = (identifier, "spdx");
        Assert.True(task.Execute(), Errors);
        return new TaskItem(
            task.PlatformLayout,
            new Dictionary<string, string> { ["RuntimeIdentifier"] = identifier, ["Base"] = task.GeneratedBase }
        );
    }

    private async Task<bool> IsSignedAsync(TestRegistry registry, Digest image)
    {
        using var client = new RegistryClient(new RegistryOptions());
        var report = await new ImageSignatures(registry.Authority, "shop", client).CheckAsync(
            new SignatureCheck(
                VerificationKey.OfInfo(_key.ExportSubjectPublicKeyInfo(), "a test"),
                image,
                SignedStatement.SignatureType
            ),
            TestContext.Current.CancellationToken
        );
        return report.IsSigned;
    }
}
