using Containerize.Images;

namespace Containerize.Recipes.Instructions;

/// <summary><c>STOPSIGNAL SIGTERM</c>.</summary>
internal sealed record StopSignalInstruction(string Signal) : Instruction
{
    public override string ToDockerfile() => "STOPSIGNAL " + DockerfileText.Word(Signal);

    protected override ImageConfig Change(ImageConfig config) => config.WithStopSignal(Signal);
}
