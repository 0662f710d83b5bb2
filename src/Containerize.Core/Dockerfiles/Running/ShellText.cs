namespace Containerize.Dockerfiles.Running;

/// <summary>Text for a POSIX shell.</summary>
internal static class ShellText
{
    /// <summary>A word that the shell takes as it is.</summary>
    public static string Quote(string word) => "'" + word.Replace("'", @"'\''", StringComparison.Ordinal) + "'";

    /// <summary>Words with spaces between them, each taken as it is.</summary>
    public static string Quote(IEnumerable<string> words) => string.Join(' ', words.Select(Quote));
}
