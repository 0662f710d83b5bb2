using System.Collections.Immutable;
using Containerize.Dockerfiles.StepCaching;
using Containerize.Images;

namespace Containerize.Dockerfiles.Stages;

/// <summary>The image of one platform, and how each instruction came to be.</summary>
/// <param name="Platform">What it runs on.</param>
/// <param name="Image">The image.</param>
/// <param name="Steps">The instructions of all stages that were needed, stage by stage.</param>
public sealed record DockerfileImage(Platform Platform, Image Image, ImmutableArray<StepResult> Steps)
{
    /// <summary>What the steps made that the build was to hand out.</summary>
    public ImmutableArray<SharedStep> Shared { get; init; } = [];
}

/// <summary>How a step ended.</summary>
public enum StepOutcome
{
    /// <summary>It changed the config alone, which costs nothing.</summary>
    Config,

    /// <summary>It was done.</summary>
    Ran,

    /// <summary>Its layer came from the cache.</summary>
    Cached,
}

/// <summary>One instruction of a stage.</summary>
/// <param name="Stage">The stage's name, or its number.</param>
/// <param name="Text">The instruction after expansion, on one line.</param>
public sealed record BuildStep(string Stage, string Text)
{
    /// <summary>
    /// The step's number in its stage, from 1: the image that is fetched, and what may make a layer; null for all else,
    /// which changes the config alone.
    /// </summary>
    public int? Number { get; init; }

    /// <summary>How many steps of the stage have a number.</summary>
    public int Count { get; init; }

    /// <summary>What the stage is built for.</summary>
    public required Platform Platform { get; init; }
}

/// <summary>A step that was done.</summary>
/// <param name="Step">The step.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Layer">The layer that it made; null for none.</param>
public sealed record StepResult(BuildStep Step, StepOutcome Outcome, Layer? Layer)
{
    /// <summary>What the step is known by on all machines; none for what changes the config alone.</summary>
    internal ImmutableArray<string> Keys { get; init; } = [];
}

/// <summary>What a build says while it goes on; from several threads when stages are built side by side.</summary>
/// <param name="Step">The step that it is about.</param>
public abstract record BuildEvent(BuildStep Step);

/// <summary>The step began.</summary>
public sealed record StepStarted(BuildStep Step) : BuildEvent(Step);

/// <summary>The command of a <c>RUN</c> wrote a line.</summary>
public sealed record StepOutput(BuildStep Step, string Line) : BuildEvent(Step);

/// <summary>The step is done.</summary>
public sealed record StepFinished(BuildStep Step, StepResult Result) : BuildEvent(Step);
