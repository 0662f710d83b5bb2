using Containerize.Layers;
using Containerize.Publishing.Files;

namespace Containerize.Publishing.Layering;

/// <summary>
/// Tells the layer of a file below <c>wwwroot</c> by where the build has it from. Its name says nothing: a fingerprint
/// in it changes with the content, and what is compressed of it lies with it.
/// </summary>
internal sealed class AssetChoice
{
    private const string WasmResource = "WasmResource";

    // Where a client loads itself from: what lies there and is not known was put there by what makes clients.
    private const string Framework = FileTimes.Assets + "_framework/";

    private readonly Dictionary<string, StaticAsset> _byPath;
    private readonly Dictionary<string, StaticAsset> _byIdentity;
    private readonly PackageFolders _packages;
    private readonly Func<string, PublishedItem?> _itemOf;

    /// <param name="assets">What the build knows of static web assets.</param>
    /// <param name="packages">Where packages lie on this machine.</param>
    /// <param name="itemOf">What the build knows of a published file, by its path below the publish folder.</param>
    public AssetChoice(IEnumerable<StaticAsset> assets, PackageFolders packages, Func<string, PublishedItem?> itemOf)
    {
        var list = assets.ToList();
        _byPath = list.DistinctBy(asset => asset.RelativePath)
            .ToDictionary(asset => asset.RelativePath, StringComparer.Ordinal);
        _byIdentity = list.DistinctBy(asset => asset.Identity)
            .ToDictionary(asset => asset.Identity, StringComparer.Ordinal);
        (_packages, _itemOf) = (packages, itemOf);
        HasClient = list.Any(asset => asset.Trait == WasmResource);
    }

    /// <summary>Whether there is a client that runs in the browser.</summary>
    public bool HasClient { get; }

    /// <summary>The layer of a file below <c>wwwroot</c>, and why.</summary>
    public LayerReason ReasonOf(string path)
    {
        if (!_byPath.TryGetValue(path, out var asset))
            return Other(HasClient && path.StartsWith(Framework, StringComparison.Ordinal));
        for (
            var hops = 0;
            hops < _byIdentity.Count && _byIdentity.TryGetValue(asset.RelatedTo, out var related);
            hops++
        )
            asset = related;
        return asset is { Trait: WasmResource, TraitValue: "native" }
                ? new LayerReason(LayerNames.AssetsRuntime, "the .NET runtime of the client")
            : (_packages.Find(asset.Identity) ?? _packages.Find(asset.Origin)) is { } package
                ? OfPackage($"static files of {package}")
            : asset.SourceType == "Package" ? OfPackage($"static files of package {asset.Source}")
            : asset.Trait == WasmResource && asset.TraitValue == "runtime" ? OfAssembly(asset)
            : Other(HasClient && (asset.SourceType == "Computed" || asset.Trait is WasmResource or "ScopedCss"));
    }

    // A linker writes all assemblies of a client again. The server publishes those of the projects that both use, and
    // their packages; what it does not publish it has in its shared framework.
    private LayerReason OfAssembly(StaticAsset asset)
    {
        var name = Path.GetFileNameWithoutExtension(asset.Identity);
        name = name.EndsWith(".resources", StringComparison.Ordinal) ? name[..^".resources".Length] : name;
        var own = name == asset.Source || _itemOf(name + ".dll") is { PackageId: null, IsRuntime: false };
        return own
            ? new LayerReason(LayerNames.Client, "an assembly of the client")
            : OfPackage("assemblies that the client uses");
    }

    private static LayerReason Other(bool isMadeForTheClient) =>
        isMadeForTheClient
            ? new LayerReason(LayerNames.Client, "made for the client by the build")
            : new LayerReason(LayerNames.Assets, $"below {FileTimes.Assets}");

    private static LayerReason OfPackage(string why) => new(LayerNames.AssetsDependencies, why);
}
