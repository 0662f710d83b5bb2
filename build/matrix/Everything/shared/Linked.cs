using System.Runtime.CompilerServices;

internal static class Linked
{
    public static string Text { get; } = Path();

    private static string Path([CallerFilePath] string path = "") => path;
}
