using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Containerize.Diagnostics;

namespace Containerize.Publishing.Settings;

/// <summary>The time of the commit that a project is built from (<c>ContainerCreated=commit</c>).</summary>
public static class CommitTime
{
    /// <summary>What <c>ContainerCreated</c> says for it.</summary>
    public const string Keyword = "commit";

    /// <summary>Asks git for the committer's time of <c>HEAD</c>, in whole seconds.</summary>
    /// <param name="folder">The absolute path of a folder in the working tree.</param>
    /// <exception cref="ContainerizeException">CTZ0045 when there is no git, no repository or no commit.</exception>
    public static DateTimeOffset Read(string folder)
    {
        using var git = Start(folder);
        var errors = git.StandardError.ReadToEndAsync();
        var output = git.StandardOutput.ReadToEnd().Trim();
        git.WaitForExit();
        return
            git.ExitCode == 0 && long.TryParse(output, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : throw Unknown(folder, $"git ended with {git.ExitCode}: {FirstLine(errors.GetAwaiter().GetResult())}");
    }

    private static Process Start(string folder)
    {
        try
        {
            return Process.Start(
                new ProcessStartInfo(
                    "git",
                    ["-C", folder, "-c", "log.showSignature=false", "log", "-1", "--format=%ct"]
                )
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                    UseShellExecute = false,
                }
            )!;
        }
        catch (Win32Exception exception)
        {
            throw Unknown(folder, $"git cannot be started: {exception.Message}", exception);
        }
    }

    private static string FirstLine(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault()
        ?? "it wrote nothing";

    private static ContainerizeException Unknown(string folder, string why, Exception? inner = null) =>
        new(
            DiagnosticTable.CommitUnknown,
            $"ContainerCreated is 'commit' and the time of the commit of '{folder}' is not known: "
                + $"{why.TrimEnd('.')}. "
                + "Publish from a git working tree with a commit, or set ContainerCreated to a time.",
            inner
        );
}
