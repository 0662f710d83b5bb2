using System.CommandLine;
using System.CommandLine.Parsing;
using Containerize.Attestations.Choices;
using Containerize.Diagnostics;

namespace Containerize.Tool.Commands;

/// <summary>The options of a command line as the table of signatures reads them.</summary>
internal static class GivenOptions
{
    /// <summary>The options that the tables have rows for; an option about signatures that is not among them would be
    /// checked by nothing.</summary>
    public static IReadOnlySet<string> Known { get; } =
        SignerTable
            .Signing.Options.Concat(SignerTable.Demanding.Options)
            .Select(option => option.Option)
            .ToHashSet(StringComparer.Ordinal);

    /// <summary>Refuses options that do not fit together.</summary>
    /// <exception cref="ContainerizeException">CTZ0470, CTZ0463.</exception>
    public static void Check(SignerTable table, ParseResult line) =>
        table.Check(name => Value(name, line.CommandResult), inProject: false);

    /// <summary>Whether a command line chooses one of the ways of a table.</summary>
    public static bool IsWayChosen(SignerTable table, CommandResult line) =>
        table.Options.Any(option => option.Chooses is not null && option.IsGiven(Value(option.Option, line)));

    private static string Value(string name, CommandResult line) =>
        line.Command.Options.FirstOrDefault(option => option.Name == name) is { } option
        && line.GetResult(option) is { Implicit: false } given
            ? given.Tokens.Select(token => token.Value).LastOrDefault("true")
            : "";
}
