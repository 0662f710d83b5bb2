using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Contents;
using Containerize.Stores.Layouts;
using Containerize.Stores.Registries.Client;

namespace Containerize.Tool;

/// <summary>All that a name stands for, as long as it is open.</summary>
internal sealed class OpenedImages : IDisposable
{
    private readonly IContentSource _source;

    private OpenedImages(IContentSource source, string name)
    {
        _source = source;
        Name = name;
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
            ? new OpenedImages(source, name)
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

    /// <summary>What a layout has about images in it; nothing where the images come from elsewhere.</summary>
    /// <exception cref="ContainerizeException">CTZ0022 to CTZ0025.</exception>
    public Task<ImmutableArray<Artifact>> ReferrersAsync(ImageSet images, CancellationToken cancellationToken) =>
        _source is OciLayoutSource layout
            ? layout.ReferrersAsync(
                images.Images.Select(image => image.Digest).Append(images.Digest).ToHashSet(),
                cancellationToken
            )
            : Task.FromResult<ImmutableArray<Artifact>>([]);

    public void Dispose() => (_source as IDisposable)?.Dispose();

    /// <summary>The image that is meant; null when there is none for the platform.</summary>
    public static Image? Choose(ImageSet images, Platform? platform)
    {
        var wanted = platform ?? ToolHost.Machine;
        return images.Images.FirstOrDefault(image => wanted.Matches(image.Config.Platform))
            ?? (platform is null && images.Images is [var only] ? only : null);
    }
}
