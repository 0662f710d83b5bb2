using System.Collections.Immutable;

namespace Containerize.Inspection.Report;

/// <summary>Who a package is of.</summary>
public enum PackageKind
{
    /// <summary>NuGet, by a <c>.deps.json</c>.</summary>
    NuGet,

    /// <summary>A shared framework or a runtime pack of .NET.</summary>
    Runtime,

    /// <summary>Debian or Ubuntu, by the records of dpkg.</summary>
    Debian,

    /// <summary>Alpine, by the records of apk.</summary>
    Alpine,
}

/// <summary>A package by its name and version.</summary>
/// <param name="Kind">Who it is of.</param>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
public sealed record PackageName(PackageKind Kind, string Name, string Version)
{
    public override string ToString() => $"{Name} {Version}";
}

/// <summary>A package of an image.</summary>
/// <param name="Package">Its name and version.</param>
/// <param name="Size">The bytes of its files before compression.</param>
/// <param name="Bytes">The part of the layers' stored bytes that its files stand for.</param>
/// <param name="Files">How many files it has; 0 where the image does not say which they are.</param>
/// <param name="Layers">The layers that its files are in, by their places.</param>
public sealed record ReportedPackage(PackageName Package, long Size, long Bytes, int Files, ImmutableArray<int> Layers)
{
    /// <summary>Its licence, an SPDX expression or its maker's words; null where nothing names it.</summary>
    public string? License { get; init; }
}
