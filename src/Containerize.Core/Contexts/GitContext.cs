using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Containerize.Diagnostics;

namespace Containerize.Contexts;

/// <summary>A context in a repository of git: <c>URL[#REFERENCE[:FOLDER]]</c>, fetched by the machine's git with its
/// credentials.</summary>
/// <param name="Url">The address.</param>
/// <param name="Reference">A branch, tag or commit; null for the repository's default.</param>
/// <param name="Folder">The folder in it; null for its root.</param>
internal sealed partial record GitContext(string Url, string? Reference, string? Folder)
{
    /// <summary>Reads a context; null for what names no repository.</summary>
    public static GitContext? Parse(string text)
    {
        var (url, fragment) = text.Split('#', 2) is [var before, var after] ? (before, after) : (text, "");
        if (!Form().IsMatch(url))
            return null;
        var parts = fragment.Split(':', 2);
        return new GitContext(
            url.StartsWith("github.com/", StringComparison.Ordinal) ? "https://" + url : url,
            parts[0].Length > 0 ? parts[0] : null,
            parts.Length > 1 && parts[1].Length > 0 ? parts[1] : null
        );
    }

    /// <summary>Fetches one commit, without the history.</summary>
    /// <param name="target">The absolute path of a folder that is not there yet.</param>
    /// <param name="isOffline">Whether nothing may be fetched.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The absolute path of the context.</returns>
    /// <exception cref="ContainerizeException">CTZ0233.</exception>
    public async Task<string> FetchAsync(string target, bool isOffline, CancellationToken cancellationToken)
    {
        if (isOffline)
            throw ContextSource.Unavailable(Url, "it would have to be fetched, and --offline forbids it");
        if (Reference?.StartsWith('-') == true)
            throw ContextSource.Unavailable(Url, $"'{Reference}' is no name of a branch, tag or commit");
        Directory.CreateDirectory(target);
        await RunAsync(target, ["init", "--quiet"], cancellationToken).ConfigureAwait(false);
        await RunAsync(
                target,
                ["fetch", "--quiet", "--depth=1", "--no-tags", "--", Url, Reference ?? "HEAD"],
                cancellationToken
            )
            .ConfigureAwait(false);
        await RunAsync(
                target,
                ["-c", "advice.detachedHead=false", "checkout", "--quiet", "FETCH_HEAD"],
                cancellationToken
            )
            .ConfigureAwait(false);
        if (File.Exists(Path.Combine(target, ".gitmodules")))
            await RunAsync(
                    target,
                    ["submodule", "--quiet", "update", "--init", "--recursive", "--depth=1"],
                    cancellationToken
                )
                .ConfigureAwait(false);
        // As BuildKit has it: the repository's own folder is no part of the context.
        Directory.Delete(Path.Combine(target, ".git"), recursive: true);
        var folder = Path.GetFullPath((Folder ?? "").TrimStart('/'), target);
        return Directory.Exists(folder) && IsInside(target, folder)
            ? folder
            : throw ContextSource.Unavailable(Url, $"there is no folder '{Folder}' in it");
    }

    // A link of the repository must not lead to files of this machine.
    private static bool IsInside(string target, string folder)
    {
        if (
            !(folder + Path.DirectorySeparatorChar).StartsWith(
                target + Path.DirectorySeparatorChar,
                StringComparison.Ordinal
            )
        )
            return false;
        for (var path = folder; path.Length > target.Length; path = Path.GetDirectoryName(path)!)
        {
            if (new DirectoryInfo(path).LinkTarget is not null)
                return false;
        }

        return true;
    }

    private async Task RunAsync(string folder, string[] arguments, CancellationToken cancellationToken)
    {
        var info = new ProcessStartInfo("git", ["-C", folder, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // A question would wait for ever.
        info.Environment["GIT_TERMINAL_PROMPT"] = "0";
        Process git;
        try
        {
            git = Process.Start(info)!;
        }
        catch (Win32Exception exception)
        {
            throw ContextSource.Unavailable(
                Url,
                $"git cannot be started: {exception.Message.TrimEnd('.')}. Install it, or clone the repository "
                    + "and name its folder",
                exception
            );
        }

        using (git)
        {
            git.StandardInput.Close();
            var output = git.StandardOutput.ReadToEndAsync(CancellationToken.None);
            var errors = git.StandardError.ReadToEndAsync(CancellationToken.None);
            try
            {
                await git.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                git.Kill(entireProcessTree: true);
                throw;
            }

            await output.ConfigureAwait(false);
            var message = (await errors.ConfigureAwait(false)).Trim();
            if (git.ExitCode != 0)
                throw ContextSource.Unavailable(
                    Url,
                    $"'git {arguments[0]}' ended with {git.ExitCode} and wrote: {message}"
                );
        }
    }

    // What docker build takes for a repository; anything else is a path.
    [GeneratedRegex(
        @"^(git://|ssh://|git@[^/]+:|github\.com/|(https?|file)://[^#]+\.git/?$).*",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Form();
}
