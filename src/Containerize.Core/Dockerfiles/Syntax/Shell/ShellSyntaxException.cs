namespace Containerize.Dockerfiles.Syntax.Shell;

/// <summary>What is wrong with quotes or variables of a word; the caller, who knows the place, makes a coded error of
/// it.</summary>
/// <param name="message">What is wrong.</param>
/// <param name="offset">Where in the word, from 0.</param>
/// <param name="isMissingValue">Whether it is <c>${x:?message}</c> speaking.</param>
public sealed class ShellSyntaxException(string message, int offset, bool isMissingValue = false) : Exception(message)
{
    /// <summary>Where in the word, from 0.</summary>
    public int Offset { get; } = offset;

    /// <summary>Whether the file itself says that the variable must have a value.</summary>
    public bool IsMissingValue { get; } = isMissingValue;
}
