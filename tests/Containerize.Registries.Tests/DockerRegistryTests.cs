using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Reporting;
using Containerize.Stores;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Configuration;
using Containerize.Stores.Registries.Pull;
using Containerize.Stores.Registries.Push;
using Containerize.TestKit.Images;
using Containerize.TestKit.Servers;
using Containerize.TestKit.Tools;

namespace Containerize.Registries.Tests;

/// <summary>Debian's docker-registry in its ways of letting people in.</summary>
public sealed class DockerRegistryTests : RealRegistryTest
{
    [Fact]
    public async Task An_open_registry_takes_and_gives_what_skopeo_reads()
    {
        await using var registry = await DockerRegistry.StartAsync(Folder.Create("open"));
        await AssertGoesThroughAsync(registry.Address);
        // HEAD, POST, PUT for each of four blobs, the manifest twice: no blob in pieces.
        Assert.DoesNotContain(registry.Requests, request => request.Method == "PATCH");
        Assert.Equal(4, registry.Requests.Count(request => request.UploadedDigest is not null));
    }

    [Fact]
    public async Task A_second_repository_mounts_and_a_second_push_sends_nothing()
    {
        await using var registry = await DockerRegistry.StartAsync(Folder.Create("mount"));
        await PushAsync(registry.Address, SomeImage);
        using var client = new RegistryClient(Options);
        var pulled = await new RegistrySource(ImageReference.Parse($"{registry.Address}/{App}:1.0"), client).PullAsync(
            TestImages.Amd64,
            Cancelled
        );
        var report = await new RegistrySink(registry.Address, "other/app", ["1", "2"], client).PushAsync(
            pulled,
            Cancelled
        );
        Assert.All(report.Layers.Values, fate => Assert.Equal(BlobFate.Mounted, fate));
        var before = registry.Requests.Count;
        await PushAsync(registry.Address, SomeImage, repository: "other/app", tags: "3");
        // Whether the manifest is there, whether the tag names it, and the tag.
        Assert.Equal(
            ["HEAD", "HEAD", "PUT"],
            registry.Requests.Skip(before).Select(request => request.Method).Where(method => method != "GET")
        );
        Assert.Equal(SomeImage.Digest.ToString(), await Skopeo.DigestAsync($"docker://{registry.Address}/other/app:3"));
    }

    [Theory]
    [InlineData(1000, 1)]
    [InlineData(1_000_000, 3)]
    public async Task Chunks_make_the_same_blobs(int size, int chunks)
    {
        await using var registry = await DockerRegistry.StartAsync(Folder.Create("chunks"));
        var image = TestImages.Create("chunks", size * chunks);
        await PushAsync(registry.Address, image, Options with { ForceChunks = true, ChunkSize = size });
        Assert.Equal(image.Digest, (await PullAsync(registry.Address)).Digest);
        Assert.True(registry.Requests.Count(request => request.Method == "PATCH") > chunks);
    }

    [Fact]
    public async Task A_registry_with_users_lets_in_who_has_the_password()
    {
        await using var registry = await DockerRegistry.StartAsync(Folder.Create("users"), DockerRegistry.Tester);
        var options = Options with
        {
            InsecureRegistries = [registry.Address],
            Credentials = new FixedCredentials(DockerRegistry.User, DockerRegistry.Password),
        };
        await AssertGoesThroughAsync(
            registry.Address,
            options,
            "--src-tls-verify=false",
            "--src-creds",
            $"{DockerRegistry.User}:{DockerRegistry.Password}"
        );
        await AssertFailsAsync(
            DiagnosticTable.Unauthorized,
            () => PullAsync(registry.Address),
            "No credentials were found"
        );
        await AssertFailsAsync(
            DiagnosticTable.Unauthorized,
            () =>
                PullAsync(
                    registry.Address,
                    options with
                    {
                        Credentials = new FixedCredentials(DockerRegistry.User, "wrong"),
                    }
                ),
            "UNAUTHORIZED"
        );
        await AssertFailsAsync(
            DiagnosticTable.CredentialsWithheld,
            () => PullAsync(registry.Address, options with { InsecureRegistries = [] }),
            "plain HTTP"
        );
    }

