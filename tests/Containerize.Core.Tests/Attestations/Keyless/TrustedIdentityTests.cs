using System.Text.Json.Nodes;
using Containerize.Images;
using Containerize.TestKit.Keyless;

namespace Containerize.Core.Tests.Attestations.Keyless;

/// <summary>Signatures of identities: all of the chain of proofs is demanded, and no change of any part of it goes
/// unseen.</summary>
public sealed class TrustedIdentityTests
{
    [Theory]
    [InlineData("dsse")]
    [InlineData("intoto")]
    [InlineData("hashedrekord")]
    [InlineData("tile")]
    public async Task A_signature_of_the_identity_counts_with_an_entry_of_each_kind(string kind)
    {
        await using var services = await KeylessServices.StartAsync();
        var bundle = new KeylessBundle(services)
        {
            Entry = kind switch
            {
                "intoto" => KeylessBundle.OfIntoto,
                "hashedrekord" => KeylessBundle.OfHash,
                "tile" => KeylessBundle.OfTileEnvelope,
                _ => KeylessBundle.OfDsse,
            },
        }.Make();
        Assert.Null(FaultOf(bundle, services));
    }

    [Fact]
    public async Task One_proof_of_the_time_is_enough_and_what_the_root_does_not_list_is_not_demanded()
    {
        await using var services = await KeylessServices.StartAsync();
        Assert.Null(FaultOf(new KeylessBundle(services) { StampTime = null }.Make(), services));
        var stamped = new KeylessBundle(services).Make();
        Entry(stamped).Remove("inclusionPromise");
        Assert.Null(FaultOf(stamped, services));
        Material(stamped)["tlogEntries"] = new JsonArray();
        var root = services.TrustedRoot();
        root["tlogs"] = new JsonArray();
        root["ctlogs"] = new JsonArray();
        Assert.Null(KeylessBundle.Check(root).FaultOf(OciJson.ToBytes(stamped), "it"));
        Assert.Equal("it has no log entry, and the trusted root lists a log", FaultOf(stamped, services));
    }

    [Fact]
    public async Task A_log_with_a_key_of_a_kind_to_come_hides_no_other()
    {
        await using var services = await KeylessServices.StartAsync();
        var root = services.TrustedRoot();
        foreach (var list in new[] { "tlogs", "ctlogs" })
        {
            var unknown = root[list]![0]!.DeepClone();
            unknown["publicKey"]!["rawBytes"] = "MAA=";
            unknown["logId"]!["keyId"] = "AAAA";
            root[list]!.AsArray().Insert(0, unknown);
        }

        var bundle = OciJson.ToBytes(new KeylessBundle(services).Make());
        Assert.Null(KeylessBundle.Check(root).FaultOf(bundle, "it"));
    }

    [Fact]
    public async Task Mail_addresses_are_identities_and_both_forms_of_certificates_are_read()
    {
        await using var services = await KeylessServices.StartAsync();
        var bundle = new KeylessBundle(services) { Identity = "dev@example.com" }.Make();
        var certificate = Material(bundle)["certificate"]!.DeepClone();
        Material(bundle).Remove("certificate");
        Material(bundle)["x509CertificateChain"] = new JsonObject { ["certificates"] = new JsonArray(certificate) };
        var check = KeylessBundle.Check(services.TrustedRoot(), "dev@example.com");
        Assert.Null(check.FaultOf(OciJson.ToBytes(bundle), "it"));
    }

