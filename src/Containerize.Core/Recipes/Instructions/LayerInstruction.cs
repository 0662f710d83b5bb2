using Containerize.Images;

namespace Containerize.Recipes.Instructions;

/// <summary>An instruction that makes a layer of what it changes: <c>COPY</c>, <c>RUN</c>, …</summary>
/// <param name="Layer">The layer; null where nothing changed.</param>
/// <param name="Text">The instruction.</param>
internal sealed record LayerInstruction(Layer? Layer, string Text) : Instruction
{
    public override string ToDockerfile() => Text;

    public override Image ApplyTo(Image image, DateTimeOffset time) =>
        Layer is null ? base.ApplyTo(image, time) : image.With(Layer, time, ToHistory());

    protected override ImageConfig Change(ImageConfig config) => config;
}
