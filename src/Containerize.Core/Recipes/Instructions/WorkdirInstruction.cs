using Containerize.Images;

namespace Containerize.Recipes.Instructions;

/// <summary><c>WORKDIR</c>. It stands after the layers, whose entries for the folder have its mode and owner.</summary>
internal sealed record WorkdirInstruction(string Path) : Instruction
{
    public override string ToDockerfile() => "WORKDIR " + DockerfileText.Word(Path);

    protected override ImageConfig Change(ImageConfig config) => config.WithWorkingDirectory(Path);
}
