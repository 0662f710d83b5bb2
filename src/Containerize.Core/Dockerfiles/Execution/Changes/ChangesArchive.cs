using Containerize.Diagnostics;
using Containerize.Dockerfiles.Execution.Sandboxing;

namespace Containerize.Dockerfiles.Execution.Changes;

/// <summary>The folder that a command changed, as a tar.</summary>
internal static class ChangesArchive
{
    /// <summary>Packs a folder with all that its files have, and opens the tar; with what tar wrote to standard
    /// error.</summary>
    public static async Task<(FileStream Tar, string Errors)> PackAsync(
        Sandbox sandbox,
        string path,
        string tar,
        CancellationToken cancellationToken
    )
    {
        var file = new FileStream(tar, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, 1 << 17);
        try
        {
            var result = await sandbox
                .RunAsync(
                    new SandboxScript(
                        "exec tar --create --file=- --format=posix --numeric-owner --sort=name --acls "
                            + "--xattrs --xattrs-include='*' --directory=\"$1\" .",
                        [path]
                    )
                    {
                        Output = (stream, token) => stream.CopyToAsync(file, token),
                    },
                    cancellationToken
                )
                .ConfigureAwait(false);
            await file.FlushAsync(cancellationToken).ConfigureAwait(false);
            return result.ExitCode == 0
                ? (file, result.Errors)
                : throw FullDisk.OfProgram("What a command of RUN changed cannot be read", result.Errors)
                    ?? new ContainerizeException(
                        DiagnosticTable.RunnerFailed,
                        $"What a command of RUN changed cannot be read: tar ended with {result.ExitCode} and "
                            + $"wrote: {result.Errors.Trim()}. RUN needs GNU tar and room on the disk."
                    );
        }
        catch
        {
            await file.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
