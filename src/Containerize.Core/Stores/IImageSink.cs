using Containerize.Images;

namespace Containerize.Stores;

/// <summary>A place that an image goes to.</summary>
public interface IImageSink
{
    /// <summary>Stores one image, or several with the index over them, under all the names. It is there complete
    /// afterwards or, after an exception, as before.</summary>
    /// <exception cref="Diagnostics.ContainerizeException">A code for anything that the place can do to us.</exception>
    Task<PushReport> PushAsync(ImageSet images, CancellationToken cancellationToken);

    /// <summary>Whether it reads every blob of an image, those of the base too; false where it may have them
    /// already.</summary>
    bool ReadsAllBlobs => false;

    /// <summary>What tells that the place still holds these images as they were stored; null where only storing them
    /// again would.</summary>
    ImageFreshness? FreshnessOf(ImageSet images) => null;
}
