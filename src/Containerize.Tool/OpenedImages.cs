using Containerize.Attestations.Registries;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Archives;
using Containerize.Stores.Contents;
using Containerize.Stores.Layouts;
using Containerize.Stores.Registries.Client;

namespace Containerize.Tool;

/// <summary>All that a name stands for, as long as it is open.</summary>
internal sealed class OpenedImages : IDisposable
{
    private readonly IContentSource _source;

    private readonly Lazy<AttachedPlace?> _attached;

    private OpenedImages(IContentSource source, string name, RegistryClient client)
    {
        _source = source;
        Name = name;
        _attached = new(() =>
            source switch
            {
                { Reference: { } place } => AttachedPlace.Of(place, client),
                OciLayoutSource layout => Local(layout.Referrers(client.Options.Warn), layout.Repository),
                ArchiveSource archive => Local(archive.Referrers(client.Options.Warn), archive.Repository),
                _ => null,
            }
        );

        AttachedPlace? Local(ReferrerPlace? referrers, string? repository) =>
            referrers is null ? null : new(referrers, client.Options.Time) { Repository = repository };
    }

    /// <summary>What the user called it.</summary>
    public string Name { get; }

    /// <summary>The reference that anybody can find it by; null for a place on this machine.</summary>
    public ImageReference? Reference => _source.Reference;

    /// <exception cref="ContainerizeException">CTZ0152 for what is a source of bases and no image, or the source's
    /// own.</exception>
    public static async Task<OpenedImages> OpenAsync(
        ToolHost host,
        string name,
        string engine,
        RegistryClient client,
        CancellationToken cancellationToken
    ) =>
        await host.OpenSourceAsync(LocalReference.Resolve(name, host.Folder), engine, client, cancellationToken)
            is IContentSource source
            ? new OpenedImages(source, name, client)
            : throw new ContainerizeException(
                DiagnosticTable.NotAnImage,
                $"'{name}' is what images are made on, and no image. Name one in a registry, a layout, a "
                    + "tarball or an engine."
            );

    public Task<IImageContents> ContentsAsync(CancellationToken cancellationToken) =>
        _source.OpenContentsAsync(cancellationToken);

    public Task<ImageSet> ReadAsync(CancellationToken cancellationToken) => _source.PullAllAsync(cancellationToken);

    /// <summary>The one image for a platform: the asked one, else this machine's, else the only one.</summary>
    /// <exception cref="ContainerizeException">CTZ0021 when there is none, or several and none for this
    /// machine.</exception>
    public async Task<Image> ReadOneAsync(Platform? platform, CancellationToken cancellationToken) =>
        Choose(await ReadAsync(cancellationToken), platform) is { } image
            ? image
            : await _source.PullAsync(platform ?? ToolHost.Machine, cancellationToken);

    /// <summary>What lies beside the image, read once for all who ask; null for a place without room for it: an engine
    /// or a tarball in Docker's form.</summary>
    public AttachedPlace? Attached => _attached.Value;

    public void Dispose() => (_source as IDisposable)?.Dispose();

    /// <summary>The image that is meant; null when there is none for the platform.</summary>
    public static Image? Choose(ImageSet images, Platform? platform)
    {
        var wanted = platform ?? ToolHost.Machine;
        return images.Images.FirstOrDefault(image => wanted.Matches(image.Config.Platform))
            ?? (platform is null && images.Images is [var only] ? only : null);
    }
}
