using System.Collections.Immutable;
using System.Text;

namespace Containerize.Dockerfiles.Syntax;

/// <summary>One instruction as text: its lines joined, and for each letter the place where it is written.</summary>
/// <param name="Source">The Dockerfile.</param>
/// <param name="Text">The joined text, without the comments between its lines.</param>
/// <param name="Pieces">Where each line's part begins in the text, and where that stands in the file.</param>
/// <param name="Comments">The comments right above it, without their <c>#</c>.</param>
public sealed record LogicalLine(
    SourceText Source,
    string Text,
    ImmutableArray<(int Offset, int Line, int Column)> Pieces,
    ImmutableArray<SourceWord> Comments
)
{
    /// <summary>The texts in the lines below it, in the order of their words.</summary>
    public ImmutableArray<Heredoc> Heredocs { get; init; } = [];

    /// <summary>The blanks at its end, which are no part of the text.</summary>
    public string Tail { get; init; } = "";

    /// <summary>The first empty line between its lines; null for none.</summary>
    public SourcePosition? EmptyLine { get; init; }

    /// <summary>Where it begins.</summary>
    public SourcePosition Start => PositionAt(0);

    /// <summary>The place of a letter of the text.</summary>
    public SourcePosition PositionAt(int offset)
    {
        var (start, line, column) = Pieces.LastOrDefault(piece => piece.Offset <= offset, Pieces[0]);
        return Source.At(line, column + offset - start);
    }

    /// <summary>A piece of the text with its place.</summary>
    public SourceWord Slice(int start, int end) => new(Text[start..end], PositionAt(start));

    /// <summary>The words between blanks, quotes not looked at, from an offset on.</summary>
    public ImmutableArray<SourceWord> Words(int start)
    {
        var words = ImmutableArray.CreateBuilder<SourceWord>();
        for (var at = start; at < Text.Length; )
        {
            if (QuotedText.IsBlank(Text[at]))
            {
                at++;
                continue;
            }

            var end = at;
            while (end < Text.Length && !QuotedText.IsBlank(Text[end]))
                end++;
            words.Add(Slice(at, end));
            at = end;
        }

        return words.ToImmutable();
    }

    /// <summary>Collects the parts of an instruction.</summary>
    internal sealed class Builder
    {
        private readonly StringBuilder _text = new();
        private readonly ImmutableArray<(int Offset, int Line, int Column)>.Builder _pieces =
            ImmutableArray.CreateBuilder<(int Offset, int Line, int Column)>();

        public void Add(string text, int line, int column)
        {
            _pieces.Add((_text.Length, line, column));
            _text.Append(text);
        }

        public LogicalLine Build(SourceText source, ImmutableArray<SourceWord> comments)
        {
            var text = _text.ToString();
            // Blanks before the name are there where the line above holds an escape alone.
            var start = text.Length - text.TrimStart().Length;
            var end = text.TrimEnd().Length;
            return new LogicalLine(
                source,
                text[Math.Min(start, end)..end],
                [.. _pieces.Select(piece => piece with { Offset = piece.Offset - start })],
                comments
            )
            {
                Tail = text[end..],
            };
        }
    }
}
