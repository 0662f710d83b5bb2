using System.Collections.Immutable;
using Containerize.Images;

namespace Containerize.Recipes.Instructions;

/// <summary><c>SHELL</c>: what runs the lines of <c>RUN</c>, <c>CMD</c> and <c>ENTRYPOINT</c>.</summary>
internal sealed record ShellInstruction(ImmutableArray<string> Words) : Instruction
{
    public override string ToDockerfile() => "SHELL " + DockerfileText.Words(Words);

    protected override ImageConfig Change(ImageConfig config) => config.WithShell(Words);
}
