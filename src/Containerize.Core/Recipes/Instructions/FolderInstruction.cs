using Containerize.FileSystems;
using Containerize.Images;
using Containerize.Layers;

namespace Containerize.Recipes.Instructions;

/// <summary>A folder that the layer <c>app</c> holds, which a Dockerfile makes with <c>RUN</c>: a comment, and a line
/// in the history.</summary>
/// <param name="Path">Its absolute path.</param>
/// <param name="Mode">Its mode.</param>
/// <param name="Owner">Its owner; null for the image's user.</param>
internal sealed record FolderInstruction(string Path, int Mode, FileOwner? Owner) : Instruction
{
    public override string ToDockerfile() =>
        $"# The layer {LayerNames.App} has the folder {DockerfileText.Quoted(Path)}, mode "
        + $"{Convert.ToString(Mode, 8).PadLeft(4, '0')}, owner {Owner?.ToString() ?? "as USER"}";

    protected override ImageConfig Change(ImageConfig config) => config;
}
