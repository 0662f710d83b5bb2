using System.Collections.Immutable;
using Containerize.Packages.Sources;

namespace Containerize.Projects;

/// <summary>An item <c>ContainerPackageSource</c>.</summary>
/// <param name="Address">The address of the archive.</param>
/// <param name="Suites">Its suites.</param>
/// <param name="Components">Their components.</param>
/// <param name="SignedBy">A key, its fingerprint, or a path.</param>
public sealed record PackageSourceItem(string Address, string Suites, string Components, string SignedBy)
{
    /// <summary>The sources that the item names.</summary>
    /// <param name="folder">The full path of the folder that paths are relative to.</param>
    /// <exception cref="Diagnostics.ContainerizeException">What is not a source.</exception>
    public ImmutableArray<AptSource> Read(string folder)
    {
        var isPath =
            SignedBy.Length > 0
            && !SignedBy.Contains("-----BEGIN", StringComparison.Ordinal)
            && !SignedBy.All(char.IsAsciiHexDigit);
        return AptSource.Create(
            Address,
            Suites,
            Components,
            isPath ? Path.Combine(folder, SignedBy) : SignedBy,
            "ContainerPackageSource"
        );
    }
}
