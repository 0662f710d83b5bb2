using System.Collections.Immutable;
using Containerize.Images;

namespace Containerize.Recipes.Instructions;

/// <summary><c>CMD</c> in its exec form.</summary>
internal sealed record CmdInstruction(ImmutableArray<string> Words) : Instruction
{
    public override string ToDockerfile() => "CMD " + DockerfileText.Words(Words);

    protected override ImageConfig Change(ImageConfig config) => config.WithCmd(Words);
}
