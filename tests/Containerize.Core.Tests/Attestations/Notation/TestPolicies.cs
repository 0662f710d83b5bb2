using System.Text;
using System.Text.Json.Nodes;
using Containerize.Attestations.Notation;
using Containerize.Images;

namespace Containerize.Core.Tests.Attestations.Notation;

/// <summary>Trust policies for tests.</summary>
internal static class TestPolicies
{
    public const string App = "registry.example/team/app";

    /// <summary>A policy with one statement.</summary>
    /// <param name="change">Changes the statement.</param>
    public static JsonObject Create(Action<JsonObject>? change = null)
    {
        var statement = new JsonObject
        {
            ["name"] = "release",
            ["registryScopes"] = new JsonArray(App),
            ["signatureVerification"] = new JsonObject { ["level"] = "strict" },
            ["trustStores"] = new JsonArray("ca:acme"),
            ["trustedIdentities"] = new JsonArray("x509.subject: C=US, ST=WA, O=Acme"),
        };
        change?.Invoke(statement);
        return new JsonObject { ["version"] = "1.0", ["trustPolicies"] = new JsonArray(statement) };
    }

    public static TrustPolicy Parse(JsonObject policy) =>
        TrustPolicy.Parse(Encoding.UTF8.GetBytes(policy.ToJsonString()), "'trustpolicy.json'");

    public static TrustStatement Statement(Action<JsonObject>? change = null) => Parse(Create(change)).For(App);

    /// <summary>What is demanded where the root of a signer is trusted.</summary>
    public static NotationCheck Check(TestSigner signer, Action<JsonObject>? change = null) =>
        new(Statement(change), [signer.Root], TestSigner.Subject, TestSigner.Now);

    public static void Level(JsonObject statement, string level, params (string Check, string Action)[] overrides)
    {
        statement["signatureVerification"]!["level"] = level;
        if (overrides.Length > 0)
            statement["signatureVerification"]!["override"] = OciJson.From(
                overrides.Select(pair => KeyValuePair.Create(pair.Check, pair.Action))
            );
    }
}
