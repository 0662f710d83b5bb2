using System.Collections.Immutable;
using System.Text;
using Containerize.Images;

namespace Containerize.Layers;

/// <summary>The names of the layers that published files are split into.</summary>
public static class LayerNames
{
    /// <summary>Operating-system packages: below all that is published.</summary>
    public const string Packages = "packages";

    /// <summary>The .NET runtime of a self-contained publish.</summary>
    public const string Runtime = "runtime";

    /// <summary>NuGet packages of stable versions.</summary>
    public const string Dependencies = "dependencies";

    /// <summary>NuGet packages of prerelease versions.</summary>
    public const string Prerelease = "prerelease";

    /// <summary>The program that starts the app's assembly: made by the SDK, it stays the same whatever the code
    /// says.</summary>
    public const string Host = "host";

    /// <summary>The .NET runtime of a client that runs in the browser.</summary>
    public const string AssetsRuntime = "assets-runtime";

    /// <summary>Static files of NuGet packages, and the assemblies of the framework and of packages that a client
    /// runs.</summary>
    public const string AssetsDependencies = "assets-dependencies";

    /// <summary>Other files below <c>wwwroot</c>: as they lie in the projects.</summary>
    public const string Assets = "assets";

    /// <summary>What a build makes of a client that runs in the browser: its assemblies, and the lists of what it
    /// loads.</summary>
    public const string Client = "client";

    /// <summary>Everything else.</summary>
    public const string App = "app";

    /// <summary>How the name of a layer begins that holds one large package.</summary>
    public const string OnePackage = Dependencies + "-";

    private const int LongestName = 41;

    /// <summary>Bottom to top: what changes least lies lowest.</summary>
    public static ImmutableArray<string> InOrder { get; } =
    [Runtime, Dependencies, Prerelease, Host, AssetsRuntime, AssetsDependencies, Assets, Client, App];

    /// <summary>Whether published files may be split into a layer of this name.</summary>
    public static bool IsOurs(string name) =>
        InOrder.Contains(name) || name.StartsWith(OnePackage, StringComparison.Ordinal);

    /// <summary>The layer of one large package: <c>dependencies-confluent-kafka</c>.</summary>
    /// <param name="packageId">The package's id; two of them may have one layer.</param>
    public static string OfPackage(string packageId)
    {
        var letters = packageId
            .Select(letter => char.IsAsciiLetterOrDigit(letter) ? char.ToLowerInvariant(letter) : '-')
            .ToArray();
        var name = OnePackage + new string(letters);
        if (name.Length <= LongestName)
            return name;
        // Names of packages often differ at their end only.
        var hash = Digest.Of(Encoding.UTF8.GetBytes(packageId.ToLowerInvariant())).Hex[..8];
        return $"{name[..(LongestName - 9)]}-{hash}";
    }
}
