using System.Text;

namespace Containerize.Dockerfiles.Syntax.Shell;

/// <summary>One reading of one text by a <see cref="ShellLexer"/>.</summary>
internal sealed class ShellReader(ShellLexer lexer, string text)
{
    // What nests deeper ends the process with its stack, and variables of variables double with each line: BuildKit has
    // no limit, and Linux takes no variable of more than 128 KiB (execve(2)).
    private const int Deepest = 100;
    internal const int MostUnfolded = 1 << 20;

    private int _at;
    private int _depth;
    private int _unfolded;

    private char? Next => _at < text.Length ? text[_at] : null;

    /// <summary>Reads to the end.</summary>
    public ShellResult ReadAll() => ReadUntil(null, lexer.KeepsEscapes, 0);

    private ShellResult ReadUntil(char? end, bool keepsEscapes, int opened)
    {
        var result = new ShellResult();
        while (Next is { } letter)
        {
            if (letter == end)
            {
                _at++;
                return result;
            }

            if (letter == '<')
                result.AddQuoted(ReadAngles());
            else if (letter == '$')
                result.AddPlain(ReadVariable(keepsEscapes));
            else if (letter == '\'' && !lexer.IgnoresQuotes)
                result.AddQuoted(ReadSingleQuotes());
            else if (letter == '"' && !lexer.IgnoresQuotes)
                result.AddQuoted(ReadDoubleQuotes(keepsEscapes));
            else if (letter == lexer.Escape)
                result.AddQuoted(ReadEscape(keepsEscapes));
            else
                result.AddPlain(text[_at++].ToString());
        }

        return end is null ? result : throw new ShellSyntaxException($"the '{end}' that ends it is missing", opened);
    }

    // Blanks after << belong to the word, so that "<< EOF" names a heredoc.
    private string ReadAngles()
    {
        var start = _at++;
        if (Next != '<')
            return "<";
        _at++;
        Skip(letter => letter is ' ' or '\t' or '\r');
        return text[start.._at];
    }

    // An escape at the end of a text has nothing to escape and goes.
    private string ReadEscape(bool keepsEscapes)
    {
        _at++;
        var escape = keepsEscapes ? lexer.Escape.ToString() : "";
        return _at < text.Length ? escape + text[_at++] : escape;
    }

    private string ReadSingleQuotes()
    {
        var end = text.IndexOf('\'', _at + 1);
        if (end < 0)
            throw new ShellSyntaxException("the single quote that begins here does not end", _at);
        var quoted = lexer.KeepsQuotes ? text[_at..(end + 1)] : text[(_at + 1)..end];
        _at = end + 1;
        return quoted;
    }

    private string ReadDoubleQuotes(bool keepsEscapes)
    {
        var start = _at++;
        var quote = lexer.KeepsQuotes ? "\"" : "";
        var quoted = new StringBuilder(quote);
        while (Next is { } letter)
        {
            if (letter == '"')
            {
                _at++;
                return quoted.Append(quote).ToString();
            }

            if (letter == '$')
            {
                quoted.Append(ReadVariable(keepsEscapes));
                continue;
            }

            _at++;
            if (letter == lexer.Escape && Next is { } escaped && (escaped is '"' or '$' || escaped == lexer.Escape))
            {
                if (keepsEscapes)
                    quoted.Append(letter);
                letter = escaped;
                _at++;
            }

            quoted.Append(letter);
        }

        throw new ShellSyntaxException("the double quote that begins here does not end", start);
    }

    private string ReadVariable(bool keepsEscapes)
    {
        var start = _at;
        if (++_depth > Deepest)
            throw new ShellSyntaxException($"it nests more than {Deepest} variables", start);
        var value = ReadValue(keepsEscapes);
        _depth--;
        _unfolded += value.Length;
        return _unfolded <= MostUnfolded ? value : throw Substitution.TooLong(start);
    }

    private string ReadValue(bool keepsEscapes)
    {
        var start = _at++;
        if (Next != '{')
        {
            var name = ReadName();
            return name.Length == 0 ? "$" : ValueOf(name) ?? (lexer.KeepsUnset ? "$" + name : "");
        }

        _at++;
        if (Next is null)
            throw new ShellSyntaxException("the '}' that ends it is missing", start);
        if (ReadName() is not { Length: > 0 } braced)
            throw new ShellSyntaxException("there is no name after '${'", start);
        var value = ValueOf(braced);
        var substitution = ReadSubstitution(braced, start, keepsEscapes);
        return value is null && lexer.KeepsUnset ? text[start.._at] : substitution.Apply(value);
    }

    private string? ValueOf(string name)
    {
        var value = lexer.Variables[name];
        lexer.Seen(name, value is not null);
        return value;
    }

    private Substitution ReadSubstitution(string name, int start, bool keepsEscapes)
    {
        if (Next is not { } sign)
            throw new ShellSyntaxException("the '}' that ends it is missing", start);
        _at++;
        var isEmptyUnset = sign == ':';
        if (isEmptyUnset)
        {
            sign = Next ?? throw new ShellSyntaxException("the '}' that ends it is missing", start);
            _at++;
        }

        switch (sign)
        {
            case '}' when !isEmptyUnset:
                return new Substitution(name, start, '}', false, "", "");
            case '-' or '+' or '?':
                return new Substitution(name, start, sign, isEmptyUnset, ReadUntil('}', keepsEscapes, start).Text, "");
            case '#' or '%' when !isEmptyUnset:
                var isLongest = Next == sign;
                _at += isLongest ? 1 : 0;
                return new Substitution(
                    name,
                    start,
                    sign,
                    isLongest,
                    ReadUntil('}', keepsEscapes: true, start).Text,
                    ""
                );
            case '/' when !isEmptyUnset:
                var isEverywhere = Next == '/';
                _at += isEverywhere ? 1 : 0;
                return new Substitution(
                    name,
                    start,
                    sign,
                    isEverywhere,
                    ReadUntil('/', keepsEscapes: true, start).Text,
                    ReadUntil('}', keepsEscapes: true, start).Text
                );
            default:
                throw new ShellSyntaxException(
                    $"'{(isEmptyUnset ? ":" : "")}{sign}' after the name of a variable means nothing",
                    start
                );
        }
    }

    // $1, $@ and their kind are names too, of variables that are never set.
    private string ReadName()
    {
        var start = _at;
        if (Next is { } first && first is '@' or '*' or '#' or '?' or '-' or '$' or '!')
            _at++;
        else if (Next is { } digit && char.IsDigit(digit))
            Skip(char.IsDigit);
        else
            Skip(letter => char.IsLetterOrDigit(letter) || letter == '_');
        return text[start.._at];
    }

    private void Skip(Func<char, bool> isPart)
    {
        while (Next is { } letter && isPart(letter))
            _at++;
    }
}
