using System.Collections.Immutable;
using Containerize.Dockerfiles.Syntax.Shell;
using Containerize.Images;

namespace Containerize.Dockerfiles.Stages;

/// <summary>What is known after an instruction of a stage.</summary>
/// <param name="Image">The image so far.</param>
/// <param name="Variables">What instructions see: the image's variables and the arguments, whichever was set
/// last.</param>
internal sealed record StageState(Image Image, ShellVariables Variables)
{
    /// <summary>The names that <c>ARG</c> declared, in order.</summary>
    public ImmutableArray<string> Arguments { get; init; } = [];

    /// <summary>Whether <c>CMD</c> stands above in this stage, so that <c>ENTRYPOINT</c> does not take it
    /// away.</summary>
    public bool HasCmd { get; init; }

    /// <summary>
    /// The variables that a command sees: those of the image in their order, then the arguments by name. One that has
    /// the name of the other has the value that was set last.
    /// </summary>
    public ImmutableArray<KeyValuePair<string, string>> RunEnvironment()
    {
        var own = Image
            .Config.Environment.Select(pair => KeyValuePair.Create(pair.Key, Variables[pair.Key] ?? pair.Value))
            .ToList();
        var names = own.Select(pair => pair.Key).ToHashSet(StringComparer.Ordinal);
        var arguments = Arguments
            .Distinct(StringComparer.Ordinal)
            .Where(name => !names.Contains(name) && Variables[name] is not null)
            .Order(StringComparer.Ordinal);
        return [.. own, .. arguments.Select(name => KeyValuePair.Create(name, Variables[name]!))];
    }
}
