using System.CommandLine;
using System.Text.RegularExpressions;
using Containerize.Diagnostics;

namespace Containerize.Tool;

/// <summary>Names what the user probably meant, after an error about a word that the command does not know.</summary>
/// <param name="command">The command whose words are known.</param>
internal sealed partial class Suggestions(Command command)
{
    private const int MostChanges = 2;

    // What other builders call what a command here does.
    private static readonly Dictionary<string, string> OfOthers = new(StringComparer.OrdinalIgnoreCase)
    {
        ["push"] = "copy",
        ["pull"] = "copy",
        ["tag"] = "copy",
        ["version"] = "--version",
        ["clean"] = "prune",
        ["clear"] = "prune",
    };

    /// <summary>The errors that say what is wrong. A word that is not known makes the words after it errors, too, and
    /// a command is missing then.</summary>
    /// <param name="errors">The parser's messages.</param>
    /// <returns>The first unknown word alone where it has a suggestion; else without what follows from
    /// it.</returns>
    public IReadOnlyList<string> Best(IReadOnlyList<string> errors)
    {
        if (errors.FirstOrDefault(IsOfUnknown) is not { } first)
            return errors;
        return For(first) is { Length: > 0 } suggestion
            ? [first + suggestion]
            : [first, .. errors.Where(error => !IsOfUnknown(error) && error != CommandMissing)];
    }

    // The parser's own sentences.
    private const string CommandMissing = "Required command was not provided.";

    private static bool IsOfUnknown(string error) => error.StartsWith("Unrecognized ", StringComparison.Ordinal);

    // The parser's message quotes the unknown word.
    private string For(string error)
    {
        if (Quoted().Match(error) is not { Success: true } match)
            return "";
        var word = match.Groups["word"].Value.Split('=')[0];
        var known = word.StartsWith('-') ? Options() : command.Subcommands.Select(sub => sub.Name);
        var nearest = known
            .Select(name => (Name: name, Changes: Changes(name, word)))
            .Where(candidate =>
                candidate.Name != word
                && candidate.Changes <= MostChanges
                && candidate.Changes < candidate.Name.TrimStart('-').Length
            )
            .OrderBy(candidate => candidate.Changes)
            .ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .Select(candidate => candidate.Name)
            .FirstOrDefault();
        // Of another builder's word the command must be one that is known here.
        nearest =
            OfOthers.TryGetValue(word, out var ours)
            && (ours.StartsWith('-') ? command is RootCommand : known.Contains(ours))
                ? ours
                : nearest;
        return nearest is null ? "" : $" Did you mean '{nearest}'?";
    }

    private static int Changes(string name, string word) =>
        EditDistance.Between(name.ToUpperInvariant(), word.ToUpperInvariant(), MostChanges);

    private IEnumerable<string> Options() =>
        command
            .Options.Where(option => !option.Hidden)
            .SelectMany(option => option.Aliases.Append(option.Name))
            .Where(name => name.StartsWith("--", StringComparison.Ordinal));

    [GeneratedRegex("'(?<word>[^']+)'")]
    private static partial Regex Quoted();
}
