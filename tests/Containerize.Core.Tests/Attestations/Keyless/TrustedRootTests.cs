using System.Globalization;
using System.Text.Json.Nodes;
using Containerize.Images;
using Containerize.TestKit.Keyless;

namespace Containerize.Core.Tests.Attestations.Keyless;

/// <summary>What a trusted root says of a log or a clock decides which proofs count, and when.</summary>
public sealed class TrustedRootTests
{
    private const string Ended = "2024-01-01T00:00:00Z";

    [Fact]
    public async Task An_entry_without_a_time_is_of_the_time_that_a_stamp_proves()
    {
        await using var services = await KeylessServices.StartAsync();
        var bundle = new KeylessBundle(services).Make();
        Entry(bundle).Remove("inclusionPromise");
        var root = services.TrustedRoot();
        Assert.Null(FaultOf(bundle, root));
        Key(root)["validFor"]!["end"] = Ended;
        Assert.Equal("its log entry is of a time when the log is not trusted", FaultOf(bundle, root));
    }

    [Fact]
    public async Task A_log_that_ends_between_two_proofs_of_the_time_is_not_trusted()
    {
        await using var services = await KeylessServices.StartAsync();
        var now = DateTimeOffset.UtcNow;
        var bundle = new KeylessBundle(services) { LogTime = now, StampTime = now.AddMinutes(5) }.Make();
        var root = services.TrustedRoot();
        Assert.Null(FaultOf(bundle, root));
        Key(root)["validFor"]!["end"] = now.AddMinutes(2).ToString("O", CultureInfo.InvariantCulture);
        Assert.Equal("its log entry is of a time when the log is not trusted", FaultOf(bundle, root));
    }

    [Fact]
    public async Task A_log_that_is_listed_for_two_periods_counts_in_both()
    {
        await using var services = await KeylessServices.StartAsync();
        var bundle = new KeylessBundle(services).Make();
        var root = services.TrustedRoot();
        root["tlogs"]!.AsArray().Add(root["tlogs"]![0]!.DeepClone());
        Key(root)["validFor"]!["end"] = Ended;
        Assert.Null(FaultOf(bundle, root));
        // One with the same name and the key of another log does not hide it either.
        await using var others = await KeylessServices.StartAsync();
        Key(root)["rawBytes"] = Convert.ToBase64String(others.Log.Key);
        Assert.Null(FaultOf(bundle, root));
        root["tlogs"]![1]!["publicKey"]!["validFor"]!["end"] = Ended;
        Assert.NotNull(FaultOf(bundle, root));
    }

    [Fact]
    public async Task A_checkpoint_is_by_the_key_that_the_root_names_for_it()
    {
        await using var services = await KeylessServices.StartAsync();
        var bundle = new KeylessBundle(services).Make();
        var root = services.TrustedRoot();
        var log = root["tlogs"]![0]!;
        log["checkpointKeyId"] = new JsonObject { ["keyId"] = "AAAAAAAA" };
        Assert.Equal("the checkpoint of its log entry is not signed by the log", FaultOf(bundle, root));
        // The name of the log is another one, as in logs of the second version.
        log["checkpointKeyId"] = log["logId"]!.DeepClone();
        log["logId"]!["keyId"] = "AAAAAAAA";
        Entry(bundle)["logId"]!["keyId"] = "AAAAAAAA";
        Entry(bundle).Remove("inclusionPromise");
        Assert.Null(FaultOf(bundle, root));
    }

    [Fact]
    public async Task A_listed_certificate_is_the_only_one_of_a_clock_that_stamps()
    {
        await using var services = await KeylessServices.StartAsync();
        var bundle = new KeylessBundle(services).Make();
        var signature = Changes.Bytes(bundle["dsseEnvelope"]!["signatures"]![0]!["sig"]);
        bundle["verificationMaterial"]!["timestampVerificationData"] = KeylessBundle.Stamps(
            services.Clock.Another().StampOf(signature, DateTimeOffset.UtcNow)
        );
        var root = services.TrustedRoot();
        Assert.Equal("its timestamp is of no authority that the trusted root lists", FaultOf(bundle, root));
        // Of a root alone, each certificate counts that a timestamp carries.
        root["timestampAuthorities"]![0]!["certChain"]!["certificates"]!.AsArray().RemoveAt(0);
        Assert.Null(FaultOf(bundle, root));
    }

    private static string? FaultOf(JsonObject bundle, JsonObject root) =>
        KeylessBundle.Check(root).FaultOf(OciJson.ToBytes(bundle), "it");

    private static JsonNode Key(JsonObject root) => root["tlogs"]![0]!["publicKey"]!;

    private static JsonObject Entry(JsonObject bundle) =>
        bundle["verificationMaterial"]!["tlogEntries"]![0]!.AsObject();
}
