using Containerize.Images;

namespace Containerize.Recipes.Instructions;

/// <summary><c>USER</c>: a name or a number, with or without a group.</summary>
internal sealed record UserInstruction(string User) : Instruction
{
    public override string ToDockerfile() => "USER " + DockerfileText.Word(User);

    protected override ImageConfig Change(ImageConfig config) => config.WithUser(User);
}
