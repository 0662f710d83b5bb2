using Containerize.Diagnostics;
using Containerize.Entries;
using Containerize.Publishing.Files;
using Containerize.Publishing.Settings;

namespace Containerize.Publishing.Bases;

/// <summary>
/// The first word of a command that a project names. An engine starts the program of that name: it looks for it in
/// <c>PATH</c> where the name has no slash, never in the working directory, and splits nothing at blanks.
/// </summary>
internal static class CommandWord
{
    /// <summary>Refuses a whole line in one word, and the bare name of a published file.</summary>
    /// <param name="folder">What was published.</param>
    /// <param name="settings">The command.</param>
    /// <exception cref="ContainerizeException">CTZ0391.</exception>
    public static void Check(PublishFolder folder, ContainerSettings settings)
    {
        Check(folder, settings, "ContainerEntrypoint", settings.Command.Entrypoint.FirstOrDefault());
        if (settings.Command.Entrypoint.IsEmpty)
            Check(folder, settings, "ContainerAppCommand", settings.Command.AppCommand.FirstOrDefault());
    }

    private static void Check(PublishFolder folder, ContainerSettings settings, string item, string? word)
    {
        if (word is null || settings.IsWindows)
            return;
        var blank = word.AsSpan().IndexOfAny(" \t");
        if (blank > 0 && !word.AsSpan(0, blank).Contains('/'))
            throw Invalid(
                $"{item} is '{word}', which is one word, and no program has that name. Write each word as an item "
                    + $"of its own: <{item} Include=\"{word[..blank]};…\" />."
            );
        if (
            !word.Contains('/', StringComparison.Ordinal)
            && !IsInPath(settings)
            && !settings.Files.Any(file => file.Path.Text.EndsWith("/" + word, StringComparison.Ordinal))
            && folder.Entries.Any(entry => entry.Kind != EntryKind.Directory && entry.RelativePath == word)
        )
            throw Invalid(
                $"{item} is '{word}', which is looked for in PATH and not where the app lies. Write "
                    + (
                        word.EndsWith(".dll", StringComparison.OrdinalIgnoreCase)
                            ? $"<{item} Include=\"dotnet;{settings.WorkingDirectory.Text}/{word}\" />."
                            : $"<{item} Include=\"{settings.WorkingDirectory.Text}/{word}\" />."
                    )
            );
    }

    private static bool IsInPath(ContainerSettings settings) =>
        settings.Environment.Any(variable =>
            variable.Key == "PATH" && variable.Value.Split(':').Contains(settings.WorkingDirectory.Text)
        );

    private static ContainerizeException Invalid(string text) => new(DiagnosticTable.CommandOfOneWord, text);
}
