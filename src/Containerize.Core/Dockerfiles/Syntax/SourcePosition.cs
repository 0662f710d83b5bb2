using System.Globalization;

namespace Containerize.Dockerfiles.Syntax;

/// <summary>A place in a Dockerfile.</summary>
/// <param name="File">What the user calls the file.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in UTF-16 units.</param>
public readonly record struct SourcePosition(string File, int Line, int Column)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}:{Column}");
}

/// <summary>A piece of an instruction as it is written, and where.</summary>
/// <param name="Text">The text: quotes and variables are still in it.</param>
/// <param name="Position">Where it begins.</param>
public readonly record struct SourceWord(string Text, SourcePosition Position)
{
    public override string ToString() => Text;
}
