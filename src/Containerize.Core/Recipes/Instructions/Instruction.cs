using Containerize.Images;

namespace Containerize.Recipes.Instructions;

/// <summary>
/// One instruction of a Dockerfile, as a value with two readings: a change to an image, and a line of text. Both come
/// from the same value, so what is built and what is shown cannot drift apart.
/// </summary>
public abstract record Instruction
{
    /// <summary>The line (or lines) of a Dockerfile that does the same; a comment where its syntax has no way to say
    /// it.</summary>
    public abstract string ToDockerfile();

    /// <summary>A copy of the image after this instruction, with its line in the history.</summary>
    /// <param name="image">The image so far.</param>
    /// <param name="time">The time in the history.</param>
    public virtual Image ApplyTo(Image image, DateTimeOffset time) =>
        image.With(Change(image.Config).WithHistory(time, ToHistory()));

    /// <summary>The config after an instruction that makes no layer.</summary>
    protected abstract ImageConfig Change(ImageConfig config);

    /// <summary>What the history says of it: the instruction on one line.</summary>
    protected virtual string ToHistory() => ToDockerfile();
}
