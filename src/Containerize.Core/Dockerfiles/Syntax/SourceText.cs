using System.Collections.Immutable;
using System.Globalization;
using Containerize.Diagnostics;

namespace Containerize.Dockerfiles.Syntax;

/// <summary>The text of a Dockerfile, by lines, and the errors that point into it.</summary>
public sealed class SourceText
{
    /// <summary>Splits a text into lines.</summary>
    /// <param name="file">What the user calls the file, for errors.</param>
    /// <param name="text">The content; a byte order mark does not count.</param>
    public SourceText(string file, string text)
    {
        File = file;
        Lines = [.. (text is ['\uFEFF', ..] ? text[1..] : text).Split('\n')];
    }

    /// <summary>What the user calls the file.</summary>
    public string File { get; }

    /// <summary>The lines, without the line feed; a carriage return is still there.</summary>
    public ImmutableArray<string> Lines { get; }

    /// <summary>The place of a column in a line, both from 0.</summary>
    public SourcePosition At(int line, int column) => new(File, line + 1, column + 1);

    /// <summary>
    /// An error with the place before the message and the line below it:
    /// <c>Dockerfile:3:1: 'COPPY' is no instruction. Did you mean COPY?</c>
    /// </summary>
    public ContainerizeException Error(
        Diagnostic diagnostic,
        SourcePosition position,
        string message,
        Exception? inner = null
    ) => new(diagnostic, $"{position}: {message}{Excerpt(position)}", inner);

    private string Excerpt(SourcePosition position)
    {
        if (position.File != File || position.Line < 1 || position.Line > Lines.Length)
            return "";
        var line = Lines[position.Line - 1].TrimEnd('\r');
        var number = position.Line.ToString(CultureInfo.InvariantCulture);
        // Tabs before the mark stay tabs, so that it stands below its letter however wide they are shown.
        var indent = string.Concat(line.Take(position.Column - 1).Select(letter => letter == '\t' ? '\t' : ' '));
        return $"\n  {number} | {line}\n  {new string(' ', number.Length)} | {indent}^";
    }
}
