namespace Containerize.Diagnostics;

/// <summary>
/// The one place where a disk without room becomes an error that a user understands. Files are written in many places; whatever does not
/// know better lets the failure pass, and where a run ends it is turned into CTZ0177.
/// </summary>
public static class FullDisk
{
    // errno(3): EFBIG, ENOSPC, EDQUOT; on Windows ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL. .NET has them in HResult.
    private static readonly int[] Numbers = OperatingSystem.IsWindows()
        ? [unchecked((int)0x80070070), unchecked((int)0x80070027)]
        : OperatingSystem.IsMacOS() ? [27, 28, 69] : [27, 28, 122];

    /// <summary>Whether a file could not be written because there is no room: the disk is full, or a quota or a limit is used up.</summary>
    public static bool Is(Exception exception) => exception is IOException && Numbers.Contains(exception.HResult);

    /// <summary>The coded error for a failure that has no room as its cause, however deep it lies; null for any other failure.</summary>
    /// <param name="exception">What ended the run.</param>
    public static ContainerizeException? Of(Exception exception) => Find(exception) is { } cause
        ? new ContainerizeException(DiagnosticTable.DiskFull,
            $"There is no room to write a file: {cause.Message.TrimEnd('.')}. Make room there, or use another place: TMPDIR for temporary files, " +
            "ContainerCacheDirectory or --cache-dir for the cache, another path for an output.", exception)
        : null;

    private static Exception? Find(Exception? exception) => exception switch
    {
        null or ContainerizeException => null,
        AggregateException several => several.InnerExceptions.Select(Find).FirstOrDefault(found => found is not null),
        _ when Is(exception) => exception,
        _ => Find(exception.InnerException),
    };
}
