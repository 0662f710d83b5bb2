using System.Collections.Immutable;
using System.Text;

namespace Containerize.Dockerfiles.Syntax.Shell;

/// <summary>What a lexer has read so far: as one text, and as words.</summary>
internal sealed class ShellResult
{
    private readonly StringBuilder _text = new();
    private readonly StringBuilder _word = new();
    private readonly ImmutableArray<string>.Builder _words = ImmutableArray.CreateBuilder<string>();

    /// <summary>All as one text.</summary>
    public string Text => _text.ToString();

    /// <summary>The words, without empty ones.</summary>
    public ImmutableArray<string> Words()
    {
        EndWord();
        return _words.ToImmutable();
    }

    /// <summary>Adds what is part of the word whatever it is.</summary>
    public void AddQuoted(string text)
    {
        _text.Append(text);
        _word.Append(text);
    }

    /// <summary>Adds what ends the word where it has spaces.</summary>
    public void AddPlain(string text)
    {
        _text.Append(text);
        foreach (var letter in text)
        {
            if (char.IsWhiteSpace(letter))
                EndWord();
            else
                _word.Append(letter);
        }
    }

    private void EndWord()
    {
        if (_word.Length > 0)
            _words.Add(_word.ToString());
        _word.Clear();
    }
}
