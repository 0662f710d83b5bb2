using System.Collections.Frozen;
using System.Text;

namespace Containerize.Packages.Sources;

/// <summary>
/// The settings of a machine's apt (apt.conf(5)): names in full, such as <c>Acquire::http::Proxy</c>, without regard
/// to case, and the value that counts in the end. Lists and includes are passed over, for nothing here asks for them.
/// </summary>
public sealed class AptConfiguration
{
    private readonly FrozenDictionary<string, string> _values;

    private AptConfiguration(Dictionary<string, string> values) =>
        _values = values.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The value of a name; null where it has none or an empty one.</summary>
    /// <param name="name">The name in full.</param>
    public string? this[string name] => _values.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    /// <summary>All values of <c>Acquire::http::Proxy</c>, <c>Acquire::https::Proxy</c> and below.</summary>
    internal IEnumerable<string> Proxies =>
        _values
            .Where(pair => pair.Key.ToUpperInvariant().Split("::") is ["ACQUIRE", "HTTP" or "HTTPS", "PROXY", ..])
            .Select(pair => pair.Value);

    /// <summary>Reads <c>apt.conf.d</c> by name, then <c>apt.conf</c>, of which a later one counts.</summary>
    /// <param name="files">The files.</param>
    /// <param name="folder">Absolute path of what is <c>/etc/apt</c> there.</param>
    public static AptConfiguration Read(AptFiles files, string folder)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var path in files.Parts(folder, "apt.conf"))
        {
            if (files.ReadPart(path) is { } text)
                new Reader(text, values).ReadGroup("");
        }

        return new AptConfiguration(values);
    }

    /// <summary>Reads one text.</summary>
    public static AptConfiguration Parse(string text)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        new Reader(text, values).ReadGroup("");
        return new AptConfiguration(values);
    }

    // NAME VALUE; and NAME { … }; in any depth, where a name may have its group's in it: A::B "x"; is A { B "x"; };.
    private sealed class Reader(string text, Dictionary<string, string> values)
    {
        private int _at;

        public void ReadGroup(string prefix)
        {
            var words = new List<string>();
            while (Next() is { } word)
            {
                switch (word)
                {
                    case "{":
                        ReadGroup(words.Count > 0 ? $"{prefix}{words[0]}::" : prefix);
                        words.Clear();
                        break;
                    case ";" or "}":
                        Keep(prefix, words);
                        words.Clear();
                        if (word == "}")
                            return;
                        break;
                    default:
                        words.Add(word);
                        break;
                }
            }

            Keep(prefix, words);
        }

        private void Keep(string prefix, List<string> words)
        {
            if (words is ["#clear", var cleared, ..])
            {
                foreach (var name in values.Keys.Where(name => IsWithin(name, prefix + cleared)).ToList())
                    values.Remove(name);
            }
            else if (words is [var key, var value, ..] && !key.EndsWith("::", StringComparison.Ordinal))
            {
                values[prefix + key] = value;
            }
        }

        private static bool IsWithin(string name, string group) =>
            name.Equals(group, StringComparison.OrdinalIgnoreCase)
            || name.StartsWith(group.TrimEnd(':') + "::", StringComparison.OrdinalIgnoreCase);

        // A word, a text in quotes without them, or one of the signs; null at the end.
        private string? Next()
        {
            while (_at < text.Length && SkipsBlank()) { }
            if (_at == text.Length)
                return null;
            if (text[_at] is '{' or '}' or ';')
                return text[_at++].ToString();
            var word = new StringBuilder();
            if (text[_at] == '"')
            {
                var end = text.IndexOf('"', _at + 1) is > 0 and var quote ? quote : text.Length;
                word.Append(text, _at + 1, end - _at - 1);
                _at = Math.Min(end + 1, text.Length);
                return word.ToString();
            }

            while (_at < text.Length && !char.IsWhiteSpace(text[_at]) && text[_at] is not ('{' or '}' or ';' or '"'))
                word.Append(text[_at++]);
            return word.ToString();
        }

        private bool SkipsBlank()
        {
            if (char.IsWhiteSpace(text[_at]))
                _at++;
            else if (Has("/*"))
                _at = text.IndexOf("*/", _at + 2, StringComparison.Ordinal) is >= 0 and var end ? end + 2 : text.Length;
            else if (Has("//") || (text[_at] == '#' && !Has("#clear ")))
                _at = text.IndexOf('\n', _at) is >= 0 and var line ? line + 1 : text.Length;
            else
                return false;
            return true;
        }

        private bool Has(string sign) => string.CompareOrdinal(text, _at, sign, 0, sign.Length) == 0;
    }
}
