namespace Containerize.Publishing.Settings;

/// <summary>A package that may get a layer of its own.</summary>
/// <param name="Layer">The name of that layer.</param>
/// <param name="Size">The bytes of its files.</param>
/// <param name="Changes">How often its version changed, as far as that is known.</param>
internal sealed record BudgetedPackage(string Layer, long Size, long Changes)
{
    /// <summary>How often it is expected to be sent: one that never changed may do so, too.</summary>
    public long Weight => Changes + 1;
}
