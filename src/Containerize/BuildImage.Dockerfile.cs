using Containerize.Images;
using Containerize.Recipes;

namespace Containerize.Tasks;

/// <summary>The equivalent Dockerfile: always as a text in <c>obj</c>, with its context where the user wants
/// it.</summary>
public sealed partial class BuildImage
{
    private string DockerfileText => Path.Combine(IntermediateFolder, "Dockerfile");

    private async Task WriteDockerfileAsync(Recipe recipe, Image baseImage, CancellationToken cancellationToken)
    {
        var context = new DockerfileContext(recipe, baseImage);
        await context.WriteTextAsync(DockerfileText, cancellationToken).ConfigureAwait(false);
        if (DockerfilePath.Length > 0)
            await context.WriteAsync(DockerfilePath, cancellationToken).ConfigureAwait(false);
    }
}
