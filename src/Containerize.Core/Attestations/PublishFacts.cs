using System.Collections.Immutable;
using Containerize.Publishing.Files;

namespace Containerize.Attestations;

/// <summary>
/// What a build knows of its publish beside the files: whose they are, and what was compiled into the program.
/// </summary>
/// <param name="AssemblyName">The name of the app's assembly.</param>
public sealed record PublishFacts(string AssemblyName)
{
    /// <summary>The app's version; empty for none.</summary>
    public string Version { get; init; } = "";

    /// <summary>The repository's name, without a registry.</summary>
    public required string Repository { get; init; }

    /// <summary>The absolute path of <c>project.assets.json</c>, or empty.</summary>
    public string AssetsFile { get; init; } = "";

    /// <summary>The project's <c>TargetFramework</c>.</summary>
    public string TargetFramework { get; init; } = "";

    /// <summary>The runtime identifier that the project is published for; empty for any.</summary>
    public string RuntimeIdentifier { get; init; } = "";

    /// <summary>The folders in which NuGet keeps packages, for packages that the assets file does not name.</summary>
    public PackageFolders Packages { get; init; } = PackageFolders.None;

    /// <summary>The packs that the .NET runtime of a self-contained publish comes from.</summary>
    public ImmutableArray<RuntimePack> RuntimePacks { get; init; } = [];

    /// <summary>The published files, with the package that each came with.</summary>
    public ImmutableArray<PublishedItem> Items { get; init; } = [];

    /// <summary>The files that a single-file publish put into its program.</summary>
    public ImmutableArray<PublishedItem> Bundled { get; init; } = [];

    /// <summary>Whether the assemblies were compiled into one native program.</summary>
    public bool IsNativeAot { get; init; }

    /// <summary>The shared frameworks that the app needs: <c>Microsoft.NETCore.App</c>.</summary>
    public ImmutableArray<string> Frameworks { get; init; } = [];

    /// <summary>Whether the runtime is part of the publish.</summary>
    public bool IsSelfContained { get; init; }

    /// <summary>The licences of operating-system packages, as SPDX expressions by the packages' names.</summary>
    public ImmutableDictionary<string, string> PackageLicenses { get; init; } =
        ImmutableDictionary<string, string>.Empty;

    /// <summary>Reasons for packages whose licence is not among those allowed, by id.</summary>
    public ImmutableSortedDictionary<string, string> Exceptions { get; init; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.OrdinalIgnoreCase);
}

/// <summary>A pack with the .NET runtime.</summary>
/// <param name="Id">The id of its package.</param>
/// <param name="Version">Its version.</param>
/// <param name="Framework">The framework that it has: <c>Microsoft.NETCore.App</c>.</param>
/// <param name="Folder">The absolute path of its folder, or empty.</param>
public sealed record RuntimePack(string Id, string Version, string Framework, string Folder);
