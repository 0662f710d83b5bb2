using System.Text;
using Containerize.Diagnostics;
using Containerize.Dockerfiles.Execution.Requests;
using Containerize.Dockerfiles.Execution.Sandboxing;
using Containerize.Entries;
using Containerize.FileSystems;

namespace Containerize.Dockerfiles.Execution;

/// <summary>What is refused before a sandbox is made: what an image or a Dockerfile says that no command can
/// have.</summary>
internal static class CommandChecks
{
    /// <summary>Looks at a command.</summary>
    /// <param name="request">The command.</param>
    /// <param name="files">The files of the image.</param>
    /// <exception cref="ContainerizeException">CTZ0160 for a text that no program can be given, CTZ0161 for a folder of
    /// the kernel that is a link.</exception>
    public static void Check(RunRequest request, ImageFiles files)
    {
        foreach (var word in request.Command)
            CheckText(request, word, "a word of the command");
        foreach (var (name, value) in request.Environment)
            CheckVariable(request, name, value);
        foreach (var secret in request.Mounts.OfType<SecretMount>().Where(secret => secret.Variable is not null))
            CheckVariable(request, secret.Variable!, Encoding.UTF8.GetString(secret.Content.Span));
        foreach (var folder in SystemPaths.Folders)
            CheckFolder(request, files, ContainerPath.Parse(folder));
    }

    private static void CheckVariable(RunRequest request, string name, string value)
    {
        if (name.Length == 0 || name.Contains('=', StringComparison.Ordinal))
            throw Refused(
                request,
                $"a variable of the image or the Dockerfile has the name '{name}'. A name is not empty and has no '='"
            );
        CheckText(request, name, "a variable's name");
        CheckText(request, value, $"the value of {name}");
    }

    private static void CheckText(RunRequest request, string text, string what)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
            throw Refused(request, $"{what} has a NUL in it, and no program of Linux can be given one");
    }

    private static ContainerizeException Refused(RunRequest request, string why) =>
        new(
            DiagnosticTable.RunValueRefused,
            $"{request.Where}: {why}. Set the variable to another value above this command, or give a secret as a file."
        );

    // An OCI runtime mounts and makes files there by their names, and would follow the link out of the image.
    private static void CheckFolder(RunRequest request, ImageFiles files, ContainerPath path)
    {
        if (files.Find(path) is { Kind: not EntryKind.Directory } file)
            throw new ContainerizeException(
                DiagnosticTable.RunFolderRefused,
                $"{request.Where}: '{path}' of the image is "
                    + $"{(file.LinkTarget is { } target ? $"a link to '{target}'" : "no folder")}, and a command "
                    + "needs a folder there for the kernel's files. Build upon another base, or replace it in a "
                    + "stage without RUN."
            );
    }
}
