using System.CommandLine;
using System.Text.RegularExpressions;
using Containerize.Diagnostics;

namespace Containerize.Tool;

/// <summary>Names what the user probably meant, after an error about a word that the command does not know.</summary>
/// <param name="command">The command whose words are known.</param>
internal sealed partial class Suggestions(Command command)
{
    private const int MostChanges = 2;

    /// <summary>The sentence to add to an error.</summary>
    /// <param name="error">The parser's message, which quotes the unknown word.</param>
    /// <returns>A sentence with a blank before it; empty where no known word is near.</returns>
    public string For(string error)
    {
        if (Quoted().Match(error) is not { Success: true } match)
            return "";
        var word = match.Groups["word"].Value.Split('=')[0];
        var known = word.StartsWith('-') ? Options() : command.Subcommands.Select(sub => sub.Name);
        var nearest = known.Select(name => (Name: name, Changes: EditDistance.Between(name, word, MostChanges)))
            .Where(candidate => candidate.Changes is > 0 and <= MostChanges && candidate.Changes < candidate.Name.TrimStart('-').Length)
            .OrderBy(candidate => candidate.Changes).ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .Select(candidate => candidate.Name).FirstOrDefault();
        return nearest is null ? "" : $" Did you mean '{nearest}'?";
    }

    private IEnumerable<string> Options() => command.Options.Where(option => !option.Hidden)
        .SelectMany(option => option.Aliases.Append(option.Name)).Where(name => name.StartsWith("--", StringComparison.Ordinal));

    [GeneratedRegex("'(?<word>[^']+)'")]
    private static partial Regex Quoted();
}
