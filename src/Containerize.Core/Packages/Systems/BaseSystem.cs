using System.Collections.Immutable;
using Containerize.Entries;

namespace Containerize.Packages.Systems;

/// <summary>What must be known of the file system that packages are unpacked onto.</summary>
/// <param name="Directories">The folders that are there; they get no entries, which would reset their modes.</param>
/// <param name="Links">The symbolic links that are there, with their targets as written.</param>
/// <param name="Files">The paths of all else that is there.</param>
/// <param name="Texts">The content of the few files that are read: <c>os-release</c>, the records of dpkg, the bundle
/// of certificates.</param>
public sealed record BaseSystem(
    ImmutableHashSet<ContainerPath> Directories,
    ImmutableDictionary<ContainerPath, string> Links,
    ImmutableHashSet<ContainerPath> Files,
    ImmutableSortedDictionary<ContainerPath, string> Texts
)
{
    /// <summary>The folders that are only links to those below <c>usr</c> on a system with merged
    /// <c>/usr</c>.</summary>
    private static readonly ImmutableArray<string> Merged = ["bin", "lib", "sbin"];

    /// <summary>The path of the bundle of certificates that most programs read.</summary>
    public static ContainerPath CertificateBundle { get; } = ContainerPath.Parse("/etc/ssl/certs/ca-certificates.crt");

    /// <summary>The files with apt's sources and keys.</summary>
    public ImmutableSortedDictionary<ContainerPath, ImmutableArray<byte>> AptFiles { get; init; } =
        ImmutableSortedDictionary<ContainerPath, ImmutableArray<byte>>.Empty;

    /// <summary>Nothing is there.</summary>
    public static BaseSystem Empty { get; } =
        new(
            [],
            ImmutableDictionary<ContainerPath, string>.Empty,
            [],
            ImmutableSortedDictionary<ContainerPath, string>.Empty
        );

    /// <summary>
    /// The links of merged <c>/usr</c> for an image that has no base; <c>lib64</c> only where the program loader is
    /// expected in it.
    /// </summary>
    /// <param name="architecture">The architecture of the image, as Debian calls it.</param>
    public static ImmutableDictionary<ContainerPath, string> MergedUsr(string architecture) =>
        Merged
            .Concat(architecture is "amd64" or "ppc64el" or "loong64" ? ["lib64"] : [])
            .ToImmutableDictionary(name => ContainerPath.Root.Combine(name), name => "usr/" + name);

    /// <summary>Whether anything is at that path.</summary>
    public bool Has(ContainerPath path) =>
        Directories.Contains(path) || Links.ContainsKey(path) || Files.Contains(path);

    /// <summary>The packages that are installed, by the records of dpkg.</summary>
    /// <param name="architecture">The architecture of the image, as Debian calls it.</param>
    public InstalledPackages Installed(string architecture) =>
        InstalledPackages.Read(
            Texts
                .Where(text =>
                    text.Key == DpkgRecords.Status
                    || (
                        DpkgRecords.StatusFolder.Contains(text.Key)
                        && !text.Key.Text.EndsWith(".md5sums", StringComparison.Ordinal)
                    )
                )
                .Select(text => (text.Value, text.Key.Text)),
            architecture
        );
}
