using Containerize.Images;

namespace Containerize.Recipes.Instructions;

/// <summary><c>EXPOSE 8080/tcp</c>.</summary>
internal sealed record ExposeInstruction(string Port) : Instruction
{
    public override string ToDockerfile() => "EXPOSE " + Port;

    protected override ImageConfig Change(ImageConfig config) => config.WithExposedPort(Port);
}
