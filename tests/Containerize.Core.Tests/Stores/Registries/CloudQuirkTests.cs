using Containerize.Diagnostics;
using Containerize.Http;
using Containerize.Images;
using Containerize.Stores.Registries;
using Containerize.TestKit.Images;
using Containerize.TestKit.Registries;
using Containerize.TestKit.Servers;

namespace Containerize.Core.Tests.Stores.Registries;

/// <summary>The habits of the registries of Amazon, Google, GitHub and Azure.</summary>
public sealed class CloudQuirkTests : RegistryTest
{
    private static readonly Image SomeImage = TestImages.Create("some", 100_000, 3);

    private static readonly RegistryOptions Known = Options with
    {
        InsecureRegistries = ["127.0.0.1"],
        Credentials = new FixedCredentials(TokenServer.Username, TokenServer.Password),
    };

    [Fact] // sdk-container-builds PR #279: 201 to PATCH; aws/containers-roadmap#2831: Range stays at the first chunk
    public async Task Amazon_answers_created_to_a_chunk_and_a_range_that_stands_still()
    {
        await using var registry = await TestRegistry.StartAsync(context =>
        {
            if (context.Request.Method == "PATCH")
            {
                context.Response.OnStarting(() =>
                {
                    (context.Response.StatusCode, context.Response.Headers.Range) = (201, "0-39999");
                    return Task.CompletedTask;
                });
            }

            return Task.FromResult(false);
        });
        await PushAsync(registry, SomeImage, Options with { ForceChunks = true, ChunkSize = 40_000 });
        AssertHolds(registry, SomeImage);
        Assert.Equal(
            ["0-39999", "40000-79999", "80000-99999"],
            registry.Seen.Where(seen => seen.Method == "PATCH" && seen.Length > 1000).Select(seen => seen.ContentRange)
        );
    }

    [Fact] // sdk-container-builds#424
    public async Task Amazon_hangs_up_where_a_repository_does_not_exist()
    {
        await using var registry = await TestRegistry.StartAsync(context =>
        {
            if (context.Request.Method == "POST")
                context.Abort();
            return Task.FromResult(context.Request.Method == "POST");
        });
        await AssertFailsAsync(DiagnosticTable.RegistryUnreachable, () => PushAsync(registry, SomeImage), "POST");
        Assert.Empty(registry.Manifests);
        Assert.Contains(
            "create the repository first",
            HttpErrors.ConnectionHint(new Uri("https://123412341234.dkr.ecr.us-west-2.amazonaws.com/v2/")),
            StringComparison.Ordinal
        );
    }

    [Theory] // dotnet/sdk, ContentStoreTests and RegistryTests
    [InlineData("public.ecr.aws", true)]
    [InlineData("123412341234.dkr.ecr.us-west-2.amazonaws.com", true)]
    [InlineData("123412341234.dkr.ecr-fips.us-west-2.amazonaws.com", true)]
    [InlineData("notvalid.dkr.ecr.us-west-2.amazonaws.com", false)]
    [InlineData("1111.dkr.ecr.us-west-2.amazonaws.com", false)]
    [InlineData("mcr.microsoft.com", false)]
    [InlineData("localhost", false)]
    public void Amazons_registries_are_known_by_their_names(string host, bool isAmazon) =>
        Assert.Equal(isAmazon, HttpErrors.ConnectionHint(new Uri("https://" + host)).Length > 0);

    [Fact] // sdk-container-builds PR #287: no chunks; containerd authorizer.go: 404 to POST for a token
    public async Task Google_takes_one_piece_and_knows_no_oauth()
    {
        await using var tokens = await TokenServer.StartAsync();
        tokens.Refused = ("POST", 404);
        await using var registry = await TestRegistry.StartAsync(async context =>
            context.Request.Method == "PATCH"
                ? await TestRegistry.RefuseAsync(context, 405, "UNSUPPORTED")
                : await tokens.CheckAsync(context)
        );
        await PushAsync(registry, SomeImage, Known);
        AssertHolds(registry, SomeImage);
    }

    [Fact] // oras rust-oci-client#35, ocx#237: 416 above 4 MiB
    public async Task GitHub_takes_no_chunk_above_four_mebibytes()
    {
        Assert.Equal(4 * 1024 * 1024, RegistryQuirks.ChunkSize("ghcr.io", 5_248_080, 0));
        Assert.Equal(5_248_080, RegistryQuirks.ChunkSize("other.example", 5_248_080, 0));
        await using var registry = await TestRegistry.StartAsync(async context =>
            context.Request.ContentLength > 4 * 1024 * 1024
            && context.Request.Headers.ContentRange.Count > 0
            && await TestRegistry.RefuseAsync(context, 416, "REQUESTED_RANGE_NOT_SATISFIABLE")
        );
        var image = TestImages.Create("nine", 9_000_000);
        await PushAsync(registry, image, Options with { ForceChunks = true, ChunkSize = 4 * 1024 * 1024 });
        AssertHolds(registry, image);
    }

    [Fact] // distribution-spec, "Pushing a blob in chunks"
    public async Task A_registry_may_ask_for_larger_chunks()
    {
        await using var registry = await TestRegistry.StartAsync(context =>
        {
            if (context.Request.Method == "POST")
                context.Response.Headers["OCI-Chunk-Min-Length"] = "60000";
            return Task.FromResult(false);
        });
        await PushAsync(registry, SomeImage, Options with { ForceChunks = true, ChunkSize = 10 });
        AssertHolds(registry, SomeImage);
        Assert.Equal(
            ["0-59999", "60000-99999"],
            registry.Seen.Where(seen => seen.Method == "PATCH" && seen.Length > 1000).Select(seen => seen.ContentRange)
        );
    }

    [Fact] // sdk-container-builds#258: Content-Range as the spec has it; containerd: 400 to POST with a password
    public async Task Azure_reads_ranges_as_the_spec_writes_them()
    {
        await using var tokens = await TokenServer.StartAsync();
        tokens.Refused = ("POST", 400);
        await using var registry = await TestRegistry.StartAsync(async context =>
            context.Request.Headers.ContentRange is [{ } range]
            && (range.Contains("bytes", StringComparison.Ordinal) || range.Contains('/', StringComparison.Ordinal))
                ? await TestRegistry.RefuseAsync(context, 400, "RANGE_INVALID")
                : await tokens.CheckAsync(context)
        );
        await PushAsync(registry, SomeImage, Known with { ForceChunks = true, ChunkSize = 40_000 });
        AssertHolds(registry, SomeImage);
    }
}
