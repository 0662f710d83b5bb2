using System.Collections.Immutable;
using Containerize.Publishing.Files;

namespace Containerize.Attestations;

/// <summary>
/// The components that a publish consists of, before it is known which file lies where: the app, the projects and the
/// packages that are in it, and the runtime.
/// </summary>
internal sealed class ProjectComponents
{
    private readonly ImmutableDictionary<string, string> _ids;
    private readonly ImmutableDictionary<string, Component> _byId;
    private readonly Dictionary<string, string> _owners;

    private ProjectComponents(
        ImmutableArray<Component> all,
        ImmutableDictionary<string, string> ids,
        Dictionary<string, string> owners
    )
    {
        All = all;
        _ids = ids;
        _byId = all.ToImmutableDictionary(component => component.Id);
        _owners = owners;
    }

    /// <summary>All of them; the app first.</summary>
    public ImmutableArray<Component> All { get; }

    /// <summary>The published project.</summary>
    public Component App => All[0];

    /// <summary>Reads what a restore chose and what the packages say of themselves.</summary>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0301.</exception>
    public static ProjectComponents Read(PublishFacts facts)
    {
        var assets = AssetsFile.Read(facts.AssetsFile, facts.TargetFramework, facts.RuntimeIdentifier);
        var published = NamesOf(facts.Items);
        var embedded = NamesOf(facts.Bundled);
        var components = new Dictionary<string, Component>(StringComparer.OrdinalIgnoreCase);
        foreach (var library in assets.Libraries.Values.Where(library => library.IsProject && !library.Assets.IsEmpty))
            components[library.Name] = OfProject(library) with
            {
                IsEmbedded = facts.IsNativeAot || !facts.Bundled.IsEmpty,
            };
        foreach (var library in assets.Libraries.Values.Where(library => !library.IsProject))
        {
            var isCompiled = facts.IsNativeAot && !library.Assets.IsEmpty;
            if (published.ContainsKey(library.Name) || embedded.ContainsKey(library.Name) || isCompiled)
                components[library.Name] = OfPackage(library.Folder, library.Name, library.Version) with
                {
                    IsEmbedded = !published.ContainsKey(library.Name),
                };
        }

        foreach (
            var pack in facts.RuntimePacks.Where(pack =>
                published.ContainsKey(pack.Id)
                || embedded.ContainsKey(pack.Id)
                || (facts.IsNativeAot && facts.Frameworks.Contains(pack.Framework))
            )
        )
            components[pack.Id] = OfRuntimePack(pack) with { IsEmbedded = !published.ContainsKey(pack.Id) };
        foreach (var (name, version) in published.Concat(embedded).Where(pair => !components.ContainsKey(pair.Key)))
            components[name] = OfPackage(facts.Packages.FolderOf(name, version), name, version) with
            {
                IsEmbedded = !published.ContainsKey(name),
            };
        return Connect(facts, assets, components);
    }

    /// <summary>The component that a published file belongs to.</summary>
    /// <param name="relativePath">Below the publish folder.</param>
    public Component OwnerOf(string relativePath) => _owners.TryGetValue(relativePath, out var id) ? _byId[id] : App;

    /// <summary>The component of a package or project; null when it is not in the image.</summary>
    /// <param name="name">Its name, in any case.</param>
    public Component? Find(string name) => _ids.GetValueOrDefault(name) is { } id ? _byId[id] : null;

    private static ProjectComponents Connect(
        PublishFacts facts,
        AssetsFile assets,
        Dictionary<string, Component> components
    )
    {
        var ids = components.ToImmutableDictionary(
            pair => pair.Key,
            pair => pair.Value.Id,
            StringComparer.OrdinalIgnoreCase
        );
        var runtime = facts.RuntimePacks.Where(pack => ids.ContainsKey(pack.Id)).Select(pack => ids[pack.Id]);
        var app = new Component(
            $"app:{facts.AssemblyName}",
            ComponentKind.Application,
            facts.AssemblyName,
            facts.Version
        )
        {
            Dependencies = Sorted(Reach(assets.Direct).Concat(runtime)),
        };
        var connected = components
            .Select(pair =>
                pair.Value with
                {
                    Dependencies = assets.Libraries.TryGetValue(pair.Key, out var library)
                        ? Sorted(Reach(library.Dependencies))
                        : [],
                }
            )
            .OrderBy(component => component.Id, StringComparer.Ordinal);

        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var item in facts.Items)
        {
            if ((item.PackageId ?? ProjectOf(item.RelativePath)) is { } owner && ids.TryGetValue(owner, out var id))
                owners[item.RelativePath] = id;
        }

        return new([app, .. connected], ids, owners);

        // A package without files, such as one that only names others, leads on to what it needs.
        IEnumerable<string> Reach(IEnumerable<string> names)
        {
            var (queue, seen) = (new Queue<string>(names), new HashSet<string>(StringComparer.OrdinalIgnoreCase));
            while (queue.TryDequeue(out var name))
            {
                if (!seen.Add(name))
                    continue;
                if (ids.TryGetValue(name, out var id))
                    yield return id;
                else
                    foreach (var next in assets.Libraries.GetValueOrDefault(name)?.Dependencies ?? [])
                        queue.Enqueue(next);
            }
        }

        // The assembly of a referenced project, and what lies beside it under its name.
        string? ProjectOf(string path)
        {
            var name = Path.GetFileNameWithoutExtension(path);
            return assets
                .Libraries.Values.FirstOrDefault(library =>
                    library.IsProject && library.Assets.Any(asset => Path.GetFileNameWithoutExtension(asset) == name)
                )
                ?.Name;
        }
    }

    private static ImmutableArray<string> Sorted(IEnumerable<string> ids) =>
        [.. ids.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static Dictionary<string, string> NamesOf(IEnumerable<PublishedItem> items)
    {
        var names = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var item in items.Where(item => item.PackageId is not null))
            names.TryAdd(item.PackageId!, item.PackageVersion ?? "");
        return names;
    }

    private static Component OfProject(AssetsLibrary library) =>
        new($"project:{library.Name}", ComponentKind.Project, library.Name, library.Version);

    private static Component OfPackage(string? folder, string name, string version)
    {
        var package = NuGetPackage.Read(folder, name, version);
        var url = PackageUrl.OfNuGet(package.Id, version);
        return new(url, ComponentKind.Package, package.Id, version)
        {
            PackageUrl = url,
            License = package.License,
            Supplier = package.Authors,
            Copyright = package.Copyright,
            Hash = package.Hash,
        };
    }

    private static Component OfRuntimePack(RuntimePack pack) =>
        OfPackage(pack.Folder.Length > 0 ? pack.Folder : null, pack.Id, pack.Version) with
        {
            Kind = ComponentKind.Framework,
            Cpe = Frameworks.CpeOf(pack.Framework, pack.Version),
        };
}
