using Containerize.Images;

namespace Containerize.Recipes.Instructions;

/// <summary><c>LABEL NAME=VALUE</c>.</summary>
internal sealed record LabelInstruction(string Name, string Value) : Instruction
{
    public override string ToDockerfile() => DockerfileText.Pair("LABEL", Name, Value);

    protected override ImageConfig Change(ImageConfig config) => config.WithLabel(Name, Value);

    protected override string ToHistory() => $"LABEL {Name}={Value}";
}
