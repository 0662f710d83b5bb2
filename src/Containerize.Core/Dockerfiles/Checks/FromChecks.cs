using Containerize.Diagnostics;
using Containerize.Dockerfiles.Syntax;
using Containerize.Dockerfiles.Syntax.Shell;
using Containerize.Images;
using Containerize.Recipes;

namespace Containerize.Dockerfiles.Checks;

/// <summary>The checks of what <c>FROM</c> says.</summary>
/// <param name="file">The Dockerfile.</param>
/// <param name="globals">What <c>FROM</c> sees.</param>
/// <param name="defaults">The same without any given argument.</param>
/// <param name="build">What this machine is.</param>
internal sealed class FromChecks(Dockerfile file, ShellVariables globals, ShellVariables defaults, Platform build)
{
    // Without a value, too.
    private readonly HashSet<string> _declared =
    [
        .. globals.Values.Keys,
        .. file.Arguments.SelectMany(argument => argument.Arguments).Select(pair => pair.Name.Text),
    ];

    public IEnumerable<CheckFinding> Run() => file.Stages.SelectMany(stage => OfStage(stage.From));

    private IEnumerable<CheckFinding> OfStage(FromSyntax from)
    {
        var (_, image) = Expand(from.Image, globals);
        foreach (var finding in Undefined(from.Image, image))
            yield return finding;
        if (!IsName(Expand(from.Image, defaults).Text))
            yield return new CheckFinding(
                CheckRule.InvalidDefaultArgInFrom,
                from.Image.Position,
                $"Default value for ARG {from.Image} results in empty or invalid base image name. Give the ARG "
                    + "a default above FROM."
            );
        if (from.Platform is not { Text.Length: > 0 } word)
            yield break;
        var (text, variables) = Expand(word, globals);
        foreach (var finding in Undefined(word, variables))
            yield return finding;
        if (variables is [("TARGETPLATFORM", true)] && text == globals["TARGETPLATFORM"])
            yield return new CheckFinding(
                CheckRule.RedundantTargetPlatform,
                word.Position,
                $"Setting platform to predefined {word} in FROM is redundant as this is the default behavior."
            );
        if (variables.Count == 0 && Parse(text) is { } platform && !Names(from, platform))
            yield return new CheckFinding(
                CheckRule.FromPlatformFlagConstDisallowed,
                word.Position,
                $"FROM --platform flag should not use constant value \"{text}\". Leave it out, or use $BUILDPLATFORM."
            );
    }

    // A stage that says in its name what it is for is meant to be of that platform.
    private static bool Names(FromSyntax from, Platform platform) =>
        from.Name is { } name
        && (
            name.Contains(platform.Os, StringComparison.Ordinal)
            || name.Contains(platform.Architecture, StringComparison.Ordinal)
        );

    private IEnumerable<CheckFinding> Undefined(SourceWord word, List<(string Name, bool IsSet)> variables) =>
        variables
            .Where(variable => !variable.IsSet && !_declared.Contains(variable.Name))
            .DistinctBy(variable => variable.Name)
            .Select(variable => new CheckFinding(
                CheckRule.UndefinedArgInFrom,
                word.Position,
                $"FROM argument '{variable.Name}' is not declared"
                    + (Spelling.Nearest(variable.Name, _declared) is { } known ? $" (did you mean {known}?)." : ".")
            ));

    private (string Text, List<(string Name, bool IsSet)> Variables) Expand(SourceWord word, ShellVariables variables)
    {
        var seen = new List<(string, bool)>();
        var text = new Expansion(file.Source, file.Directives.Escape, variables)
        {
            Seen = (name, isSet) => seen.Add((name, isSet)),
        }.WordOrText(word);
        return (text, seen);
    }

    private bool IsName(string text)
    {
        if (
            text == Recipe.Scratch
            || file.Stages.Any(stage => text.Equals(stage.From.Name, StringComparison.OrdinalIgnoreCase))
        )
            return true;
        try
        {
            _ = Stores.Addresses.ImageSources.RegistryOf(text);
            return text.Length > 0;
        }
        catch (ContainerizeException)
        {
            return false;
        }
    }

    private Platform? Parse(string text)
    {
        try
        {
            return Platform.Parse(text, build);
        }
        catch (ContainerizeException)
        {
            return null;
        }
    }
}
