using Containerize.Caching;
using Containerize.Entries;
using Containerize.Layers;
using Containerize.Layers.Caching;
using Containerize.Publishing.Ahead;
using Containerize.Publishing.Files;
using Containerize.Publishing.Layering;
using Containerize.Publishing.Settings;

namespace Containerize.Core.Tests.Publishing.Ahead;

/// <summary>A publish whose packages are packed ahead, and the run that comes after.</summary>
internal sealed class PublishAhead : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("containerize-ahead-").FullName;

    public void Dispose() => Directory.Delete(Root, recursive: true);

    public CacheFolder Cache => new(Path.Combine(Root, "cache"));

    public string Packages => Path.Combine(Root, "packages");

    public string Published => Path.Combine(Root, "publish");

    public static string Large => new('x', 2 << 20);

    public string HashesFile => Path.Combine(Root, "hashes-ahead.txt");

    public void Place(params string[] namesAndTexts)
    {
        Directory.CreateDirectory(Packages);
        foreach (var pair in namesAndTexts.Chunk(2))
            File.WriteAllText(Path.Combine(Packages, pair[0]), pair[1]);
    }

    public void Publish()
    {
        Directory.CreateDirectory(Published);
        foreach (var file in Directory.GetFiles(Packages))
            File.Copy(file, Path.Combine(Published, Path.GetFileName(file)), overwrite: true);
        File.WriteAllText(Path.Combine(Published, "app.dll"), "app");
    }

    public LayersAhead Begin(ContainerSettings? settings = null, int number = 0) =>
        new(
            Request() with
            {
                Settings = settings ?? new ContainerSettings(),
                HashesFile = number == 0 ? HashesFile : $"{HashesFile}.{number}",
            },
            TimeProvider.System
        );

    public AheadRequest Request(params string[] names)
    {
        var files =
            names.Length > 0 ? names
            : Directory.Exists(Packages) ? Directory.GetFiles(Packages)
            : [];
        var entries = files
            .Select(file => Path.Combine(Packages, file))
            .Append(Path.Combine(Published, "app.dll"))
            .Select(path => new PublishFolderEntry(Path.GetFileName(path), path, EntryKind.File, null))
            .OrderBy(entry => entry.RelativePath, StringComparer.Ordinal);
        return new AheadRequest(
            new PublishFolder(Published, [.. entries]),
            Index(files),
            new ContainerSettings(),
            () => Cache,
            HashesFile
        );
    }

    public static PublishIndex Index(IEnumerable<string> files) =>
        new([
            .. files.Select(file => new PublishedItem(Path.GetFileName(file))
            {
                PackageId = Path.GetFileNameWithoutExtension(file),
                PackageVersion = "1.0.0",
                IsRuntime = Path.GetFileName(file) == "runtime.so",
            }),
        ]);

    // Locks have no content and stay.
    public List<string> Files() =>
        Directory.Exists(Cache.Path)
            ?
            [
                .. Directory
                    .GetFiles(Cache.Path, "*", SearchOption.AllDirectories)
                    .Where(file => Path.GetFileName(Path.GetDirectoryName(file)) != "locks"),
            ]
            : [];

    public async Task<List<(string Name, LayerOrigin Origin)>> RunAsync(CacheFolder cache) =>
        [
            .. (await LayersAsync(cache, new ContainerSettings(), null)).Select(layer =>
                (layer.Layer.Name, layer.Origin)
            ),
        ];

    public async Task<string> DescriptorsAsync(
        CacheFolder cache,
        ContainerSettings settings,
        LayersAhead? ahead = null
    ) =>
        string.Join(
            '\n',
            (await LayersAsync(cache, settings, ahead)).Select(layer =>
                $"{layer.Layer.Name} {layer.Layer.Blob.Descriptor.Digest} {layer.Layer.DiffId}"
            )
        );

    public async Task<List<CachedLayer>> LayersAsync(CacheFolder cache, ContainerSettings settings, LayersAhead? ahead)
    {
        var hashes = ContentHashes.Read(Path.Combine(Root, $"{Guid.NewGuid():N}"), TimeProvider.System);
        var folder = PublishFolder.Read(Published, new HashSet<string>());
        var plan = LayerPlan.Create(folder, Index(Directory.GetFiles(Packages)), settings, hashes.Of);
        ahead?.Claim(plan.Layers.Select(layer => CacheOf(layer).KeyOf(layer, TestContext.Current.CancellationToken)));
        var made = new List<CachedLayer>();
        foreach (var layer in plan.Layers)
            made.Add(await CacheOf(layer).GetAsync(layer, TestContext.Current.CancellationToken));
        return made;

        LayerCache CacheOf(PlannedLayer layer)
        {
            var encoding = settings.Encodings.Of(layer.Name);
            var writer = new LayerWriter(Path.Combine(Root, "layers"), encoding);
            return new LayerCache(cache, writer, encoding, hashes, TimeProvider.System);
        }
    }
}
