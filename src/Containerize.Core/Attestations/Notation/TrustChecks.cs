using System.Collections.Immutable;

namespace Containerize.Attestations.Notation;

/// <summary>What a trust policy weighs of a signature.</summary>
internal enum TrustCheck
{
    /// <summary>The signature is one by the certificate over this image.</summary>
    Integrity,

    /// <summary>The certificate leads to one that is trusted, and is for a trusted identity.</summary>
    Authenticity,

    /// <summary>The certificates are valid now.</summary>
    AuthenticTimestamp,

    /// <summary>The signature still counts.</summary>
    Expiry,

    /// <summary>No certificate is revoked.</summary>
    Revocation,
}

/// <summary>What a failed check does.</summary>
internal enum TrustAction
{
    /// <summary>The signature does not count.</summary>
    Enforce,

    /// <summary>The signature counts, and the fault is shown.</summary>
    Log,

    /// <summary>The check is not made.</summary>
    Skip,
}

/// <summary>
/// The levels of a trust policy (notaryproject/specifications, trust-store-trust-policy.md, "Signature Verification
/// Levels").
/// </summary>
internal static class TrustLevels
{
    /// <summary>Nothing is checked.</summary>
    public const string Skip = "skip";

    /// <summary>The words of the checks.</summary>
    public static readonly ImmutableDictionary<string, TrustCheck> Checks = new Dictionary<string, TrustCheck>
    {
        ["integrity"] = TrustCheck.Integrity,
        ["authenticity"] = TrustCheck.Authenticity,
        ["authenticTimestamp"] = TrustCheck.AuthenticTimestamp,
        ["expiry"] = TrustCheck.Expiry,
        ["revocation"] = TrustCheck.Revocation,
    }.ToImmutableDictionary();

    /// <summary>The words of the actions.</summary>
    public static readonly ImmutableDictionary<string, TrustAction> Actions = new Dictionary<string, TrustAction>
    {
        ["enforce"] = TrustAction.Enforce,
        ["log"] = TrustAction.Log,
        ["skip"] = TrustAction.Skip,
    }.ToImmutableDictionary();

    /// <summary>The checks that a level enforces; it logs the others. Null for a word that is no level.</summary>
    public static ImmutableArray<TrustCheck>? Enforced(string level) =>
        level switch
        {
            "strict" => [.. Enum.GetValues<TrustCheck>()],
            "permissive" => [TrustCheck.Integrity, TrustCheck.Authenticity],
            "audit" => [TrustCheck.Integrity],
            Skip => [],
            _ => null,
        };
}
