using Containerize.Images;

namespace Containerize.Stores;

/// <summary>A place that an image goes to.</summary>
public interface IImageSink
{
    /// <summary>Stores the image under all its names. It is there complete afterwards or, after an exception, as before.</summary>
    /// <exception cref="Diagnostics.ContainerizeException">A code for anything that the place can do to us.</exception>
    Task<PushReport> PushAsync(Image image, CancellationToken cancellationToken);
}
