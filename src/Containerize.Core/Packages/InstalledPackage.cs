using Containerize.Images;
using Containerize.Packages.Formats;

namespace Containerize.Packages;

/// <summary>A package that is installed, to the byte: what a lock file pins and what a report names.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Architecture">What it was built for; <c>all</c> for a package that fits every one.</param>
/// <param name="Digest">The digest of the package file.</param>
/// <param name="Size">How many bytes the package file has.</param>
/// <param name="Path">Where the package file lies, relative to the root of its source.</param>
public sealed record InstalledPackage(
    string Name,
    string Version,
    string Architecture,
    Digest Digest,
    long Size,
    string Path
)
{
    /// <summary>The package of an index.</summary>
    internal static InstalledPackage Of(PackageRecord record) =>
        new(record.Name, record.Version.Text, record.Architecture, record.Digest, record.Size, record.FileName);

    public override string ToString() => $"{Name} {Version} {Architecture}";
}
