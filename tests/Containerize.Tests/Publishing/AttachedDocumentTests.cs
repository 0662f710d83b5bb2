using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Containerize.TestKit.Images;
using Containerize.TestKit.Servers;
using Containerize.TestKit.Tools;
using Containerize.Tests.Projects;
using Containerize.Tests.Scanners;

namespace Containerize.Tests.Publishing;

/// <summary>
/// A project with two packages and a library, published in two folders with caches of their own: the documents beside
/// both images are the
/// same bytes, and a registry without a list of referrers has them under the tag of the image's digest.
/// </summary>
public sealed class AttachedDocumentTests(Machine machine)
{
    private const StringComparison Ordinal = StringComparison.Ordinal;

    private static readonly string[] Suffixes = [".spdx.json", ".cdx.json", ".provenance.json"];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_folders_give_the_same_documents_and_a_registry_without_a_list_has_them_under_a_tag()
    {
        var feed = await machine.Feed;
        await using var registry = await DockerRegistry.StartAsync(machine.Folder.Create("attached"));
        var layout = HandmadeImage.Small.WriteTo(machine.Folder.Create("attached-base"));
        // A referenced project without the package has its folder in its assembly.
        var library = TestProject.Library("Words").Containerized(feed);
        var app = TestProject
            .Console("Listed")
            .WithReference(library)
            .WithPackage("Newtonsoft.Json", "13.0.4")
            .WithPackage("Serilog", "4.4.0")
            .WithProperty("ContainerSbom", "spdx;cyclonedx")
            .Containerized(feed);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pem = key.ExportPkcs8PrivateKeyPem();
        var folders = new List<string>();
        foreach (var name in new[] { "attached-one", "attached-two" })
        {
            var folder = machine.Folder.Create(name);
            library.WriteTo(folder, feed);
            var project = app.WriteTo(folder, feed)
                .With("ContainerBaseImage", $"oci:{layout.Folder}:1.0")
                .With("ContainerRegistry", registry.Address)
                .With("ContainerImageTag", "v1")
                .With("ContainerCacheDirectory", Path.Combine(folder, "cache"))
                .With("ContainerAttestations", "always");
            project = project.With("ContainerSigningKey", "env://SIGNING_KEY");
            project = project with
            {
                Settings = project.Settings with
                {
                    Environment = project.Settings.Environment.SetItem("SIGNING_KEY", pem),
                },
            };
            await PublishAsync(project, key);
            folders.Add(project.OutputFolder);
        }

        Assert.All(Suffixes, suffix => Assert.Equal(Read(folders[0], suffix), Read(folders[1], suffix)));
        var parts = JsonNode.Parse(Read(folders[0], ".cdx.json"))!["components"]!
            .AsArray()
            .Select(part => (string?)part!["name"]);
        Assert.Equal(["Listed", "Words", "Newtonsoft.Json", "Serilog", "base image"], parts);

        var digest = (string)JsonNode.Parse(Read(folders[0], ".container.json"))!["digest"]!;
        var listed = JsonNode.Parse(await GetAsync(registry, "manifests", digest.Replace(':', '-')))![
            "manifests"
        ]!.AsArray();
        // The signature of the second publish is the same bytes, and so there is one.
        Assert.Equal(
            [
                "application/spdx+json",
                "application/vnd.cyclonedx+json",
                "application/vnd.dev.sigstore.bundle.v0.3+json",
                "application/vnd.in-toto+json",
            ],
            listed.Select(entry => (string?)entry!["artifactType"]).Order(StringComparer.Ordinal)
        );

        var outside = await machine.Outside;
        Assert.Empty(
            await outside.RunAsync("sboms.js", PathOf(folders[0], ".spdx.json"), PathOf(folders[0], ".cdx.json"))
        );
        var signature = listed.Single(entry => ((string)entry!["artifactType"]!).Contains("sigstore", Ordinal))!;
        var manifest = JsonNode.Parse(await GetAsync(registry, "manifests", (string)signature["digest"]!))!;
        var bundle = await GetAsync(registry, "blobs", (string)manifest["layers"]![0]!["digest"]!);
        await CheckAsync(outside, bundle, digest, key.ExportSubjectPublicKeyInfoPem());
        var trivy = new Trivy(outside, machine.Folder.Create("trivy-attached"));
        var found = await trivy.ReadAttachedAsync($"{registry.Address}/listed:v1");
        Assert.Equal(["Newtonsoft.Json@13.0.4", "Serilog@4.4.0"], found);
        // What a reader wants to compare, in the log of the test.
        foreach (
            var (name, bytes) in Suffixes
                .Select(suffix => (suffix, Encoding.UTF8.GetBytes(Read(folders[1], suffix))))
                .Append((".bundle", bundle))
        )
            TestContext.Current.TestOutputHelper!.WriteLine(
                $"{name} sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}"
            );
    }

