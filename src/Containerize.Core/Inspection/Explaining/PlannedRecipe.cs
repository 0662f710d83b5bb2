using System.Collections.Immutable;
using Containerize.Images;
using Containerize.Publishing;
using Containerize.Publishing.Settings;
using Containerize.Recipes;
using Containerize.Recipes.Instructions;

namespace Containerize.Inspection.Explaining;

/// <summary>The recipe of an image whose layers do not exist yet, and whose base may be unknown.</summary>
internal static class PlannedRecipe
{
    /// <summary>Writes the recipe as far as it is known, as a Dockerfile.</summary>
    /// <param name="start">The base.</param>
    /// <param name="platform">What the image runs on.</param>
    /// <param name="layers">The names of the project's layers, lowest first.</param>
    /// <param name="settings">What the project says.</param>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0050.</exception>
    public static string ToDockerfile(
        BaseFacts start,
        Platform platform,
        IEnumerable<string> layers,
        ContainerSettings settings
    )
    {
        ImmutableArray<Layer> named = [.. layers.Select(Named)];
        if (start.Image is { } image)
            return ContainerRecipe
                .Create(new RecipeBase(start.Name, start.Reference, image.Digest, image), named, settings)
                .ToDockerfile(image.Digest);
        var scratch = Image.Scratch(platform);
        var known = settings with { GeneratedLabels = settings.GeneratedLabels with { BaseDigest = false } };
        var recipe = ContainerRecipe.Create(
            new RecipeBase(start.Name, start.Reference, scratch.Digest, scratch),
            named,
            known
        );
        return "# What follows from the base image is left out, since it is not on this machine: a user, ports and an "
            + "entrypoint\n"
            + "# that the project does not say itself, and the base's digest.\n"
            + (
                recipe with
                {
                    Instructions = recipe.Instructions.RemoveAll(instruction => FollowsFromBase(instruction, settings)),
                }
            ).ToDockerfile(null);
    }

    private static bool FollowsFromBase(Instruction instruction, ContainerSettings settings) =>
        instruction is UserInstruction && settings.User is null
        || instruction is EntrypointInstruction { Words.IsEmpty: true };

    private static Layer Named(string name) =>
        new(Blob.FromBytes(MediaTypes.OciLayer, ReadOnlyMemory<byte>.Empty), Digest.Of([]), name);
}
