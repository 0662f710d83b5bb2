using System.Collections.Immutable;

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

    /// <summary>The program that starts the app's assembly: made by the SDK, it stays the same whatever the code says.</summary>
    public const string Host = "host";

    /// <summary>Files below <c>wwwroot</c>.</summary>
    public const string Assets = "assets";

    /// <summary>Everything else.</summary>
    public const string App = "app";

    /// <summary>Bottom to top: what changes least lies lowest.</summary>
    public static ImmutableArray<string> InOrder { get; } = [Runtime, Dependencies, Prerelease, Host, Assets, App];
}
