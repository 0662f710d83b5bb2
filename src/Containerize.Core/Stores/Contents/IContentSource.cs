namespace Containerize.Stores.Contents;

/// <summary>A source that can give all that its name stands for, not only the image for one platform.</summary>
public interface IContentSource : IImageSource
{
    /// <summary>Opens what the name stands for.</summary>
    /// <exception cref="Diagnostics.ContainerizeException">Codes from CTZ0020 on.</exception>
    Task<IImageContents> OpenContentsAsync(CancellationToken cancellationToken);
}
