using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Dockerfiles.StepCaching;

/// <summary>What a step made, as other machines find it.</summary>
/// <param name="Key">What the step is known by, 64 hexadecimal digits.</param>
/// <param name="Layer">The layer that it made; null for a step that changed no file.</param>
public sealed record SharedStep(string Key, SharedLayer? Layer)
{
    /// <summary>Whether the step's layer lies in the image that was built.</summary>
    public bool IsOfImage { get; init; }
}

/// <summary>The layer of a step that another machine did. Nothing of it is fetched before somebody reads it.</summary>
/// <param name="DiffId">The digest of its tar.</param>
/// <param name="Length">The length of its tar in bytes.</param>
/// <param name="Format">How the tar is stored: <see cref="Layers.LayerEncoding.Format"/>.</param>
/// <param name="Blob">The stored bytes.</param>
public sealed record SharedLayer(Digest DiffId, long Length, string Format, Blob Blob)
{
    /// <summary>Takes that the layer's bytes are here, and are what its place says of them.</summary>
    internal Action Checked { get; init; } = () => { };

    /// <summary>Takes why the layer is not what its place says of it, and gives the error for that: who named the place
    /// does without it from then on.</summary>
    internal Func<ContainerizeException, ContainerizeException> Refused { get; init; } = exception => exception;
}

/// <summary>Where the results of steps are looked for that this machine has not done.</summary>
public interface ISharedSteps
{
    /// <summary>What the step of a key made.</summary>
    /// <param name="key">The key, 64 hexadecimal digits.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null where no place knows it.</returns>
    Task<SharedStep?> FindAsync(string key, CancellationToken cancellationToken);

    /// <summary>Says that steps will be asked for, so that places are read while the build begins.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    void Begin(CancellationToken cancellationToken);
}

/// <summary>The steps whose results are handed out.</summary>
public enum SharedStepMode
{
    /// <summary>Those of the last stage, and of the stages that it begins as: their layers are the image's.</summary>
    Min,

    /// <summary>Those of all stages that were built.</summary>
    Max,
}