    [Fact]
    public async Task A_registry_with_a_certificate_of_its_own_is_trusted_when_the_user_says_so()
    {
        var folder = Folder.Create("tls");
        using var authority = new TestAuthority();
        var (certificate, key) = authority.WriteCertificate(folder);
        await using var registry = await DockerRegistry.StartAsync(
            folder,
            http: $"tls: {{certificate: {certificate}, key: {key}}}"
        );
        await AssertFailsAsync(
            DiagnosticTable.CertificateNotTrusted,
            () => PushAsync(registry.Address, SomeImage),
            "certs.d"
        );
        var home = Folder.Create("home");
        var certificates = Directory
            .CreateDirectory(Path.Combine(home, ".config/containers/certs.d", registry.Address))
            .FullName;
        await File.WriteAllTextAsync(Path.Combine(certificates, "ca.crt"), authority.Pem, Cancelled);
        var options = new MachineEnvironment(new Dictionary<string, string>(), home) { System = home }.ToOptions();
        await AssertGoesThroughAsync(registry.Address, options, "--src-cert-dir", certificates);
    }

    [Fact]
    public async Task A_registry_with_a_token_server_takes_its_tokens()
    {
        var folder = Folder.Create("token");
        await using var tokens = await JwtServer.StartAsync(folder);
        await using var registry = await DockerRegistry.StartAsync(folder, auth: tokens.Configuration);
        var options = Options with
        {
            InsecureRegistries = ["127.0.0.1"],
            Credentials = new FixedCredentials(JwtServer.Username, JwtServer.Password),
        };
        await AssertGoesThroughAsync(
            registry.Address,
            options,
            "--src-tls-verify=false",
            "--src-creds",
            $"{JwtServer.Username}:{JwtServer.Password}"
        );
        // Everybody may pull; only the user may push.
        Assert.Equal(SomeImage.Digest, (await PullAsync(registry.Address)).Digest);
        await AssertFailsAsync(
            DiagnosticTable.Unauthorized,
            () => PushAsync(registry.Address, TestImages.Create("other", 10)),
            "No credentials were found"
        );
        using var client = new RegistryClient(options);
        var pulled = await new RegistrySource(ImageReference.Parse($"{registry.Address}/{App}:1.0"), client).PullAsync(
            TestImages.Amd64,
            Cancelled
        );
        var report = await new RegistrySink(registry.Address, "other/app", ["1.0"], client).PushAsync(
            pulled,
            Cancelled
        );
        Assert.All(report.Layers.Values, fate => Assert.Equal(BlobFate.Mounted, fate));
    }

    [Fact]
    public async Task A_registry_that_only_reads_is_said_to()
    {
        var folder = Folder.Create("read-only");
        await using (var registry = await DockerRegistry.StartAsync(folder))
            await PushAsync(registry.Address, SomeImage);
        await using var readOnly = await DockerRegistry.StartAsync(
            folder,
            storage: "maintenance: {readonly: {enabled: true}}"
        );
        Assert.Equal(SomeImage.Digest, (await PullAsync(readOnly.Address)).Digest);
        await AssertFailsAsync(
            DiagnosticTable.RegistryRefused,
            () => PushAsync(readOnly.Address, TestImages.Create("other", 10)),
            "405",
            "read-only"
        );
    }

    [Fact]
    public async Task Two_hundred_layers_go_through()
    {
        await using var registry = await DockerRegistry.StartAsync(Folder.Create("many"));
        var image = TestImages.Create("many", [.. Enumerable.Range(1000, 200)]);
        await PushAsync(registry.Address, image);
        Assert.Equal(image.Digest, (await PullAsync(registry.Address)).Digest);
    }

    [Fact]
    public async Task Through_a_slow_line_it_says_how_far_it_is()
    {
        await using var registry = await DockerRegistry.StartAsync(Folder.Create("slow"));
        // Four seconds, less what the sockets hold.
        await using var line = new FaultProxy(registry.Address, null, bytesPerSecond: 6 << 20);
        var lines = new List<string>();
        var image = TestImages.Create("slow", 24 << 20);
        await PushAsync(
            line.Address,
            image,
            Options with
            {
                Progress = new ProgressLines(lines.Add, TimeProvider.System),
            }
        );
        Assert.NotEmpty(lines);
        Assert.All(lines, said => Assert.Matches(@"^Sending slow/0: \d+\.\d of 24\.0 MiB$", said));
        Assert.Equal(image.Digest, (await PullAsync(registry.Address)).Digest);
    }
}
