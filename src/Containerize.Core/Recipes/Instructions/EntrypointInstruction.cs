using System.Collections.Immutable;
using Containerize.Images;

namespace Containerize.Recipes.Instructions;

/// <summary><c>ENTRYPOINT</c> in its exec form. In a Dockerfile it takes an inherited <c>CMD</c> away, so it does
/// here.</summary>
internal sealed record EntrypointInstruction(ImmutableArray<string> Words) : Instruction
{
    /// <summary>Whether <c>CMD</c> stays as it is: where it stands above in the same stage.</summary>
    public bool KeepsCmd { get; init; }

    public override string ToDockerfile() => "ENTRYPOINT " + DockerfileText.Words(Words);

    protected override ImageConfig Change(ImageConfig config) =>
        KeepsCmd ? config.WithEntrypoint(Words) : config.WithEntrypoint(Words).WithCmd([]);
}
