using System.Text;
using System.Text.Json.Nodes;
using Containerize.Attestations.Notation;
using Containerize.Core.Tests.Fuzzing;
using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Core.Tests.Attestations.Notation;

/// <summary>Envelopes, certificates, names and policies of others.</summary>
public sealed class NotationFuzzTests
{
    [Fact]
    public async Task Changed_envelopes_are_refused_or_hold_what_was_signed()
    {
        var envelope = await TestSigner.Good.SignAsync();
        var check = TestPolicies.Check(TestSigner.Good);
        Fuzz.Texts(
            365,
            10_000,
            [Encoding.UTF8.GetString(envelope)],
            text =>
            {
                var bytes = Encoding.UTF8.GetBytes(text);
                if (check.Outcome(bytes, "it").Fault is null)
                    Assert.Equal(
                        NotationEnvelope.PayloadOf(TestSigner.Subject),
                        NotationEnvelope.Parse(bytes, "it").Payload
                    );
            }
        );
    }

    [Fact]
    public async Task Changed_headers_and_payloads_that_are_signed_are_read_or_refused()
    {
        var json = (JsonObject)JsonNode.Parse(await TestSigner.Good.SignAsync())!;
        foreach (var (seed, name) in new[] { (366, "protected"), (367, "payload") })
        {
            var inner = System.Buffers.Text.Base64Url.DecodeFromChars((string)json[name]!);
            Fuzz.Texts(
                seed,
                10_000,
                [Encoding.UTF8.GetString(inner)],
                text =>
                {
                    var copy = json.DeepClone();
                    copy[name] = System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
                    Assert.NotNull(NotationEnvelope.Parse(OciJson.ToBytes(copy), "it").Target("it"));
                }
            );
        }
    }

    [Theory]
    [InlineData("mediaType")]
    [InlineData("digest")]
    public async Task A_signed_descriptor_with_a_long_text_has_a_short_fault(string name)
    {
        var text = "<html>" + string.Concat(Enumerable.Repeat("<head \u001b[2J", 100_000));
        var bytes = await TestSigner.Good.SignAsync(payload: payload => payload["targetArtifact"]![name] = text);
        var fault = TestPolicies.Check(TestSigner.Good).Outcome(bytes, "it").Fault!;
        Assert.InRange(fault.Length, 1, 500);
        Assert.DoesNotContain('\u001b', fault);
    }

    [Fact]
    public void Changed_certificates_lead_nowhere()
    {
        var chain = TestSigner.Good.Chain.Select(each => Certificate.Parse(each, "it")).ToList();
        Fuzz.Bytes(
            368,
            10_000,
            [.. TestSigner.Good.Chain],
            bytes =>
            {
                var certificate = Certificate.Parse(bytes, "it");
                var isChanged = !chain.Exists(good => good.Thumbprint == certificate.Thumbprint);
                _ = SubjectName.Of(certificate.SubjectName);
                foreach (var other in chain)
                {
                    Assert.False(isChanged && CertificateSignature.IsBy(certificate, other));
                    _ = new CertificateChain([certificate, other]).RevocationFault();
                    _ = new CertificateChain([certificate, other]).Fault();
                    _ = new CertificateChain([other, certificate]).Fault();
                }
            }
        );
    }

    [Fact]
    public void Changed_policies_are_read_or_refused() =>
        Fuzz.Texts(
            369,
            10_000,
            [TestPolicies.Create().ToJsonString()],
            text =>
            {
                try
                {
                    Assert.NotEmpty(TrustPolicy.Parse(Encoding.UTF8.GetBytes(text), "it").Statements);
                }
                catch (ContainerizeException exception)
                {
                    Assert.Equal(DiagnosticTable.TrustPolicyUnreadable, exception.Diagnostic);
                    throw;
                }
            }
        );

    [Fact]
    public void Changed_names_are_read_or_are_none() =>
        Fuzz.Texts(
            370,
            10_000,
            ["C=US, ST=WA, O=Acme", "CN=a\\,b,O=\\41cme\\20,S=W\\+A,C=US"],
            text =>
            {
                if (SubjectName.TryParse(text) is { } name)
                    Assert.True(name.IsPartOf(name));
            }
        );
}
