using System.Text;
using Containerize.Diagnostics;

namespace Containerize.Packages.Formats;

/// <summary>
/// One stanza of a control file: fields with values, in their order (deb822(5)). Names differ in more than case.
/// A folded value keeps its line ends, with the leading blank of each further line taken off.
/// </summary>
public sealed class Deb822
{
    private readonly List<KeyValuePair<string, string>> _fields;

    private Deb822(List<KeyValuePair<string, string>> fields) => _fields = fields;

    /// <summary>The fields in the order in which they stand.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Fields => _fields;

    /// <summary>The value of a field; null when there is none.</summary>
    public string? this[string name]
    {
        get
        {
            foreach (var field in _fields)
            {
                if (field.Key.Equals(name, StringComparison.OrdinalIgnoreCase))
                    return field.Value;
            }

            return null;
        }
    }

    /// <summary>The words of a field, with blanks and line ends between them; none when the field is absent.</summary>
    public string[] Words(string name) =>
        this[name]?.Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>Reads all stanzas of a text; lines that begin with <c>#</c> are comments.</summary>
    /// <param name="text">The text.</param>
    /// <param name="where">What it is, for errors.</param>
    /// <exception cref="ContainerizeException">CTZ0078 for a line that is neither a field, a continuation nor a
    /// comment.</exception>
    public static IEnumerable<Deb822> Read(string text, string where)
    {
        var fields = new List<KeyValuePair<string, string>>();
        var folded = new List<string>();
        var number = 0;
        foreach (var raw in text.Split('\n'))
        {
            number++;
            var line = raw.TrimEnd();
            if (raw.StartsWith('#'))
                continue;
            if (line.Length == 0)
            {
                Unfold(fields, folded);
                if (fields.Count > 0)
                    yield return new Deb822(fields);
                fields = [];
            }
            else if (raw[0] is ' ' or '\t' && fields.Count > 0)
            {
                folded.Add(line[1..]);
            }
            else if (line.IndexOf(':', StringComparison.Ordinal) is var colon and > 0)
            {
                Unfold(fields, folded);
                fields.Add(new(line[..colon], line[(colon + 1)..].Trim()));
            }
            else
            {
                throw new ContainerizeException(
                    DiagnosticTable.PackageIndexInvalid,
                    $"{where}, line {number}: '{line}' is neither a field nor the continuation of one."
                );
            }
        }

        Unfold(fields, folded);
        if (fields.Count > 0)
            yield return new Deb822(fields);
    }

    // Release files have thousands of lines in one field, so that they are put together once, at its end.
    private static void Unfold(List<KeyValuePair<string, string>> fields, List<string> folded)
    {
        if (folded.Count == 0)
            return;
        fields[^1] = new(fields[^1].Key, string.Join('\n', folded.Prepend(fields[^1].Value)));
        folded.Clear();
    }

    /// <summary>The stanza as text, every line ended, without an empty line after it.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (name, value) in _fields)
        {
            var lines = value.Split('\n');
            text.Append(name).Append(':').Append(lines[0].Length > 0 ? " " : "").Append(lines[0]).Append('\n');
            foreach (var line in lines.Skip(1))
                text.Append(' ').Append(line).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>A copy of this stanza with a field set, in its place or at the end.</summary>
    public Deb822 With(string name, string value)
    {
        var fields = new List<KeyValuePair<string, string>>(_fields);
        var at = fields.FindIndex(field => field.Key.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (at < 0)
            fields.Add(new(name, value));
        else
            fields[at] = new(fields[at].Key, value);
        return new Deb822(fields);
    }
}
