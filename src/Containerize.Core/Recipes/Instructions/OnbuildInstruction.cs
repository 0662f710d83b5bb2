using Containerize.Images;

namespace Containerize.Recipes.Instructions;

/// <summary><c>ONBUILD</c>: an instruction for builds upon the image.</summary>
/// <param name="Trigger">The instruction; with heredocs it has several lines.</param>
internal sealed record OnbuildInstruction(string Trigger) : Instruction
{
    public override string ToDockerfile() => "ONBUILD " + Trigger;

    protected override ImageConfig Change(ImageConfig config) => config.WithOnBuild([.. config.OnBuild, Trigger]);
}
