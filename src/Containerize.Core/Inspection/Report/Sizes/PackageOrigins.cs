namespace Containerize.Inspection.Report.Sizes;

/// <summary>What people call the makers of packages, and how their packages are coloured.</summary>
internal static class PackageOrigins
{
    /// <summary>Who packages of a kind are of.</summary>
    public static string NameOf(PackageKind kind) =>
        kind switch
        {
            PackageKind.NuGet => "NuGet",
            PackageKind.Runtime => ".NET runtime",
            PackageKind.Debian => "Debian",
            _ => "Alpine",
        };

    /// <summary>The sort of layer that packages of a kind usually lie in, whose colour they have.</summary>
    public static LayerKind KindOf(PackageKind kind) =>
        kind switch
        {
            PackageKind.NuGet => LayerKind.Dependencies,
            PackageKind.Runtime => LayerKind.Runtime,
            _ => LayerKind.Packages,
        };
}
