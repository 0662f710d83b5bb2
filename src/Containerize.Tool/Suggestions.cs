using System.CommandLine;
using System.Text.RegularExpressions;
using Containerize.Diagnostics;

namespace Containerize.Tool;

/// <summary>Names what the user probably meant, after an error about a word that the command does not know.</summary>
/// <param name="command">The command whose words are known.</param>
internal sealed partial class Suggestions(Command command)
{
    private const int MostChanges = 2;

    /// <summary>The errors that say what is wrong. A misspelled word makes the words after it errors, too, and a
    /// command is missing then.</summary>
    /// <param name="errors">The parser's messages.</param>
    /// <returns>Those with a suggestion alone, if there is one.</returns>
    public IReadOnlyList<string> Best(IReadOnlyList<string> errors)
    {
        var suggested = errors
            .Select(error => (Text: error, Suggestion: For(error)))
            .Where(error => error.Suggestion.Length > 0)
            .Select(error => error.Text + error.Suggestion)
            .ToList();
        return suggested.Count > 0 ? suggested : errors;
    }

    // The parser's message quotes the unknown word.
    private string For(string error)
    {
        if (Quoted().Match(error) is not { Success: true } match)
            return "";
        var word = match.Groups["word"].Value.Split('=')[0];
        var known = word.StartsWith('-') ? Options() : command.Subcommands.Select(sub => sub.Name);
        var nearest = known
            .Select(name => (Name: name, Changes: EditDistance.Between(name, word, MostChanges)))
            .Where(candidate =>
                candidate.Changes is > 0 and <= MostChanges && candidate.Changes < candidate.Name.TrimStart('-').Length
            )
            .OrderBy(candidate => candidate.Changes)
            .ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .Select(candidate => candidate.Name)
            .FirstOrDefault();
        return nearest is null ? "" : $" Did you mean '{nearest}'?";
    }

    private IEnumerable<string> Options() =>
        command
            .Options.Where(option => !option.Hidden)
            .SelectMany(option => option.Aliases.Append(option.Name))
            .Where(name => name.StartsWith("--", StringComparison.Ordinal));

    [GeneratedRegex("'(?<word>[^']+)'")]
    private static partial Regex Quoted();
}
