using System.Text;
using Containerize.Attestations.Keyless;
using Containerize.Attestations.Signatures;
using Containerize.Core.Tests.Fuzzing;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.TestKit.Keyless;

namespace Containerize.Core.Tests.Attestations.Keyless;

/// <summary>Hostile signatures of identities: each is read or refused, whatever changes.</summary>
public sealed class KeylessFuzzTests
{
    [Fact]
    public async Task Changed_bundles_are_refused_or_hold_what_was_signed()
    {
        await using var services = await KeylessServices.StartAsync();
        var check = KeylessBundle.Check(services.TrustedRoot());
        var made = new KeylessBundle(services);
        Fuzz.Texts(
            457,
            4_000,
            [Encoding.UTF8.GetString(OciJson.ToBytes(made.Make()))],
            text =>
            {
                if (check.FaultOf(Encoding.UTF8.GetBytes(text), "it") is null)
                    Assert.Equal(made.Statement, SignatureBundle.Parse(Encoding.UTF8.GetBytes(text), "it").Payload);
            }
        );
    }

    [Fact]
    public async Task Changed_certificates_timestamps_and_entries_are_read_or_refused()
    {
        await using var services = await KeylessServices.StartAsync();
        var bundle = new KeylessBundle(services).Make();
        var signature = Convert.FromBase64String((string)bundle["dsseEnvelope"]!["signatures"]![0]!["sig"]!);
        var root = TrustedRoot.Parse(OciJson.ToBytes(services.TrustedRoot()), "a test");
        var certificate = Changes.Bytes(bundle["verificationMaterial"]!["certificate"]!["rawBytes"]);
        Fuzz.Bytes(
            458,
            3_000,
            [certificate, KeylessBundle.WithCurve(certificate, Changes.NoDer)],
            bytes =>
            {
                var parsed = FulcioCertificate.Parse(bytes, "it");
                using var leaf = parsed.Certificate;
                CertificateTimestamp.IsBy(leaf, services.Authority.Certificate, root.CertificateLogs);
                _ = parsed.Key("it");
            }
        );
        Fuzz.Bytes(
            459,
            3_000,
            [services.Clock.StampOf(signature, DateTimeOffset.UtcNow)],
            bytes =>
            {
                var (fault, time) = SignedTime.Check(bytes, signature, root.Clocks);
                Assert.True(fault is null ^ time is null);
            }
        );
        Fuzz.Texts(
            460,
            5_000,
            [
                Encoding.UTF8.GetString(
                    Changes.Bytes(bundle["verificationMaterial"]!["tlogEntries"]![0]!["canonicalizedBody"])
                ),
                Encoding.UTF8.GetString(
                    KeylessBundle.OfIntoto([1], [2], services.Authority.Root.ExportCertificatePem())
                ),
                Encoding.UTF8.GetString(KeylessBundle.OfHash([1], [2], services.Authority.Root.ExportCertificatePem())),
            ],
            text =>
            {
                var bytes = Encoding.UTF8.GetBytes(text);
                foreach (var kind in new[] { ("dsse", "0.0.1"), ("intoto", "0.0.2"), ("hashedrekord", "0.0.1") })
                {
                    try
                    {
                        Assert.NotEmpty(LogEntryBody.Parse(bytes, kind, "it").Certificate);
                    }
                    catch (ContainerizeException exception)
                        when (exception.Diagnostic == DiagnosticTable.InvalidManifest) { }
                }
            }
        );
        Fuzz.Texts(
            461,
            3_000,
            [services.TrustedRoot().ToJsonString()],
            text => _ = TrustedRoot.Parse(Encoding.UTF8.GetBytes(text), "it")
        );
    }
}
