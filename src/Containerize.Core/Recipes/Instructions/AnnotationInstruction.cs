using Containerize.Images;

namespace Containerize.Recipes.Instructions;

/// <summary>An annotation of the manifest, which a Dockerfile cannot say: builders take it on their command
/// line.</summary>
internal sealed record AnnotationInstruction(string Key, string Value) : Instruction
{
    public override string ToDockerfile() =>
        $"# An annotation, which a Dockerfile cannot express: --annotation {DockerfileText.Quoted($"{Key}={Value}")}";

    public override Image ApplyTo(Image image, DateTimeOffset time) => image.WithAnnotation(Key, Value);

    protected override ImageConfig Change(ImageConfig config) => config;
}
