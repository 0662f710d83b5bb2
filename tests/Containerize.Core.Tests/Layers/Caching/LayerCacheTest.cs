using Containerize.Caching;
using Containerize.Entries;
using Containerize.Layers;
using Containerize.Layers.Caching;

namespace Containerize.Core.Tests.Layers.Caching;

/// <summary>What tests of the cache of layers share.</summary>
public abstract class LayerCacheTest : IDisposable
{
    private int _runs;

    protected string Root { get; } = Directory.CreateTempSubdirectory("containerize-cache-").FullName;

    public void Dispose()
    {
        Directory.Delete(Root, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected CacheFolder Folder => new(Path.Combine(Root, "cache"));

    // Each run is one of another project: only the cache folder is shared.
    protected Task<CachedLayer> Get(
        string content,
        int mode = 420,
        int uid = 0,
        TimeProvider? time = null,
        Action? packing = null
    )
    {
        var own = Path.Combine(Root, $"project{Interlocked.Increment(ref _runs)}");
        var bytes = System.Text.Encoding.UTF8.GetBytes(content);
        // The content is opened once for its hash and once to be packed.
        var opened = 0;
        var entry = new LayerEntry(ContainerPath.Parse("/app/file"), EntryKind.File, mode)
        {
            Content = new FileContent(bytes.Length, Open, "file"),
            Uid = uid,
        };
        var hashes = ContentHashes.Read(Path.Combine(own, "hashes.txt"), TimeProvider.System);
        var cache = new LayerCache(
            Folder,
            new LayerWriter(own, LayerEncoding.Default),
            LayerEncoding.Default,
            hashes,
            time ?? TimeProvider.System
        );
        return cache.GetAsync(new PlannedLayer("app", [entry]), TestContext.Current.CancellationToken);

        Stream Open()
        {
            if (++opened > 1)
                packing?.Invoke();
            return new MemoryStream(bytes);
        }
    }
}
