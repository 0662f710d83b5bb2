using Containerize.Images;

namespace Containerize.Recipes.Instructions;

/// <summary><c>ADD NAME.tar /</c>: a layer on top.</summary>
/// <param name="Layer">The layer; the tar beside the Dockerfile holds it without compression.</param>
/// <param name="IsWindows">Whether it is a layer of Windows, which no builder adds as a tar.</param>
internal sealed record AddInstruction(Layer Layer, bool IsWindows = false) : Instruction
{
    /// <summary>The file in the Dockerfile's context that holds the layer.</summary>
    public string ContextFile => Layer.Name + ".tar";

    public override string ToDockerfile() =>
        !IsWindows
            ? ToHistory()
            : $"# {ToHistory()}: a layer of Windows, which a Dockerfile cannot express. Its folder Files is the "
                + "drive C:, to be unpacked and copied.";

    public override Image ApplyTo(Image image, DateTimeOffset time) => image.With(Layer, time, ToHistory());

    protected override string ToHistory() => History.OfLayer(Layer.Name);

    protected override ImageConfig Change(ImageConfig config) => config;
}