    [Theory]
    [InlineData("payload", "it is not signed by the key of its certificate")]
    [InlineData("signature", "it is not signed by the key of its certificate")]
    [InlineData("key", "it is signed by a key, and not by an identity")]
    [InlineData("certificate", "it is not signed by the key of its certificate")]
    [InlineData("log", "its log entry is of a log that the trusted root does not list")]
    [InlineData("body of another", "its log entry is of another signature")]
    [InlineData("body", "does not lead to the root of the log")]
    [InlineData("hash", "does not lead to the root of the log")]
    [InlineData("no hash", "does not lead to the root of the log")]
    [InlineData("index", "does not lead to the root of the log")]
    [InlineData("root", "does not lead to the root of the log")]
    [InlineData("tree", "the checkpoint of its log entry is not signed by the log")]
    [InlineData("checkpoint", "the checkpoint of its log entry is not signed by the log")]
    [InlineData("checkpoint of another log", "the checkpoint of its log entry is not signed by the log")]
    [InlineData("checkpoint of another state", "the checkpoint of its log entry is about another state of the log")]
    [InlineData("checkpoint of another state and log", "its log entry is about another state of the log")]
    [InlineData("long checkpoint", "the checkpoint of its log entry has more than 65536 characters")]
    [InlineData("many signatures", "the checkpoint of its log entry has more than 32 signatures")]
    [InlineData("long body", "bytes long, and 262144 is the most")]
    [InlineData("long certificate", "the certificate in its log entry has more than 16384 bytes")]
    [InlineData("form of the key", "the key of its certificate cannot be read")]
    [InlineData("time", "the time of its log entry is not signed by the log")]
    [InlineData("promise", "the time of its log entry is not signed by the log")]
    [InlineData("number", "the time of its log entry is not signed by the log")]
    [InlineData("kind", "its log entry is not of the kind that it says")]
    [InlineData("stamp of another signature", "its timestamp is of another signature")]
    [InlineData("stamp of another clock", "its timestamp is of no authority that the trusted root lists")]
    [InlineData("stamp", "its timestamp is of no authority that the trusted root lists")]
    [InlineData("long stamp", "its timestamp has more than 65536 bytes")]
    [InlineData("many carried", "its timestamp carries more than 16 certificates")]
    [InlineData("refusal", "its timestamp is a refusal")]
    [InlineData("no time", "nothing in it proves when it was signed")]
    [InlineData("many", "it has more than 8 log entries or timestamps")]
    public async Task No_changed_part_counts(string part, string fault)
    {
        await using var services = await KeylessServices.StartAsync();
        await using var others = await KeylessServices.StartAsync();
        var bundle = new KeylessBundle(services).Make();
        Assert.Null(FaultOf(bundle, services));
        Changes.Apply(part, bundle, services, others);
        Assert.Contains(fault, FaultOf(bundle, services)!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("authority", "its certificate is not one of the trusted root at ")]
    [InlineData("later", "NotTimeValid")]
    [InlineData("later in the log", "NotTimeValid")]
    [InlineData("earlier", "NotTimeValid")]
    [InlineData("issuers", "does not name exactly one issuer")]
    [InlineData("names", "does not name exactly one identity that is known")]
    [InlineData("no name", "its certificate names no identity")]
    [InlineData("not logged", "its certificate is in no log of certificates that the trusted root lists")]
    [InlineData("purpose", "NotValidForUsage")]
    [InlineData("identity", "it is signed by 'https://github.com/acme/other'")]
    [InlineData("issuer", "it is signed by that identity of 'https://example.com'")]
    public async Task No_other_certificate_counts(string what, string fault)
    {
        await using var services = await KeylessServices.StartAsync();
        var (bundle, now) = (new KeylessBundle(services), DateTimeOffset.UtcNow);
        bundle = what switch
        {
            "authority" => bundle with { Authority = new MockAuthority(now) },
            "later" => bundle with { StampTime = now.AddMinutes(11) },
            "later in the log" => bundle with { LogTime = now.AddMinutes(11) },
            "earlier" => bundle with { StampTime = now.AddMinutes(-1) },
            "issuers" => bundle with { Shape = new MockLeaf(OldIssuer: "https://example.com") },
            "names" => bundle with { Shape = new MockLeaf(Second: "dev@example.com") },
            "no name" => bundle with { Shape = new MockLeaf(HasName: false) },
            "not logged" => bundle with { Shape = new MockLeaf(IsLogged: false) },
            "purpose" => bundle with { Shape = new MockLeaf(Purpose: "1.3.6.1.5.5.7.3.1") },
            "identity" => bundle with { Identity = "https://github.com/acme/other" },
            _ => bundle with { Issuer = "https://example.com" },
        };
        Assert.Contains(fault, FaultOf(bundle.Make(), services)!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ctlogs", "its certificate is in no log of certificates that the trusted root lists")]
    [InlineData("certificateAuthorities", "its certificate is not one of the trusted root at ")]
    [InlineData("timestampAuthorities", "its timestamp is of no authority that the trusted root lists")]
    [InlineData("tlogs", "its log entry is of a log that the trusted root does not list")]
    public async Task What_the_root_lists_of_others_does_not_help(string list, string fault)
    {
        await using var services = await KeylessServices.StartAsync();
        await using var others = await KeylessServices.StartAsync();
        var root = services.TrustedRoot();
        root[list] = others.TrustedRoot()[list]!.DeepClone();
        var bundle = OciJson.ToBytes(new KeylessBundle(services).Make());
        Assert.Contains(fault, KeylessBundle.Check(root).FaultOf(bundle, "it")!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ctlogs", "its certificate is in no log of certificates that the trusted root lists")]
    [InlineData("certificateAuthorities", "the authority is not trusted then")]
    [InlineData("timestampAuthorities", "its timestamp is of no authority that the trusted root lists")]
    [InlineData("tlogs", "its log entry is of a time when the log is not trusted")]
    public async Task What_the_root_lists_for_another_time_does_not_help(string list, string fault)
    {
        await using var services = await KeylessServices.StartAsync();
        var root = services.TrustedRoot();
        var entry = root[list]![0]!;
        (entry["publicKey"] ?? entry)["validFor"]!["end"] = "2024-01-01T00:00:00Z";
        var bundle = OciJson.ToBytes(new KeylessBundle(services).Make());
        Assert.Contains(fault, KeylessBundle.Check(root).FaultOf(bundle, "it")!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_image_type_or_a_signature_of_the_older_form_does_not_count()
    {
        await using var services = await KeylessServices.StartAsync();
        var bundle = OciJson.ToBytes(new KeylessBundle(services).Make());
        var check = KeylessBundle.Check(services.TrustedRoot());
        Assert.Contains(
            "it is signed for",
            (check with { Image = Digest.Of("b"u8) }).FaultOf(bundle, "it")!,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "and says",
            (check with { PredicateType = "https://spdx.dev/Document" }).FaultOf(bundle, "it")!,
            StringComparison.Ordinal
        );
        Assert.Equal(
            "the older form of signatures counts for keys alone",
            check.FaultOf("{}"u8, Convert.ToBase64String([1]), "it")
        );
    }

    private static string? FaultOf(JsonObject bundle, KeylessServices services) =>
        KeylessBundle.Check(services.TrustedRoot()).FaultOf(OciJson.ToBytes(bundle), "it");

    private static JsonObject Material(JsonObject bundle) => bundle["verificationMaterial"]!.AsObject();

    private static JsonObject Entry(JsonObject bundle) => Material(bundle)["tlogEntries"]![0]!.AsObject();
}
