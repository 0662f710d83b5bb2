using System.Collections.Immutable;

namespace Containerize.Attestations;

/// <summary>What a component of an image is.</summary>
public enum ComponentKind
{
    /// <summary>The published project itself.</summary>
    Application,

    /// <summary>A project that it references.</summary>
    Project,

    /// <summary>A NuGet package.</summary>
    Package,

    /// <summary>A .NET runtime: of a runtime pack, or in the base image.</summary>
    Framework,

    /// <summary>The operating system that packages are of.</summary>
    OperatingSystem,

    /// <summary>A package of the operating system.</summary>
    SystemPackage,

    /// <summary>The base image.</summary>
    BaseImage,
}

/// <summary>One thing that an image is made of.</summary>
/// <param name="Id">Tells it from all others of the inventory; the package URL where there is one.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its name as its maker writes it.</param>
/// <param name="Version">Its version; empty when there is none.</param>
public sealed record Component(string Id, ComponentKind Kind, string Name, string Version)
{
    /// <summary>The package URL (purl-spec); null for what no registry of packages has.</summary>
    public string? PackageUrl { get; init; }

    /// <summary>The name in the National Vulnerability Database (CPE 2.3); null where none is known.</summary>
    public string? Cpe { get; init; }

    /// <summary>What its maker says of its licence; null for nothing.</summary>
    public PackageLicense? License { get; init; }

    /// <summary>Who made it; null where nothing says so.</summary>
    public string? Supplier { get; init; }

    /// <summary>The notice of copyright; null for none.</summary>
    public string? Copyright { get; init; }

    /// <summary>
    /// The digest of the package file or, of a base image, of its manifest; null where it is not known.
    /// </summary>
    public ComponentHash? Hash { get; init; }

    /// <summary>The name of the image's layer that it lies in; null where it lies in the base or in several.</summary>
    public string? Layer { get; init; }

    /// <summary>Whether it was compiled or bundled into the app's program, and has no file of its own.</summary>
    public bool IsEmbedded { get; init; }

    /// <summary>Its files in the image, by path.</summary>
    public ImmutableArray<ComponentFile> Files { get; init; } = [];

    /// <summary>The ids of what it needs, sorted.</summary>
    public ImmutableArray<string> Dependencies { get; init; } = [];

    /// <summary>Remarks of the user's, such as why a licence is let pass; sorted.</summary>
    public ImmutableArray<string> Remarks { get; init; } = [];
}

/// <summary>A hash of a component.</summary>
/// <param name="Algorithm"><c>SHA256</c> or <c>SHA512</c>, as SPDX writes it.</param>
/// <param name="Hex">Lower-case hexadecimal.</param>
public sealed record ComponentHash(string Algorithm, string Hex);

/// <summary>A file of a component in the image.</summary>
/// <param name="Path">Its absolute path in the container.</param>
/// <param name="Layer">The name of its layer.</param>
/// <param name="Sha1">The SHA-1 that SPDX demands of each file, in lower-case hexadecimal; empty where nothing asks
/// for it.</param>
/// <param name="Sha256">The SHA-256.</param>
public sealed record ComponentFile(string Path, string Layer, string Sha1, string Sha256);
