using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Recipes;

namespace Containerize.Core.Tests.Recipes;

/// <summary>The SDK's own truth table. A dash is an empty list; words are told apart by spaces.</summary>
public sealed class CommandSettingsTests
{
    [Theory]
    [InlineData("Automatic", "-", "EA", "AC", "-", "-", "-", "AC", "EA")]
    [InlineData("Automatic", "-", "-", "AC", "ACA", "DA", "BE", "AC ACA", "DA")]
    [InlineData("Automatic", "E", "EA", "AC", "ACA", "DA", "BE", "E EA", "AC ACA DA")]
    [InlineData("DefaultArgs", "E", "EA", "AC", "ACA", "DA", "BE", "E EA", "AC ACA DA")]
    [InlineData("DefaultArgs", "-", "-", "AC", "-", "-", "-", "-", "AC")]
    [InlineData("DefaultArgs", "-", "-", "AC", "ACA", "-", "dotnet", "-", "AC ACA")]
    [InlineData("DefaultArgs", "-", "-", "AC", "ACA", "DA", "/usr/bin/dotnet", "-", "AC ACA DA")]
    [InlineData("DefaultArgs", "-", "-", "AC", "ACA", "DA", "BE", "BE", "AC ACA DA")]
    [InlineData("Entrypoint", "-", "-", "AC", "ACA", "DA", "BE", "AC ACA", "DA")]
    [InlineData("None", "E", "EA", "-", "-", "DA", "BE", "E EA", "DA")]
    public void Entrypoint_and_cmd_follow_from_the_settings(string instruction, string entrypoint, string entrypointArgs,
        string appCommand, string appCommandArgs, string defaultArgs, string baseEntrypoint, string expectedEntrypoint, string expectedCmd)
    {
        var settings = Settings(instruction, entrypoint, entrypointArgs, appCommand, appCommandArgs, defaultArgs);
        var (actualEntrypoint, actualCmd) = settings.Resolve(Words(baseEntrypoint));
        Assert.Equal((Words(expectedEntrypoint), Words(expectedCmd)), (actualEntrypoint, actualCmd), Compare);
    }

    [Theory]
    [InlineData("DefaultArgs", "-", "EA", "AC", "-", "-")]
    [InlineData("DefaultArgs", "-", "-", "-", "ACA", "-")]
    [InlineData("Entrypoint", "E", "-", "AC", "-", "-")]
    [InlineData("Entrypoint", "-", "EA", "AC", "-", "-")]
    [InlineData("None", "-", "-", "AC", "-", "-")]
    [InlineData("None", "-", "-", "-", "ACA", "-")]
    public void Settings_that_contradict_each_other_are_an_error(
        string instruction, string entrypoint, string entrypointArgs, string appCommand, string appCommandArgs, string defaultArgs)
    {
        var settings = Settings(instruction, entrypoint, entrypointArgs, appCommand, appCommandArgs, defaultArgs);
        Assert.Equal(DiagnosticTable.InvalidEntrypoint, Assert.Throws<ContainerizeException>(() => settings.Resolve([])).Diagnostic);
    }

    private static bool Compare((ImmutableArray<string>, ImmutableArray<string>) left, (ImmutableArray<string>, ImmutableArray<string>) right) =>
        left.Item1.SequenceEqual(right.Item1) && left.Item2.SequenceEqual(right.Item2);

    private static CommandSettings Settings(string instruction, string entrypoint, string entrypointArgs,
        string appCommand, string appCommandArgs, string defaultArgs) => new()
        {
            Instruction = Enum.Parse<AppCommandInstruction>(instruction),
            Entrypoint = Words(entrypoint),
            EntrypointArgs = Words(entrypointArgs),
            AppCommand = Words(appCommand),
            AppCommandArgs = Words(appCommandArgs),
            DefaultArgs = Words(defaultArgs),
        };

    private static ImmutableArray<string> Words(string text) => text == "-" ? [] : [.. text.Split(' ')];
}