    // What sigstore's verifier and openssl say of the bundle, and of each way to change it.
    private static async Task CheckAsync(NodePackages outside, byte[] bundle, string digest, string publicKey)
    {
        var (file, key) = (Path.Combine(outside.Folder, "bundle.json"), Path.Combine(outside.Folder, "key.pub"));
        await File.WriteAllBytesAsync(file, bundle, Cancelled);
        await File.WriteAllTextAsync(key, publicKey, Cancelled);
        Assert.Equal(
            [
                "unchanged accepted",
                "payload refused",
                "subject refused",
                "predicateType refused",
                "signature refused",
                "key refused",
            ],
            await outside.RunAsync("bundle.js", file, key)
        );
        var envelope = JsonNode.Parse(bundle)!["dsseEnvelope"]!;
        var payload = Convert.FromBase64String((string)envelope["payload"]!);
        var statement = JsonNode.Parse(payload)!;
        Assert.Equal(digest, "sha256:" + (string?)statement["subject"]![0]!["digest"]!["sha256"]);
        Assert.Equal("https://sigstore.dev/cosign/sign/v1", (string?)statement["predicateType"]);

        var (signed, signature) = (Path.Combine(outside.Folder, "signed"), Path.Combine(outside.Folder, "signature"));
        byte[] start = [.. Encoding.ASCII.GetBytes($"DSSEv1 28 application/vnd.in-toto+json {payload.Length} ")];
        await File.WriteAllBytesAsync(
            signature,
            Convert.FromBase64String((string)envelope["signatures"]![0]!["sig"]!),
            Cancelled
        );
        foreach (var (bytes, code) in new[] { (payload, 0), ([.. payload, (byte)' '], 1) })
        {
            await File.WriteAllBytesAsync(signed, [.. start, .. bytes], Cancelled);
            (
                await new ShellCommand(
                    "openssl",
                    ["dgst", "-sha256", "-verify", key, "-signature", signature, signed]
                ).RunAsync()
            ).Expect(code);
        }
    }

    [Fact]
    public async Task A_licence_outside_the_list_and_a_base_without_a_signature_stop_the_publish()
    {
        var feed = await machine.Feed;
        await using var registry = await DockerRegistry.StartAsync(machine.Folder.Create("gate"));
        var project = TestProject
            .Console("Gated")
            .WithPackage("Serilog", "4.4.0")
            .Containerized(feed)
            .WriteTo(machine.Folder.Create("gated"), feed)
            .With("ContainerBaseImage", (await machine.Bases).SmallReference)
            .With("ContainerRegistry", registry.Address)
            .With("ContainerAllowedLicenses", "MIT");
        var refused = await project.ContainerizeAsync();
        refused.Command.Expect(1);
        var said = string.Join('\n', refused.Lines);
        Assert.Contains("CTZ0370", said, Ordinal);
        Assert.Contains("Serilog 4.4.0 is under Apache-2.0 (Gated → Serilog)", said, Ordinal);
        var keys = Path.Combine(project.Folder, "base.pub");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await File.WriteAllTextAsync(keys, key.ExportSubjectPublicKeyInfoPem(), Cancelled);
        refused = await project
            .With("ContainerAllowedLicenses", "Apache-2.0")
            .With("ContainerBaseImageKey", keys)
            .ContainerizeAsync("--no-build");
        refused.Command.Expect(1);
        Assert.Contains("CTZ0364", string.Join('\n', refused.Lines), Ordinal);
        using var client = new HttpClient();
        var catalog = await client.GetStringAsync($"http://{registry.Address}/v2/_catalog", Cancelled);
        Assert.Empty(JsonNode.Parse(catalog)!["repositories"]!.AsArray());
    }

    private static async Task PublishAsync(WrittenProject project, ECDsa key)
    {
        var log = Path.Combine(project.Folder, "publish.binlog");
        var result = await project.ContainerizeAsync("-v:diag", $"-bl:{log}");
        result.Command.Expect(0);
        using var unpacked = new MemoryStream();
        await using (var packed = new GZipStream(File.OpenRead(log), CompressionMode.Decompress))
            await packed.CopyToAsync(unpacked, Cancelled);
        var files = Directory
            .EnumerateFiles(project.Folder, "*", SearchOption.AllDirectories)
            .Select(file => Encoding.Latin1.GetString(File.ReadAllBytes(file)));
        // The private number, as PEM has it and as bytes; the public half is no secret.
        var secret = key.ExportParameters(true).D!;
        string[] forms = [key.ExportPkcs8PrivateKeyPem().Split('\n')[1], Encoding.Latin1.GetString(secret)];
        foreach (var text in files.Append(Encoding.Latin1.GetString(unpacked.ToArray())).Concat(result.Lines))
            Assert.All(forms, form => Assert.False(text.Contains(form, Ordinal), "the key is in an output or a file"));
    }

    private static async Task<byte[]> GetAsync(DockerRegistry registry, string kind, string name)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            $"http://{registry.Address}/v2/listed/{kind}/{name}"
        );
        request.Headers.TryAddWithoutValidation(
            "Accept",
            "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json"
        );
        using var answer = await client.SendAsync(request, Cancelled);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsByteArrayAsync(Cancelled);
    }

    private static string PathOf(string folder, string suffix) => Path.Combine(folder, "Listed" + suffix);

    private static string Read(string folder, string suffix) => File.ReadAllText(PathOf(folder, suffix));
}
