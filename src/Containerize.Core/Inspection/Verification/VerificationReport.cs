using System.Collections.Immutable;
using Containerize.Images;

namespace Containerize.Inspection.Verification;

/// <summary>What a check of everything under one name found.</summary>
/// <param name="Root">What the name stands for.</param>
/// <param name="Violations">Everything that is wrong, in the order in which it was come upon; empty when nothing
/// is.</param>
internal sealed record VerificationReport(Descriptor Root, ImmutableArray<Violation> Violations)
{
    /// <summary>How many images were checked.</summary>
    public int Images { get; init; }

    /// <summary>How many contents were read and hashed, documents and layers.</summary>
    public int Contents { get; init; }

    /// <summary>Their bytes as they are stored.</summary>
    public long Bytes { get; init; }

    /// <summary>Whether nothing is wrong.</summary>
    public bool IsValid => Violations.IsEmpty;
}
