using System.Collections.Immutable;
using System.Text;
using Containerize.Diagnostics;
using Containerize.Dockerfiles.Syntax.Shell;

namespace Containerize.Dockerfiles.Syntax;

/// <summary>
/// Parts a Dockerfile into instructions: lines that end with the escape go on in the next one, comments and empty lines
/// between them do not count, and texts of heredocs belong to the instruction above.
/// </summary>
internal sealed class LogicalLines(SourceText source, Directives directives)
{
    private static readonly string[] WithHeredocs = ["ADD", "COPY", "RUN"];

    private readonly ImmutableArray<SourceWord>.Builder _comments = ImmutableArray.CreateBuilder<SourceWord>();
    private int _line = directives.Count;

    /// <summary>Reads all instructions, in order.</summary>
    /// <exception cref="ContainerizeException">CTZ0122 for an escape that nothing follows, CTZ0123 for a heredoc that
    /// does not end, CTZ0125 for quotes that do not.</exception>
    public IEnumerable<LogicalLine> ReadAll()
    {
        while (_line < source.Lines.Length)
        {
            var line = source.Lines[_line].TrimEnd('\r');
            var indent = line.Length - line.TrimStart().Length;
            if (indent == line.Length)
                _line++;
            else if (line[indent] == '#')
                AddComment(line, indent);
            else
                yield return ReadOne(indent);
        }
    }

    private void AddComment(string line, int indent)
    {
        var comment = new SourceWord(line[(indent + 1)..].Trim(), source.At(_line++, indent));
        if (comment.Text.Length == 0)
            _comments.Clear();
        else
            _comments.Add(comment);
    }

    private LogicalLine ReadOne(int indent)
    {
        var start = source.At(_line, indent);
        var instruction = new LogicalLine.Builder();
        SourcePosition? empty = null;
        for (var goesOn = AddLine(instruction, indent); goesOn && _line < source.Lines.Length; )
        {
            var next = source.Lines[_line].TrimStart();
            // What follows the file's last line feed is no line.
            if (next.Length == 0 && (_line < source.Lines.Length - 1 || source.Lines[_line].Length > 0))
                empty ??= source.At(_line, 0);
            if (next is "" or ['#', ..])
                _line++;
            else
                goesOn = AddLine(instruction, 0);
        }

        var read = instruction.Build(source, _comments.DrainToImmutable()) with { EmptyLine = empty };
        if (read.Text.Length == 0)
            throw source.Error(
                DiagnosticTable.DockerfileSyntax,
                start,
                $"a line with nothing but '{directives.Escape}' goes on in the next, and no instruction "
                    + "follows. Remove it."
            );
        return ReadHeredocs(read);
    }

    private bool AddLine(LogicalLine.Builder instruction, int column)
    {
        var line = source.Lines[_line].TrimEnd('\r');
        var length = LengthBeforeEscape(line);
        instruction.Add(line[column..Math.Max(column, length ?? line.Length)], _line++, column);
        return length is not null;
    }

    // Null where the line does not go on; an escape before the escape takes its meaning away.
    private int? LengthBeforeEscape(string line)
    {
        var text = line.TrimEnd(' ', '\t');
        var isEscaped = text.Length > 1 && text[^2] == directives.Escape;
        return text.Length > 0 && text[^1] == directives.Escape && !isEscaped ? text.Length - 1 : null;
    }

    private LogicalLine ReadHeredocs(LogicalLine line)
    {
        var words = line.Words(0).Select(word => word.Text.Trim());
        var first = words.FirstOrDefault(word =>
            word.Length > 0 && !word.Equals("ONBUILD", StringComparison.OrdinalIgnoreCase)
        );
        if (
            !WithHeredocs.Contains(first, StringComparer.OrdinalIgnoreCase)
            || !line.Text.Contains("<<", StringComparison.Ordinal)
        )
            return line;
        return line with { Heredocs = [.. HeredocsOf(line).Select(ReadText)] };
    }

    // As in BuildKit the escape is a backslash here, whatever the file says.
    private static ImmutableArray<Heredoc> HeredocsOf(LogicalLine line)
    {
        var lexer = new ShellLexer('\\', ShellVariables.None)
        {
            KeepsQuotes = true,
            KeepsEscapes = true,
            KeepsUnset = true,
        };
        try
        {
            var at = 0;
            var heredocs = ImmutableArray.CreateBuilder<Heredoc>();
            foreach (var word in lexer.Words(line.Text))
            {
                at = Math.Max(at, line.Text.IndexOf(word, at, StringComparison.Ordinal));
                if (Heredoc.Parse(new SourceWord(word, line.PositionAt(at))) is { } heredoc)
                    heredocs.Add(heredoc);
                at = Math.Min(at + word.Length, line.Text.Length);
            }

            return heredocs.ToImmutable();
        }
        catch (ShellSyntaxException)
        {
            // The quotes may be the business of the shell that gets the line; then there is no heredoc that we could
            // read.
            return [];
        }
    }

    private Heredoc ReadText(Heredoc heredoc)
    {
        var content = new StringBuilder();
        for (; _line < source.Lines.Length; _line++)
        {
            var line = source.Lines[_line];
            if (heredoc.EndsWith(line.TrimEnd('\r')))
            {
                _line++;
                return heredoc with { RawContent = content.ToString() };
            }

            content.Append(line).Append('\n');
        }

        throw source.Error(
            DiagnosticTable.HeredocUnclosed,
            heredoc.Position,
            $"the text that begins here does not end: a line with nothing but '{heredoc.Name}' is missing."
        );
    }
}
