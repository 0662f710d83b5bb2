using Containerize.Images;

namespace Containerize.Recipes.Instructions;

/// <summary><c>MAINTAINER</c>: the author, as Dockerfiles of old have it.</summary>
internal sealed record MaintainerInstruction(string Author) : Instruction
{
    public override string ToDockerfile() => "MAINTAINER " + Author;

    protected override ImageConfig Change(ImageConfig config) => config.WithAuthor(Author);
}
