using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.FileSystems;
using Containerize.Images;
using Containerize.Layers.Caching;
using Containerize.Packages.Systems;
using Containerize.Publishing.Bases;
using Containerize.Publishing.Files;
using Containerize.Publishing.Layering;
using Containerize.Stores;

namespace Containerize.Publishing;

/// <summary>The base of a run, and the layers on it.</summary>
public sealed partial record ContainerBuild
{
    private async Task<FoundBase> FindBaseAsync(CancellationToken cancellationToken)
    {
        var pulled = await Base.PullAsync(Platform, cancellationToken).ConfigureAwait(false);
        return new FoundBase(pulled, InFormat(pulled));
    }

    // A mount only saves sending: an image that is not there, or not to be had, costs nothing else.
    private async Task<ReusableLayers> FindReusableAsync(CancellationToken cancellationToken)
    {
        var images = await Task.WhenAll(ReuseFrom.Select(FindAsync)).ConfigureAwait(false);
        return ReusableLayers.Of(images.OfType<Image>());

        async Task<Image?> FindAsync(IImageSource source)
        {
            try
            {
                return await source.PullAsync(Platform, cancellationToken).ConfigureAwait(false);
            }
            catch (ContainerizeException)
            {
                return null;
            }
        }
    }

    // What a tarball will hold of the base comes into the cache while the layers are made.
    private async Task FetchAheadAsync(Task<FoundBase> finding, CancellationToken cancellationToken)
    {
        var found = await finding.ConfigureAwait(false);
        if (Cache is not null && Sinks.Any(sink => sink.ReadsAllBlobs))
            await Parallel
                .ForEachAsync(
                    found.Pulled.Layers,
                    cancellationToken,
                    async (layer, token) =>
                        await (layer.Blob.BringAsync?.Invoke(token) ?? Task.CompletedTask).ConfigureAwait(false)
                )
                .ConfigureAwait(false);
    }

    private async Task<SystemLayers> InstallAsync(
        Task<FoundBase> finding,
        LayerMaker maker,
        CancellationToken cancellationToken
    )
    {
        var pulled = (await finding.ConfigureAwait(false)).Pulled;
        if (Packages is null)
            return new SystemLayers(null, pulled);
        var packages = await Packages
            .InstallAsync(Base.Name, pulled, Platform, cancellationToken)
            .ConfigureAwait(false);
        if (packages.Packages.IsEmpty)
            return new SystemLayers(packages, pulled);
        var (layer, unrun) = await maker.MakeAsync(packages, cancellationToken).ConfigureAwait(false);
        return new SystemLayers(packages, pulled.With(layer.Layer, Settings.Created, layer.Layer.Name))
        {
            Layers = [layer],
            UnrunScripts = unrun,
        };
    }

    // Of what is below only this goes into these layers: the bundle that certificates are added to, and who owns a
    // volume.
    private async Task<ProjectLayers> MakeLayersAsync(
        Task<SystemLayers> below,
        LayerMaker maker,
        CancellationToken cancellationToken
    )
    {
        var folder = PublishFolder.Read(PublishPath, LeaveOut);
        CommandWord.Check(folder, Settings);
        var program = AppProgram.Check(folder, Settings, Platform, Library);
        maker.Hashes?.HashAhead(
            folder
                .Entries.Where(entry =>
                    entry.Kind == EntryKind.File && !StaticAssetEndpoints.IsManifest(entry.RelativePath)
                )
                .Select(entry => entry.FullPath),
            cancellationToken
        );
        var plan = LayerPlan.Create(folder, Index, Settings, maker.Hashes is { } hashes ? hashes.Of : null);
        var whole = LocalCertificates.AreIn(Settings.Files)
            ? await WithCertificatesAsync(plan, (await below.ConfigureAwait(false)).Image, cancellationToken)
                .ConfigureAwait(false)
            : plan;
        if (NamedOwners.AreIn(Settings))
            whole = await new NamedOwners(
                Settings,
                (await below.ConfigureAwait(false)).Image,
                new ImageFileSystemCache(Cache, Time)
            )
                .AddToAsync(whole, cancellationToken)
                .ConfigureAwait(false);
        if (VolumeFolders.AreIn(Settings))
            whole = await new VolumeFolders(
                Settings,
                (await below.ConfigureAwait(false)).Image,
                new ImageFileSystemCache(Cache, Time)
            )
                .AddToAsync(whole, cancellationToken)
                .ConfigureAwait(false);
        if (FoldersAbove.AreIn(Settings))
            whole = await new FoldersAbove(
                Settings,
                (await below.ConfigureAwait(false)).Image,
                new ImageFileSystemCache(Cache, Time)
            )
                .AddToAsync(whole, cancellationToken)
                .ConfigureAwait(false);
        var made = await maker.MakeAsync(whole, cancellationToken).ConfigureAwait(false);
        return new ProjectLayers(plan, whole, [.. whole.Layers.Zip(made)], maker.Hashes) { Program = program };
    }

    private async Task<LayerPlan> WithCertificatesAsync(
        LayerPlan plan,
        Image below,
        CancellationToken cancellationToken
    )
    {
        var system = Cache is null
            ? await BaseSystemReader.ReadAsync(below, cancellationToken).ConfigureAwait(false)
            : await new BaseSystemCache(Path.Combine(Cache.Path, "packages"))
                .ReadAsync(below, cancellationToken)
                .ConfigureAwait(false);
        return LocalCertificates.AddTo(plan, Settings.Files, system, Settings.Created);
    }

    // Docker's family has no zstd, so an image with such a layer is one of OCI's, whatever its base was.
    private Image InFormat(Image image)
    {
        var lasts = Packages is { IsIdle: false } || Index.Items.Any(item => item.IsRuntime);
        var hasZstd =
            image.Layers.Any(layer => layer.Compression == LayerCompression.Zstd)
            || Settings.Encodings.Usual.Compression == LayerCompression.Zstd
            || (lasts && Settings.Encodings.Lasting.Compression == LayerCompression.Zstd);
        if (hasZstd && Settings.Format == ImageFormat.Docker)
            throw new ContainerizeException(
                DiagnosticTable.InvalidSetting,
                "ContainerImageFormat is Docker and a layer is compressed with zstd, which Docker's format does "
                    + "not have. "
                    + "Set ContainerImageFormat to OCI, or ContainerCompression and ContainerLastingCompression to "
                    + "gzip and take a base image without zstd."
            );
        return image.In(Settings.Format ?? (hasZstd ? ImageFormat.Oci : image.Manifest.Format));
    }
}
