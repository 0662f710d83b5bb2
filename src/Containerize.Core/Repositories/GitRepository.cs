using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Containerize.Repositories;

/// <summary>A repository of git: <c>URL[#REFERENCE[:FOLDER]]</c>, fetched by the machine's git.</summary>
/// <param name="Url">The address.</param>
/// <param name="Reference">A branch, tag or commit; null for the repository's default.</param>
/// <param name="Folder">The folder in it; null for its root.</param>
internal sealed partial record GitRepository(string Url, string? Reference, string? Folder)
{
    private const string GitFolder = ".git";

    // What makes git work in another repository than the one in its folder, as for a program that a hook of that calls
    // ('git rev-parse --local-env-vars', less what gives settings).
    private static readonly string[] OfOthers =
    [
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_OBJECT_DIRECTORY",
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_IMPLICIT_WORK_TREE",
        "GIT_GRAFT_FILE",
        "GIT_INDEX_FILE",
        "GIT_NO_REPLACE_OBJECTS",
        "GIT_REPLACE_REF_BASE",
        "GIT_PREFIX",
        "GIT_SHALLOW_FILE",
        "GIT_COMMON_DIR",
        "GIT_NAMESPACE",
    ];

    /// <summary>Reads an address; null for what names no repository.</summary>
    public static GitRepository? Parse(string text)
    {
        var (url, fragment) = text.Split('#', 2) is [var before, var after] ? (before, after) : (text, "");
        if (!AddressForm().IsMatch(url))
            return null;
        var parts = fragment.Split(':', 2);
        return new GitRepository(
            url.StartsWith("github.com/", StringComparison.Ordinal) ? "https://" + url : url,
            parts[0].Length > 0 ? parts[0] : null,
            parts.Length > 1 && parts[1].Length > 0 ? parts[1] : null
        );
    }

    /// <summary>Fetches one commit, without the history.</summary>
    /// <param name="target">The absolute path of a folder that is not there yet.</param>
    /// <param name="access">What git may use.</param>
    /// <param name="keepsGitFolder">Whether <c>.git</c> stays, without what differs from run to run.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The absolute path of the folder, and the commit.</returns>
    /// <exception cref="GitException">It cannot be fetched, or the folder is not in it.</exception>
    public async Task<(string Folder, string Commit)> FetchAsync(
        string target,
        GitAccess access,
        bool keepsGitFolder,
        CancellationToken cancellationToken
    )
    {
        if (Reference is not null && !ReferenceForm().IsMatch(Reference))
            throw new GitException($"'{Reference}' is no name of a branch, tag or commit");
        Directory.CreateDirectory(target);
        // Without a template nothing of this machine, such as a hook, lies in the new repository.
        await GitAsync("init", "--quiet", "--template=").ConfigureAwait(false);
        await GitAsync("fetch", "--quiet", "--depth=1", "--no-tags", "--", Url, Reference ?? "HEAD")
            .ConfigureAwait(false);
        await GitAsync("checkout", "--quiet", "--detach", "FETCH_HEAD").ConfigureAwait(false);
        if (File.Exists(Path.Combine(target, ".gitmodules")))
            await GitAsync("submodule", "--quiet", "update", "--init", "--recursive", "--depth=1")
                .ConfigureAwait(false);
        var commit = (await GitAsync("rev-parse", "HEAD").ConfigureAwait(false)).Trim();
        // The index has the times of this checkout; another is made without them.
        if (keepsGitFolder)
        {
            File.Delete(Path.Combine(target, GitFolder, "index"));
            await GitAsync("read-tree", "HEAD").ConfigureAwait(false);
        }

        Clean(target, keepsGitFolder);
        var folder = Path.GetFullPath((Folder ?? "").TrimStart('/'), target);
        return Directory.Exists(folder) && IsInside(target, folder)
            ? (folder, commit)
            : throw new GitException($"there is no folder '{Folder}' in it");

        Task<string> GitAsync(params string[] arguments) => RunAsync(target, access, arguments, cancellationToken);
    }

    // Without .git, as BuildKit has it; or without what has times and places of this machine.
    private static void Clean(string target, bool keepsGitFolder)
    {
        var git = Path.Combine(target, GitFolder);
        if (!keepsGitFolder)
        {
            Directory.Delete(git, recursive: true);
            DeleteLinks(target);
            return;
        }

        foreach (var name in new[] { "FETCH_HEAD", "ORIG_HEAD" })
            File.Delete(Path.Combine(git, name));
        if (Directory.Exists(Path.Combine(git, "logs")))
            Directory.Delete(Path.Combine(git, "logs"), recursive: true);
    }

    // A submodule has a file .git that names a folder that is gone.
    private static void DeleteLinks(string folder)
    {
        File.Delete(Path.Combine(folder, GitFolder));
        foreach (var below in new DirectoryInfo(folder).EnumerateDirectories().Where(below => below.LinkTarget is null))
            DeleteLinks(below.FullName);
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

    private static async Task<string> RunAsync(
        string folder,
        GitAccess access,
        string[] arguments,
        CancellationToken cancellationToken
    )
    {
        var settings = access.Settings.SelectMany(setting => new[] { "-c", $"{setting.Name}={setting.Value}" });
        var info = new ProcessStartInfo("git", ["-C", folder, .. settings, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (
            var name in info.Environment.Keys.Where(name => OfOthers.Contains(name) || access.Hides(name)).ToList()
        )
            info.Environment.Remove(name);
        foreach (var (name, value) in access.Environment)
            info.Environment[name] = value;
        Process git;
        try
        {
            git = Process.Start(info)!;
        }
        catch (Win32Exception exception)
        {
            throw new GitException(
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

            var written = await output.ConfigureAwait(false);
            var failure = (await errors.ConfigureAwait(false)).Trim();
            return git.ExitCode == 0
                ? written
                : throw new GitException($"'git {arguments[0]}' ended with {git.ExitCode} and wrote: {failure}");
        }
    }

    // What docker build takes for a repository; anything else is a path.
    [GeneratedRegex(
        @"^(git://|ssh://|git@[^/]+:|github\.com/|(https?|file)://[^#]+\.git/?$).*",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex AddressForm();

    // No option, no pattern, and none of the signs that say where what is fetched is written to.
    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_./@=+-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex ReferenceForm();
}
