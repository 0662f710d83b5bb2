using Containerize.Images;

namespace Containerize.Recipes.Instructions;

/// <summary><c>VOLUME</c> in its JSON form; it stands after the layers, since a builder loses what is written into one
/// later.</summary>
internal sealed record VolumeInstruction(string Path) : Instruction
{
    public override string ToDockerfile() => "VOLUME " + DockerfileText.Words([Path]);

    protected override ImageConfig Change(ImageConfig config) => config.WithVolume(Path);
}
