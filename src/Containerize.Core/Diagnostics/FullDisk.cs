namespace Containerize.Diagnostics;

/// <summary>
/// The one place where a disk without room becomes an error that a user understands. Files are written in many places;
/// whatever does not know better lets the failure pass, and where a run ends it is turned into CTZ0177.
/// </summary>
public static class FullDisk
{
    // errno(3): EFBIG, ENOSPC, EDQUOT; on Windows ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL. .NET has them in HResult.
    private static readonly int[] Numbers =
        OperatingSystem.IsWindows() ? [unchecked((int)0x80070070), unchecked((int)0x80070027)]
        : OperatingSystem.IsMacOS() ? [27, 28, 69]
        : [27, 28, 122];

    // strerror(3) of ENOSPC and EDQUOT in glibc and musl.
    private static readonly string[] Words = ["No space left on device", "Disk quota exceeded", "Quota exceeded"];

    /// <summary>Whether a file could not be written because there is no room: the disk is full, or a quota or a limit
    /// is used up.</summary>
    public static bool Is(Exception exception) => exception is IOException && Numbers.Contains(exception.HResult);

    /// <summary>The coded error for a failure that has no room as its cause, however deep it lies; null for any other
    /// failure.</summary>
    /// <param name="exception">What ended the run.</param>
    public static ContainerizeException? Of(Exception exception) =>
        Find(exception) is { } cause
            ? new ContainerizeException(
                DiagnosticTable.DiskFull,
                $"There is no room to write a file: {cause.Message.TrimEnd('.')}. Make room there, or use another "
                    + "place: TMPDIR for temporary files, "
                    + "ContainerCacheDirectory or --cache-dir for the cache, another path for an output.",
                exception
            )
            : null;

    /// <summary>The coded error where a program of the machine says that it has no room; null where it says something
    /// else.</summary>
    /// <param name="where">What was done, for the message.</param>
    /// <param name="errors">What the program wrote to its standard error. It speaks English (<c>LC_ALL=C</c>).</param>
    public static ContainerizeException? OfProgram(string where, string errors) =>
        errors
            .Split('\n')
            .LastOrDefault(line => Words.Any(words => line.TrimEnd().EndsWith(words, StringComparison.Ordinal)))
            is { } line
            ? new ContainerizeException(
                DiagnosticTable.DiskFull,
                $"{where}: there is no room to write a file: {line.Trim()}. Make room there, or name another "
                    + "folder with --cache-dir "
                    + "(in a project ContainerCacheDirectory)."
            )
            : null;

    private static Exception? Find(Exception? exception) =>
        exception switch
        {
            null or ContainerizeException => null,
            AggregateException several => several
                .InnerExceptions.Select(Find)
                .FirstOrDefault(found => found is not null),
            _ when Is(exception) => exception,
            _ => Find(exception.InnerException),
        };
}
