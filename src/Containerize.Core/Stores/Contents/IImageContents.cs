using Containerize.Images;

namespace Containerize.Stores.Contents;

/// <summary>
/// What one name stands for in a place, byte for byte: for those who need all of it, and for those who check it.
/// </summary>
public interface IImageContents
{
    /// <summary>What the user calls it, for errors.</summary>
    string Where { get; }

    /// <summary>What the name stands for: a manifest or an index.</summary>
    /// <exception cref="Diagnostics.ContainerizeException">Codes from CTZ0020 on.</exception>
    Task<Descriptor> ResolveAsync(CancellationToken cancellationToken);

    /// <summary>Opens content as the place has it, unchecked; null when it is not there.</summary>
    /// <exception cref="Diagnostics.ContainerizeException">What the place does to us.</exception>
    Task<Stream?> OpenAsync(Descriptor descriptor, CancellationToken cancellationToken);

    /// <summary>Content that is checked while it is read, to be stored elsewhere.</summary>
    Blob Blob(Descriptor descriptor);
}
