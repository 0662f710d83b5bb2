using System.Text;
using System.Text.RegularExpressions;

namespace Containerize.Dockerfiles.Syntax.Shell;

/// <summary>What <c>${name…}</c> does with a variable's value.</summary>
/// <param name="Name">The variable.</param>
/// <param name="Offset">Where the dollar sign stands, for errors.</param>
/// <param name="Sign"><c>}</c> for nothing, <c>-</c>, <c>+</c>, <c>?</c>, <c>#</c>, <c>%</c> or <c>/</c>.</param>
/// <param name="IsStrong">For <c>-</c>, <c>+</c> and <c>?</c> that empty counts as unset (<c>:-</c>); for the others
/// that the sign stands twice.</param>
/// <param name="Word">The alternative, the message or the pattern.</param>
/// <param name="Replacement">What takes the pattern's place.</param>
internal sealed record Substitution(string Name, int Offset, char Sign, bool IsStrong, string Word, string Replacement)
{
    /// <summary>The text that comes of the variable's value, null for one that is not set.</summary>
    public string Apply(string? value)
    {
        var isMissing = value is null || (IsStrong && value.Length == 0);
        return Sign switch
        {
            '-' => isMissing ? Word : value!,
            '+' => isMissing ? "" : Word,
            '?' => isMissing ? throw MissingValue(value) : value!,
            '#' => Pattern(IsStrong, isAtStart: true).Replace(value ?? "", "", 1),
            '%' => WithoutEnd(value ?? ""),
            '/' => Replaced(value ?? ""),
            _ => value ?? "",
        };
    }

    internal static ShellSyntaxException TooLong(int offset) =>
        new($"its variables unfold to more than {ShellReader.MostUnfolded} letters", offset);

    private ShellSyntaxException MissingValue(string? value)
    {
        var reason = value is null ? "it is not set, and must be" : "it is empty, and must not be";
        return new($"{Name}: {(Word.Length > 0 ? Word : reason)}", Offset, isMissingValue: true);
    }

    // As in Go, nothing stands between two matches that touch each other.
    private string Replaced(string value)
    {
        var (last, unfolded) = (-1, 0);
        return Pattern(isGreedy: true, isAtStart: false).Replace(value, Replace, IsStrong ? -1 : 1);

        string Replace(Match match)
        {
            var isNothing = match.Length == 0 && match.Index == last;
            last = match.Index + match.Length;
            unfolded += Replacement.Length;
            return isNothing ? ""
                : unfolded > ShellReader.MostUnfolded ? throw TooLong(Offset)
                : Replacement;
        }
    }

    // The shortest end is the one that begins last, so it is looked for from there.
    private string WithoutEnd(string value)
    {
        var pattern = new Regex($@"\A(?:{ToRegex(isGreedy: true)})\z", Options);
        var ends = Enumerable.Range(0, value.Length + 1);
        foreach (var start in IsStrong ? ends : ends.Reverse())
        {
            if (pattern.IsMatch(value[start..]))
                return value[..start];
        }

        return value;
    }

    private const RegexOptions Options =
        RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.NonBacktracking;

    private Regex Pattern(bool isGreedy, bool isAtStart) => new((isAtStart ? @"\A" : "") + ToRegex(isGreedy), Options);

    // Of the shell's patterns a Dockerfile knows * and ? alone (no brackets).
    private string ToRegex(bool isGreedy)
    {
        var regex = new StringBuilder();
        for (var i = 0; i < Word.Length; i++)
        {
            var letter = Word[i];
            if (letter == '\\')
            {
                letter = ++i < Word.Length ? Word[i] : ' ';
                if (letter is not ('*' or '?' or '\\' or '}' or '/'))
                    throw new ShellSyntaxException($"'\\{letter}' in a pattern means nothing", Offset);
                regex.Append(Regex.Escape(letter.ToString()));
            }
            else
            {
                regex.Append(
                    letter switch
                    {
                        '*' => isGreedy ? ".*" : ".*?",
                        '?' => ".",
                        _ => Regex.Escape(letter.ToString()),
                    }
                );
            }
        }

        return regex.ToString();
    }
}
