using System.Collections.Immutable;

namespace Containerize.Manifests;

/// <summary>A scalar of a YAML text that is written on one line.</summary>
/// <param name="Start">Where its characters begin in the text, without quotes.</param>
/// <param name="Length">How many there are.</param>
/// <param name="Value">The characters.</param>
public sealed record YamlScalar(int Start, int Length, string Value);

/// <summary>
/// Finds the scalars of a YAML text that begin with a given prefix, and where they lie, so that they can be replaced
/// with no other character touched (YAML 1.2.2, chapters 6 to 9). It knows what can hide such a text or look like one:
/// comments, quotes, block scalars, plain scalars of several lines, anchors and tags, flow collections, directives and
/// several documents. Whether the text is valid YAML is not its question, but for a quote that does not end.
/// </summary>
/// <param name="text">The text.</param>
/// <param name="prefix">What the scalars begin with.</param>
internal sealed class YamlScalars(string text, string prefix)
{
    private readonly ImmutableArray<YamlScalar>.Builder _found = ImmutableArray.CreateBuilder<YamlScalar>();
    private int _at;
    private int _flow;

    // The column of the innermost key or dash of the line, which what belongs to it is indented deeper than; -1 for a
    // document itself.
    private int _parent = -1;

    // Where the current node begins on its line: a key's column shows only at the colon after it.
    private int _node;

    /// <summary>The scalars, in their order.</summary>
    /// <exception cref="FormatException">A quote does not end; the message names its line, from 1.</exception>
    public ImmutableArray<YamlScalar> Find()
    {
        if (text.StartsWith('\uFEFF'))
            _at = 1;
        while (_at < text.Length)
            ReadLine();
        return _found.ToImmutable();
    }

    private char Here => _at < text.Length ? text[_at] : '\n';

    private int Column => _at - LineStart(_at);

    private void ReadLine()
    {
        if (IsDirectiveOrMarker())
            return;
        _node = -1;
        while (_at < text.Length && !IsBreak(Here))
            ReadToken();
        SkipBreak();
    }

    // "%YAML 1.2", "---" and "...", which stand at the beginning of a line.
    private bool IsDirectiveOrMarker()
    {
        var isMarker = IsAt("---") || IsAt("...");
        if (!isMarker && (Here != '%' || _flow > 0))
            return false;
        (_parent, _flow) = (-1, 0);
        _at = isMarker ? _at + 3 : LineEnd(_at);
        return !isMarker;

        bool IsAt(string marker) =>
            string.CompareOrdinal(text, _at, marker, 0, 3) == 0
            && (_at + 3 == text.Length || char.IsWhiteSpace(text[_at + 3]));
    }

    private void ReadToken()
    {
        var isApart = Column == 0 || char.IsWhiteSpace(text[_at - 1]);
        switch (Here)
        {
            case ' ' or '\t':
                _at++;
                break;
            case '#' when isApart:
                _at = LineEnd(_at);
                break;
            case '"' or '\'':
                Mark();
                ReadQuoted(Here);
                break;
            case '&' or '!' or '*':
                Mark();
                SkipWord();
                break;
            case '-' or '?' when _flow == 0 && IsSpaceAt(_at + 1):
                _parent = Column;
                _node = -1;
                _at++;
                break;
            case ':' when IsSpaceAt(_at + 1) || _flow > 0:
                ReadColon();
                break;
            case '|' or '>' when _flow == 0:
                ReadBlock();
                break;
            case '{' or '[':
                Mark();
                _flow++;
                _at++;
                break;
            case '}' or ']' when _flow > 0:
                _flow--;
                _at++;
                break;
            case ',' when _flow > 0:
                _at++;
                break;
            default:
                Mark();
                ReadPlain();
                break;
        }
    }

    private void Mark() => _node = _node < 0 ? Column : _node;

    private void ReadColon()
    {
        if (_flow == 0)
            _parent = _node >= 0 ? _node : Column;
        _node = -1;
        _at++;
    }

    // Anchors, tags and aliases end at a space; in a flow collection at its signs, too.
    private void SkipWord()
    {
        while (!char.IsWhiteSpace(Here) && !(_flow > 0 && Here is ',' or ']' or '}'))
            _at++;
    }

    private void ReadQuoted(char quote)
    {
        var start = ++_at;
        for (; _at < text.Length; _at++)
        {
            if (quote == '"' && Here == '\\')
                _at++;
            else if (Here == quote && quote == '\'' && _at + 1 < text.Length && text[_at + 1] == quote)
                _at++;
            else if (Here == quote)
            {
                Add(start, _at++);
                return;
            }
        }

        throw new FormatException($"the quote in line {text.AsSpan(0, start).Count('\n') + 1} does not end");
    }

