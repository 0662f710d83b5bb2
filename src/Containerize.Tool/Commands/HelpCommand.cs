using System.CommandLine;

namespace Containerize.Tool.Commands;

/// <summary>
/// <c>containerize help [COMMAND]</c>, which shows what <c>containerize COMMAND --help</c> shows. A command line
/// without any command, or with a command that only has others below it, shows that help too.
/// </summary>
internal sealed class HelpCommand : Command
{
    private const string CommandName = "help";
    private const string Option = "--help";

    public HelpCommand()
        : base(CommandName, "Shows the help of a command.") =>
        Add(
            new Argument<string[]>("command")
            {
                Description = "The command; all commands without it.",
                Arity = ArgumentArity.ZeroOrMore,
            }
        );

    /// <summary>Turns the forms that ask for help into the one that the parser knows.</summary>
    /// <param name="arguments">The words after the program's name.</param>
    /// <param name="root">All commands.</param>
    /// <returns>The words to parse.</returns>
    public static IReadOnlyList<string> Rewrite(string[] arguments, RootCommand root)
    {
        var isHelp = arguments is [CommandName, ..];
        var words = isHelp ? arguments[1..] : arguments;
        var named = words.Aggregate(
            (Command?)root,
            (command, word) => command?.Subcommands.FirstOrDefault(sub => sub.Name == word)
        );
        // A word that is no command is the parser's to refuse: help of something else would hide the mistake.
        if (named is { Subcommands.Count: > 0 } || (isHelp && named is not null))
            return [.. words, Option];
        return isHelp && Path(words, root) is { Count: > 0 } path ? [.. path, Option] : words;
    }

    // The words up to a command that has no others below it: what follows is no command, and must not be carried out.
    private static List<string> Path(string[] words, Command root)
    {
        var (command, path) = (root, new List<string>());
        foreach (var word in words)
        {
            if (command.Subcommands.FirstOrDefault(sub => sub.Name == word) is not { } below)
                break;
            command = below;
            path.Add(word);
        }

        return command.Subcommands.Count == 0 ? path : [];
    }
}
