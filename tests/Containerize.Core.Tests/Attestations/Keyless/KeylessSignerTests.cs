using System.Text.Json.Nodes;
using Containerize.Attestations.Keyless;
using Containerize.Attestations.Registries;
using Containerize.Attestations.Signatures;
using Containerize.Core.Tests.Stores.Registries;
using Containerize.Images;
using Containerize.Stores.Registries.Client;
using Containerize.TestKit.Images;
using Containerize.TestKit.Keyless;
using Containerize.TestKit.Registries;

namespace Containerize.Core.Tests.Attestations.Keyless;

/// <summary>Signing with the identity of a pipeline, against services that check what they are asked.</summary>
public sealed class KeylessSignerTests : RegistryTest
{
    private const string Type = SignedStatement.SignatureType;
    private static readonly byte[] Statement = SignedStatement.Write(KeylessBundle.Image, Type, null);

    [Theory]
    [InlineData("", "/api/v1/timestamp")]
    [InlineData("", "none")]
    [InlineData("none", "/api/v1/timestamp")]
    [InlineData("/api/v2", "/api/v1/timestamp")]
    public async Task A_pipeline_signs_with_each_set_of_services_and_the_signature_counts(string log, string clock)
    {
        await using var services = await KeylessServices.StartAsync();
        using var client = new RegistryClient(Options);
        var words = new KeylessWords(
            services.Url,
            log == "none" ? log : services.Url + log,
            clock == "none" ? clock : services.Url + clock
        );
        var signer = KeylessSigner.Open(words, services.GitHub, client.Services);
        var bundle = await signer.SignStatementAsync(Statement, Cancelled);
        var root = services.TrustedRoot();
        if (log == "none")
            root["tlogs"] = new JsonArray();
        Assert.Null(KeylessBundle.Check(root).FaultOf(bundle, "it"));
        var other = KeylessBundle.Check(root, "https://github.com/acme/other");
        Assert.Contains(KeylessServices.Identity, other.FaultOf(bundle, "it")!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "job_workflow_ref",
        "acme/shop/ci.yml@refs/heads/x",
        "https://github.com/acme/shop/ci.yml@refs/heads/x"
    )]
    [InlineData("email", "dev@example.com", "dev@example.com")]
    public async Task A_token_in_the_variable_goes_before_that_of_the_runner(
        string claim,
        string value,
        string identity
    )
    {
        await using var services = await KeylessServices.StartAsync();
        using var client = new RegistryClient(Options);
        var variables = services.GitHub;
        variables["SIGSTORE_ID_TOKEN"] = KeylessServices.Token(claim, value);
        var bundle = await KeylessSigner
            .Open(Words(services), variables, client.Services)
            .SignStatementAsync(Statement, Cancelled);
        Assert.Null(KeylessBundle.Check(services.TrustedRoot(), identity).FaultOf(bundle, "it"));
        Assert.DoesNotContain(services.Requests, request => request.Path == "/token");
    }

    [Fact]
    public void A_token_with_an_empty_mail_address_is_one_of_its_subject() =>
        Assert.Equal(
            "repo:acme/shop:ref:refs/heads/main",
            IdentityToken.Parse(KeylessServices.Token("email", ""), "a test").Subject
        );

    [Fact]
    public async Task An_image_that_the_same_identity_has_signed_is_not_signed_again()
    {
        await using var services = await KeylessServices.StartAsync();
        await using var registry = await TestRegistry.StartAsync(listsReferrers: true);
        var image = TestImages.Create("signed", 10).Manifest.Descriptor;
        Assert.Equal(AttachFate.Attached, await SignAsync(services, registry, image));
        Assert.Equal(AttachFate.AlreadyThere, await SignAsync(services, registry, image));
        Assert.Single(services.Requests, request => request.Path == "/api/v1/log/entries");
        // Another branch is another identity, and another run of the same branch has another certificate.
        var token = KeylessServices.Token("job_workflow_ref", "acme/shop/other.yml@refs/heads/main");
        Assert.Equal(AttachFate.Attached, await SignAsync(services, registry, image, token));
        Assert.Equal(AttachFate.AlreadyThere, await SignAsync(services, registry, image, token));
        Assert.Equal(AttachFate.AlreadyThere, await SignAsync(services, registry, image));
    }

    [Theory]
    [InlineData("authority")]
    [InlineData("signature")]
    [InlineData("no log entry")]
    [InlineData("no timestamp")]
    [InlineData("body of another")]
    [InlineData("kind")]
    [InlineData("stamp of another signature")]
    [InlineData("refusal")]
    [InlineData("many")]
    [InlineData("late stamp")]
    [InlineData("early stamp")]
    public async Task What_only_looks_like_a_signature_of_the_identity_does_not_keep_it_from_signing(string what)
    {
        await using var services = await KeylessServices.StartAsync();
        using var client = new RegistryClient(Options);
        var signer = KeylessSigner.Open(Words(services), services.GitHub, client.Services);
        var bundle = new KeylessBundle(services) { Statement = Statement };
        Assert.True(await HasMadeAsync(bundle.Make()));
        if (what == "authority")
            bundle = bundle with { Authority = new MockAuthority(DateTimeOffset.UtcNow) };
        if (what is "late stamp" or "early stamp")
            bundle = bundle with { StampTime = DateTimeOffset.UtcNow.AddMinutes(what == "late stamp" ? 11 : -1) };
        var json = bundle.Make();
        var material = json["verificationMaterial"]!.AsObject();
        if (what is "signature" or "body of another" or "kind" or "stamp of another signature" or "refusal" or "many")
            Changes.Apply(what, json, services, services);
        if (what == "no log entry")
            material.Remove("tlogEntries");
        if (what == "no timestamp")
            material.Remove("timestampVerificationData");
        Assert.False(await HasMadeAsync(json));

        Task<bool> HasMadeAsync(JsonObject made) =>
            signer.HasMadeAsync(SignatureBundle.Parse(OciJson.ToBytes(made), "it"), Cancelled);
    }

    [Fact]
    public async Task A_signature_that_the_log_has_already_is_fetched_from_it()
    {
        await using var services = await KeylessServices.StartAsync();
        // The first answer is lost after the log has taken the signature.
        var isLost = false;
        services.Script = context =>
        {
            if (context.Request.Path != "/api/v1/log/entries" || isLost)
                return Task.FromResult(false);
            isLost = true;
            context.Response.OnStarting(() =>
            {
                context.Response.StatusCode = 503;
                return Task.CompletedTask;
            });
            return Task.FromResult(false);
        };
        using var client = new RegistryClient(Options);
        var bundle = await KeylessSigner
            .Open(Words(services), services.GitHub, client.Services)
            .SignStatementAsync(Statement, Cancelled);
        Assert.Null(KeylessBundle.Check(services.TrustedRoot()).FaultOf(bundle, "it"));
        Assert.Equal(2, services.Requests.Count(request => request.Path == "/api/v1/log/entries"));
    }

    internal static KeylessWords Words(KeylessServices services) =>
        new(services.Url, services.Url, services.Url + "/api/v1/timestamp");

    private static async Task<AttachFate> SignAsync(
        KeylessServices services,
        TestRegistry registry,
        Descriptor image,
        string token = ""
    )
    {
        using var client = new RegistryClient(Options);
        var variables = services.GitHub;
        variables["SIGSTORE_ID_TOKEN"] = token;
        var signer = KeylessSigner.Open(Words(services), variables, client.Services);
        return await new ImageSigning(registry.Authority, App, client, signer).SignAsync(image, Cancelled);
    }
}
