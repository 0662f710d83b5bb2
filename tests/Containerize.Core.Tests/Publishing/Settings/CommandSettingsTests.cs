using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Publishing.Settings;

namespace Containerize.Core.Tests.Publishing.Settings;

/// <summary>The SDK's own truth table. A dash is an empty list; spaces separate words.</summary>
public sealed class CommandSettingsTests
{
    [Theory]
    [InlineData("Automatic", "-", "EA", "AC", "-", "-", "-", "AC", "EA")]
    [InlineData("Automatic", "-", "-", "AC", "ACA", "DA", "BE", "AC ACA", "DA")]
    [InlineData("Automatic", "E", "EA", "AC", "ACA", "DA", "BE", "E EA", "AC ACA DA")]
    [InlineData("DefaultArgs", "E", "EA", "AC", "ACA", "DA", "BE", "E EA", "AC ACA DA")]
    [InlineData("DefaultArgs", "-", "-", "AC", "-", "-", "-", "-", "AC")]
    [InlineData("DefaultArgs", "-", "-", "AC", "ACA", "-", "-", "-", "AC ACA")]
    [InlineData("DefaultArgs", "-", "-", "AC", "ACA", "DA", "-", "-", "AC ACA DA")]
    [InlineData("DefaultArgs", "-", "-", "AC", "-", "-", "dotnet", "-", "AC")]
    [InlineData("DefaultArgs", "-", "-", "AC", "ACA", "-", "dotnet", "-", "AC ACA")]
    [InlineData("DefaultArgs", "-", "-", "AC", "ACA", "DA", "dotnet", "-", "AC ACA DA")]
    [InlineData("DefaultArgs", "-", "-", "AC", "-", "-", "/usr/bin/dotnet", "-", "AC")]
    [InlineData("DefaultArgs", "-", "-", "AC", "ACA", "-", "/usr/bin/dotnet", "-", "AC ACA")]
    [InlineData("DefaultArgs", "-", "-", "AC", "ACA", "DA", "/usr/bin/dotnet", "-", "AC ACA DA")]
    [InlineData("DefaultArgs", "-", "-", "AC", "-", "-", "BE", "BE", "AC")]
    [InlineData("DefaultArgs", "-", "-", "AC", "ACA", "-", "BE", "BE", "AC ACA")]
    [InlineData("DefaultArgs", "-", "-", "AC", "ACA", "DA", "BE", "BE", "AC ACA DA")]
    [InlineData("Entrypoint", "-", "-", "AC", "ACA", "DA", "BE", "AC ACA", "DA")]
    [InlineData("None", "E", "EA", "-", "-", "DA", "BE", "E EA", "DA")]
    public void Entrypoint_and_cmd_follow_from_the_settings(
        string instruction,
        string entrypoint,
        string entrypointArgs,
        string appCommand,
        string appCommandArgs,
        string defaultArgs,
        string baseEntrypoint,
        string expectedEntrypoint,
        string expectedCmd
    )
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
        string instruction,
        string entrypoint,
        string entrypointArgs,
        string appCommand,
        string appCommandArgs,
        string defaultArgs
    )
    {
        var settings = Settings(instruction, entrypoint, entrypointArgs, appCommand, appCommandArgs, defaultArgs);
        Assert.Equal(
            DiagnosticTable.InvalidEntrypoint,
            Assert.Throws<ContainerizeException>(() => settings.Resolve([])).Diagnostic
        );
    }

    [Theory]
    [InlineData("linux-x64", "", "dotnet /app/foo.dll", true)]
    [InlineData("linux-x64", "self-contained", "/app/foo", false)]
    [InlineData("linux-x64", "single file", "/app/foo", true)]
    [InlineData("linux-x64", "self-contained single file", "/app/foo", false)]
    [InlineData("linux-x64", "aot", "/app/bar", false)]
    [InlineData("win-x64", "", "dotnet C:\\app\\foo.dll", true)]
    [InlineData("win-x64", "self-contained", "C:\\app\\foo.exe", false)]
    [InlineData("win-x64", "aot", "C:\\app\\bar.exe", false)]
    public void The_app_s_own_command_follows_from_the_platform_and_how_it_is_published(
        string rid,
        string way,
        string expected,
        bool needsRuntime
    )
    {
        var isWindows = rid.StartsWith("win", StringComparison.Ordinal);
        var folder = new ContainerSettings
        {
            IsWindows = isWindows,
            WorkingDirectory = ContainerSettings.ParsePath("/app", isWindows),
        };
        var command = CommandSettings.Default(
            folder,
            new PublishedApp("foo", way == "aot" ? "bar.dll" : "foo.dll")
            {
                IsSelfContained = way.Contains("self-contained", StringComparison.Ordinal),
                IsSingleFile = way.Contains("single file", StringComparison.Ordinal),
                IsNativeAot = way == "aot",
            }
        );
        Assert.Equal(
            (Words(expected), needsRuntime),
            (command.AppCommand, command.NeedsRuntime),
            (one, other) => one.Item1.SequenceEqual(other.Item1) && one.Item2 == other.Item2
        );
    }

    [Theory]
    [InlineData("Automatic", "-", "BE", true)]
    [InlineData("Automatic", "-", "dotnet", false)]
    [InlineData("Automatic", "-", "-", false)]
    [InlineData("Automatic", "E", "BE", false)]
    [InlineData("Entrypoint", "-", "BE", false)]
    [InlineData("DefaultArgs", "-", "BE", false)]
    public void A_base_s_entrypoint_that_nobody_said_to_replace_is_worth_a_word(
        string instruction,
        string entrypoint,
        string baseEntrypoint,
        bool silently
    ) =>
        Assert.Equal(
            silently,
            Settings(instruction, entrypoint, "-", "AC", "-", "-").ReplacesSilently(Words(baseEntrypoint))
        );

    private static bool Compare(
        (ImmutableArray<string>, ImmutableArray<string>) left,
        (ImmutableArray<string>, ImmutableArray<string>) right
    ) => left.Item1.SequenceEqual(right.Item1) && left.Item2.SequenceEqual(right.Item2);

    private static CommandSettings Settings(
        string instruction,
        string entrypoint,
        string entrypointArgs,
        string appCommand,
        string appCommandArgs,
        string defaultArgs
    ) =>
        new()
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
