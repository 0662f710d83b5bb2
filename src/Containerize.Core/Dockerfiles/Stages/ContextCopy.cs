using Containerize.Diagnostics;
using Containerize.Dockerfiles.Copying;
using Containerize.Entries;
using Containerize.IO;

namespace Containerize.Dockerfiles.Stages;

/// <summary>A folder with the files of a context that <c>.dockerignore</c> leaves in.</summary>
internal static class ContextCopy
{
    /// <summary>Makes the copy; it is there as a whole or not at all.</summary>
    /// <param name="context">The files.</param>
    /// <param name="folder">The folder of the context, for messages.</param>
    /// <param name="copy">The absolute path of the copy.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ContainerizeException">CTZ0143 where the copy cannot be made, CTZ0146 for a file that cannot
    /// be copied.</exception>
    public static void Make(ContextFiles context, string folder, string copy, CancellationToken cancellationToken)
    {
        try
        {
            // A copy that failed in the middle must not be found by the next mount.
            var part = $"{copy}.{Guid.NewGuid():N}";
            Copy(context, part, cancellationToken);
            Directory.Move(part, copy);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ContainerizeException(
                DiagnosticTable.RunnerFailed,
                $"The context '{folder}' cannot be copied to '{copy}' for a mount of RUN: "
                    + $"{exception.Message.TrimEnd('.')}. Make room there, set TMPDIR to another folder, or "
                    + "leave more out in .dockerignore.",
                exception
            );
        }
    }

    private static void Copy(ContextFiles context, string copy, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(copy);
        foreach (var file in context.DescendantsOf(ContainerPath.Root))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var place = Path.Join(copy, file.Path.Text);
            if (file.Kind == EntryKind.Directory)
                MakeFolder(place);
            else if (file.LinkTarget is { } target)
                MakeLink(place, target);
            else if (file.Kind == EntryKind.File)
            {
                // A later mount of this file is keyed by what is copied now: a change after this is an error of that
                // mount.
                _ = context.HashOf(file);
                CopyFile(context.PathOf(file.Path), place);
            }
        }
    }

    private static void MakeFolder(string path)
    {
        if (LinuxFile.IsSupported)
            LinuxFile.MakeFolder(path);
        else
            Directory.CreateDirectory(path);
    }

    private static void MakeLink(string path, string target)
    {
        if (LinuxFile.IsSupported)
            LinuxFile.MakeLink(path, target);
        else
            File.CreateSymbolicLink(path, target);
    }

    private static void CopyFile(string path, string target)
    {
        try
        {
            RegularFile.Copy(path, target);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ContainerizeException(
                DiagnosticTable.RunMountInvalid,
                $"'{path}' cannot be copied for a bind mount of the context: {exception.Message.TrimEnd('.')}. "
                    + "Name it in .dockerignore if no RUN needs it, or make room where the temporary folder is.",
                exception
            );
        }
    }
}
