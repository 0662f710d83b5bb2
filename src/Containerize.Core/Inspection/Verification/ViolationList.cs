using System.Collections.Immutable;

namespace Containerize.Inspection.Verification;

/// <summary>
/// What is wrong, in the order in which it was found. An image may have millions of faults, too many to read: the
/// first thousand are kept, and the others are counted.
/// </summary>
internal sealed class ViolationList
{
    private const int MostKept = 1000;

    private readonly ImmutableArray<Violation>.Builder _kept = ImmutableArray.CreateBuilder<Violation>();
    private long _others;

    /// <summary>Whether there is any.</summary>
    public bool Any => _kept.Count > 0;

    /// <summary>Adds one.</summary>
    /// <param name="where">The document or layer.</param>
    /// <param name="what">What is wrong with it.</param>
    public void Add(string where, string what)
    {
        if (_kept.Count < MostKept)
            _kept.Add(new Violation(where, what));
        else
            _others++;
    }

    /// <summary>All of them.</summary>
    /// <param name="root">What is named for those that were only counted.</param>
    public ImmutableArray<Violation> ToImmutable(string root) =>
        _others == 0
            ? _kept.ToImmutable()
            : [.. _kept, new Violation(root, $"has {_others} more faults of these kinds")];
}