    private void ReadPlain()
    {
        var start = _at;
        var end = ReadPlainLine();
        Add(start, end);
        // What follows on lines of its own belongs to it, unless a key has ended it.
        while (IsContinued())
        {
            SkipBreak();
            SkipSpaces();
            ReadPlainLine();
        }
    }

    // To the end of the text on this line; returns where its last character ends.
    private int ReadPlainLine()
    {
        var end = _at;
        for (; !IsBreak(Here); _at++)
        {
            if ((Here == ':' && IsSpaceAt(_at + 1)) || (Here == '#' && _at > 0 && char.IsWhiteSpace(text[_at - 1])))
                break;
            if (_flow > 0 && (Here is ',' or '[' or ']' or '{' or '}' || (Here == ':' && IsFlowSignAt(_at + 1))))
                break;
            if (Here is not (' ' or '\t'))
                end = _at + 1;
        }

        return end;
    }

    private bool IsContinued()
    {
        if (_at >= text.Length || !IsBreak(Here))
            return false;
        var next = _at;
        while (next < text.Length && char.IsWhiteSpace(text[next]))
            next++;
        if (next == text.Length || text[next] == '#')
            return false;
        var column = next - LineStart(next);
        if (column == 0 && (text.AsSpan(next).StartsWith("---") || text.AsSpan(next).StartsWith("...")))
            return false;
        return _flow > 0 ? text[next] is not (',' or '[' or ']' or '{' or '}' or '"' or '\'') : column > _parent;
    }

    // The header "|", ">-", "|2+ # comment", and all lines that are indented deeper than what the scalar belongs to.
    private void ReadBlock()
    {
        var isAlone = text.AsSpan(LineStart(_at), Column).IsWhiteSpace();
        var parent = isAlone ? Math.Min(_parent, Column - 1) : _parent;
        var header = text.AsSpan(_at, LineEnd(_at) - _at);
        var digit = header[..Math.Min(3, header.Length)].IndexOfAnyInRange('1', '9');
        var indent = digit > 0 ? Math.Max(parent, 0) + (header[digit] - '0') : -1;
        _at = LineEnd(_at);
        var lines = new List<(int Start, int End)>();
        while (_at < text.Length)
        {
            var line = AfterBreak(_at);
            var (start, end) = (line, LineEnd(line));
            while (start < end && text[start] == ' ')
                start++;
            if (!text.AsSpan(start, end - start).IsWhiteSpace())
            {
                var column = start - line;
                indent = indent < 0 ? column : indent;
                if (
                    column < indent
                    || column <= parent
                    || (column == 0 && text.AsSpan(start, end - start) is "---" or "...")
                )
                    break;
                lines.Add((start, end));
            }

            if (line >= text.Length)
                break;
            _at = end;
        }

        // A value may be folded for its length alone; with spaces in it it is a text.
        if (lines is [var (first, last)] && !text.AsSpan(first, last - first).TrimEnd().ContainsAny(' ', '\t'))
            Add(first, last);
    }

    private void Add(int start, int end)
    {
        var value = text[start..end].TrimEnd();
        if (value.StartsWith(prefix, StringComparison.Ordinal))
            _found.Add(new YamlScalar(start, value.Length, value));
    }

    private bool IsSpaceAt(int at) => at >= text.Length || char.IsWhiteSpace(text[at]);

    private bool IsFlowSignAt(int at) => at < text.Length && text[at] is ',' or '[' or ']' or '{' or '}';

    private static bool IsBreak(char letter) => letter is '\n' or '\r';

    // A byte order mark is no column.
    private int LineStart(int at) =>
        Math.Max(text.AsSpan(0, at).LastIndexOfAny('\n', '\r') + 1, text.StartsWith('\uFEFF') ? 1 : 0);

    private int LineEnd(int at) =>
        text.AsSpan(at).IndexOfAny('\n', '\r') is >= 0 and var length ? at + length : text.Length;

    private int AfterBreak(int at) =>
        at >= text.Length ? at
        : text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n' ? at + 2
        : at + 1;

    private void SkipBreak() => _at = AfterBreak(_at);

    private void SkipSpaces()
    {
        while (_at < text.Length && char.IsWhiteSpace(Here))
            _at++;
    }
}
