using Containerize.Images;

namespace Containerize.Recipes.Instructions;

/// <summary><c>ENV NAME=VALUE</c>.</summary>
internal sealed record EnvInstruction(string Name, string Value) : Instruction
{
    public override string ToDockerfile() => DockerfileText.Pair("ENV", Name, Value);

    protected override ImageConfig Change(ImageConfig config) => config.WithVariable(Name, Value);

    protected override string ToHistory() => $"ENV {Name}={Value}";
}
