using System.Collections.Immutable;
using System.Text;
using Containerize.Images;
using Containerize.Recipes.Instructions;

namespace Containerize.Recipes;

/// <summary>
/// The equivalent of a Dockerfile, as a value. <see cref="ApplyTo"/> makes the image, <see cref="ToDockerfile"/> writes
/// the file that makes the same image with any builder.
/// </summary>
/// <param name="From">What <c>FROM</c> says: the name of the base in a builder's words.</param>
/// <param name="Instructions">What comes after it, in order.</param>
public sealed record Recipe(string From, ImmutableArray<Instruction> Instructions)
{
    /// <summary>Returns the image that this recipe makes of the base.</summary>
    /// <param name="image">The base image.</param>
    /// <param name="time">The image's <c>created</c> and that of its new history entries.</param>
    public Image ApplyTo(Image image, DateTimeOffset time)
    {
        var result = Instructions.Aggregate(image, (soFar, instruction) => instruction.ApplyTo(soFar, time));
        return result.With(result.Config.WithCreated(time));
    }

    /// <summary>The Dockerfile, with <c>\n</c> line ends.</summary>
    /// <param name="baseDigest">The digest of the base's manifest, for the comment; null when it is not known.</param>
    public string ToDockerfile(Digest? baseDigest)
    {
        var text = new StringBuilder();
        text.Append("# The same image as Containerize made, for any builder: docker build, buildah bud.\n");
        text.Append("# Each ADD unpacks a layer that ContainerDockerfilePath writes beside the Dockerfile.\n");
        if (From == Scratch)
            text.Append("FROM scratch\n");
        else
            text.Append(
                    $"# The base is {baseDigest?.ToString() ?? "named below"}; a builder that cannot read its "
                        + $"name takes another with --build-arg BASE=…\n"
                )
                .Append($"ARG BASE={From}\n")
                .Append("FROM ${BASE}\n");
        foreach (var instruction in Instructions)
            text.Append(instruction.ToDockerfile()).Append('\n');
        return text.ToString();
    }

    /// <summary>The name of the image without layers.</summary>
    public const string Scratch = "scratch";
}
