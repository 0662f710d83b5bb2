using System.Collections.Immutable;

namespace Containerize.Attestations.Choices;

/// <summary>A way to sign, or a way to say who must have signed, in the words that choose it.</summary>
/// <param name="Option">The words of the command.</param>
/// <param name="Property">The words of a project.</param>
internal sealed record SignerWay(string Option, string Property);

/// <summary>An option about signatures.</summary>
/// <param name="Option">Its name in the command.</param>
/// <param name="Property">Its name in a project; empty where projects have no such property.</param>
/// <param name="Ways">The ways that it belongs to.</param>
internal sealed record SignerOption(string Option, string Property, params ImmutableArray<SignerWay> Ways)
{
    /// <summary>The way that a value of it chooses; null for an option that chooses none.</summary>
    public Func<string, SignerWay>? Chooses { get; init; }

    /// <summary>Whether it says only how a signature comes about: where a project signs nothing, nothing is missing
    /// when such a property is not read.</summary>
    public bool IsOfHow { get; init; }

    /// <summary>Whether a value asks for something.</summary>
    public Func<string, bool> IsGiven { get; init; } = value => value.Length > 0;

    /// <summary>Its name, and where a project sets it.</summary>
    /// <param name="inProject">Whether it is that of a project.</param>
    public string Name(bool inProject) => inProject ? Property : Option;
}
