namespace Containerize.Core.Tests.Attestations.Notation;

/// <summary>What the header of a signature may say.</summary>
public sealed class NotationHeaderTests
{
    [Theory]
    [InlineData("alg", "'alg' is 'ES384', and its key signs by ES256")]
    [InlineData("cty", "'cty' is not")]
    [InlineData("scheme", "'io.cncf.notary.signingScheme' is not 'notary.x509'")]
    [InlineData("no crit", "'crit' has not 'io.cncf.notary.signingScheme'")]
    [InlineData("unknown crit", "'crit' has 'io.cncf.notary.verificationPlugin', which is not known")]
    [InlineData("plugin", "'io.cncf.notary.verificationPlugin' is not known")]
    [InlineData("plugin version", "'io.cncf.notary.verificationPluginMinVersion' is not known")]
    [InlineData("authentic time", "'io.cncf.notary.authenticSigningTime' is not known")]
    [InlineData("expiry without crit", "'io.cncf.notary.expiry' has to be in 'crit'")]
    [InlineData("no time", "'io.cncf.notary.signingTime' is missing")]
    [InlineData("wrong time", "is no time such as")]
    [InlineData("expiry before time", "after 'io.cncf.notary.expiry'")]
    [InlineData("expired", "it has expired at 2026-06-01 11:00:00Z")]
    [InlineData("b64", "'b64' is not allowed")]
    public async Task A_header_that_is_signed_and_says_something_else_does_not_count(string part, string why)
    {
        var bytes = await TestSigner.Good.SignAsync(header: header =>
        {
            void Expire(string time, bool isCritical = true)
            {
                header["io.cncf.notary.expiry"] = time;
                if (isCritical)
                    header["crit"]!.AsArray().Add("io.cncf.notary.expiry");
            }

            switch (part)
            {
                case "alg":
                    header["alg"] = "ES384";
                    break;
                case "cty":
                    header["cty"] = "application/json";
                    break;
                case "scheme":
                    header["io.cncf.notary.signingScheme"] = "notary.x509.signingAuthority";
                    break;
                case "no crit":
                    header.Remove("crit");
                    break;
                case "unknown crit":
                    header["crit"]!.AsArray().Add("io.cncf.notary.verificationPlugin");
                    break;
                case "plugin":
                    header["io.cncf.notary.verificationPlugin"] = "acme";
                    break;
                case "plugin version":
                    header["io.cncf.notary.verificationPluginMinVersion"] = "1.0.0";
                    break;
                case "authentic time":
                    header["io.cncf.notary.authenticSigningTime"] = "2026-05-31T12:00:00Z";
                    break;
                case "expiry without crit":
                    Expire("2027-01-01T00:00:00Z", false);
                    break;
                case "no time":
                    header.Remove("io.cncf.notary.signingTime");
                    break;
                case "wrong time":
                    header["io.cncf.notary.signingTime"] = "yesterday";
                    break;
                case "expiry before time":
                    Expire("2026-05-30T12:00:00Z");
                    break;
                case "expired":
                    Expire("2026-06-01T13:00:00+02:00");
                    break;
                default:
                    header["b64"] = true;
                    break;
            }
        });
        Assert.Contains(
            why,
            TestPolicies.Check(TestSigner.Good).Outcome(bytes, "it").Fault ?? "none",
            StringComparison.Ordinal
        );
    }
}
