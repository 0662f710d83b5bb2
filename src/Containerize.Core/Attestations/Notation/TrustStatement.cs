using System.Collections.Immutable;

namespace Containerize.Attestations.Notation;

/// <summary>One statement of a trust policy: for which images, and what is demanded of their signatures.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Level">The word of its level.</param>
/// <param name="Scopes">Repositories with their registry, or <c>*</c>.</param>
internal sealed record TrustStatement(string Name, string Level, ImmutableArray<string> Scopes)
{
    /// <summary>All images, or all identities.</summary>
    public const string Any = "*";

    /// <summary>What each failed check does.</summary>
    public required ImmutableDictionary<TrustCheck, TrustAction> Actions { get; init; }

    /// <summary>The names of the stores with trusted certificates.</summary>
    public required ImmutableArray<string> Stores { get; init; }

    /// <summary>Whether signatures have to have a timestamp of an authority: <c>tsa</c> stores, and
    /// <c>verifyTimestamp</c> is not <c>afterCertExpiry</c>.</summary>
    public required bool DemandsTimestamp { get; init; }

    /// <summary>Who may have signed; null for everybody that the stores lead to.</summary>
    public required ImmutableArray<SubjectName>? Identities { get; init; }

    /// <summary>Whether nothing is checked.</summary>
    public bool IsSkipped => Level == TrustLevels.Skip;
}
