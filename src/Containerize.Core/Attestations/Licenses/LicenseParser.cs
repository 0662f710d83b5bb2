namespace Containerize.Attestations.Licenses;

/// <summary>Reads expressions: OR binds least, then AND, then WITH and <c>+</c>.</summary>
internal sealed class LicenseParser
{
    // Longer and deeper than anything that people write.
    private const int Longest = 8192,
        Deepest = 64;

    private readonly string[] _words;
    private int _at;
    private int _depth;

    private LicenseParser(string[] words) => _words = words;

    public static LicenseExpression? Parse(string text)
    {
        if (text.Length > Longest)
            return null;
        var words = text.Replace("(", " ( ", StringComparison.Ordinal)
            .Replace(")", " ) ", StringComparison.Ordinal)
            .Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries);
        var parser = new LicenseParser(words);
        return parser.Choice() is { } expression && parser._at == words.Length ? expression : null;
    }

    private LicenseExpression? Choice()
    {
        var left = Union();
        while (left is not null && Take("OR"))
            left = Union() is { } right ? new OneOf(left, right) : null;
        return left;
    }

    private LicenseExpression? Union()
    {
        var left = One();
        while (left is not null && Take("AND"))
            left = One() is { } right ? new AllOf(left, right) : null;
        return left;
    }

    private LicenseExpression? One()
    {
        if (!Take("("))
            return Simple();
        if (++_depth > Deepest)
            return null;
        var inside = Choice();
        _depth--;
        return Take(")") ? inside : null;
    }

    private License? Simple()
    {
        if (_at == _words.Length)
            return null;
        var word = _words[_at++];
        var orLater = word.EndsWith('+');
        var name = orLater ? word[..^1] : word;
        // A few deprecated ids end with a plus themselves.
        var id = SpdxIds.License(word) ?? SpdxIds.License(name) ?? (IsReference(name) && !orLater ? name : null);
        if (id is null)
            return null;
        if (!Take("WITH"))
            return new License(id.TrimEnd('+'), orLater, null);
        var exception = _at == _words.Length ? null : _words[_at++];
        exception = exception is null
            ? null
            : SpdxIds.Exception(exception) ?? (IsAddition(exception) ? exception : null);
        return exception is null ? null : new License(id.TrimEnd('+'), orLater, exception);
    }

    private bool Take(string word)
    {
        // All in capitals or all in small letters (SPDX 3.0, annex B).
        if (_at == _words.Length || (_words[_at] != word && !IsSmall(_words[_at], word)))
            return false;
        _at++;
        return true;
    }

    private static bool IsSmall(string text, string word) =>
        text.Equals(word, StringComparison.OrdinalIgnoreCase) && text.All(char.IsAsciiLetterLower);

    private static bool IsReference(string text)
    {
        var name =
            text.StartsWith("DocumentRef-", StringComparison.Ordinal) && text.Contains(':', StringComparison.Ordinal)
                ? text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..]
                : text;
        return IsNamed(name, "LicenseRef-");
    }

    private static bool IsAddition(string text) => IsNamed(text, "AdditionRef-");

    private static bool IsNamed(string text, string prefix) =>
        text.StartsWith(prefix, StringComparison.Ordinal)
        && text.Length > prefix.Length
        && text.Skip(prefix.Length).All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-');
}
