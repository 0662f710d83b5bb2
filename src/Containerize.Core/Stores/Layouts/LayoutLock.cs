using Containerize.Diagnostics;
using Containerize.IO;
using Containerize.Stores.Files;

namespace Containerize.Stores.Layouts;

/// <summary>
/// Keeps those who write into a layout folder apart, and readers from what is half written: the builds of a solution
/// run side by side. The lock is the operating system's on the file <c>oci-layout</c>, so it ends with the process that
/// has it.
/// </summary>
internal sealed class LayoutLock : IDisposable
{
    /// <summary>How often a lock that somebody else has is tried: for ten minutes.</summary>
    public const int Patience = 12_000;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly FileStream _marker;
    private bool _isTemporary;

    private LayoutLock(FileStream marker)
    {
        _marker = marker;
        _isTemporary = IsNew = marker.Length == 0;
    }

    /// <summary>Whether the folder was no layout before.</summary>
    public bool IsNew { get; }

    /// <summary>Waits until no process writes; null for anything but a readable layout, which is for the reader to
    /// say.</summary>
    /// <exception cref="ContainerizeException">CTZ0025 when somebody writes for too long.</exception>
    public static async Task<IDisposable?> SharedAsync(
        string folder,
        CancellationToken cancellationToken,
        int patience = Patience
    )
    {
        var path = Path.Combine(folder, LayoutFormat.MarkerName);
        for (var attempt = 0; attempt < patience; attempt++)
        {
            try
            {
                RegularFile.Check(path);
                return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                if (!IsInUse(exception))
                    return null;
            }

            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }

        throw InUse(DiagnosticTable.InvalidLayout, folder);
    }

    /// <summary>Waits until no process reads or writes. The file is there afterwards, empty if it was not there
    /// before.</summary>
    /// <param name="folder">The layout, or the place of a new one.</param>
    /// <param name="files">Remembers the folders that are made.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <param name="patience">How often it is tried.</param>
    /// <exception cref="ContainerizeException">CTZ0007.</exception>
    public static async Task<LayoutLock> ExclusiveAsync(
        string folder,
        OutputFiles files,
        CancellationToken cancellationToken,
        int patience = Patience
    )
    {
        var path = Path.Combine(folder, LayoutFormat.MarkerName);
        for (var attempt = 0; attempt < patience; attempt++)
        {
            files.CreateFolder(folder);
            var marker = OutputFiles.Guard(path, () => TryOpen(path));
            // Who had it may have failed and removed the file: then this is the lock of nothing.
            if (marker is not null && File.Exists(path))
                return new LayoutLock(marker);
            marker?.Dispose();
            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }

        throw InUse(DiagnosticTable.OutputNotWritable, folder);
    }

    /// <summary>What the file <c>oci-layout</c> holds; no other process can read it now.</summary>
    /// <exception cref="ContainerizeException">CTZ0007.</exception>
    public byte[] Read() =>
        OutputFiles.Guard(
            _marker.Name,
            () =>
            {
                var bytes = new byte[Math.Min(_marker.Length, JsonDocuments.ManifestLimit)];
                _marker.Position = 0;
                _marker.ReadExactly(bytes);
                return bytes;
            }
        );

    /// <summary>Makes a layout of a new folder.</summary>
    /// <exception cref="ContainerizeException">CTZ0007.</exception>
    public void Write() =>
        OutputFiles.Guard(
            _marker.Name,
            () =>
            {
                _marker.Write(LayoutFormat.Marker);
                _marker.Flush();
                return true;
            }
        );

    /// <summary>Keeps the file, if it is a new one.</summary>
    public void Keep() => _isTemporary = false;

    /// <summary>Lets go; a new file that is not kept is removed.</summary>
    public void Dispose()
    {
        // Windows removes no open file, and on Unix a file that is closed may be somebody else's lock by now.
        if (_isTemporary && !OperatingSystem.IsWindows())
            OutputFiles.Remove(_marker.Name);
        _marker.Dispose();
        if (_isTemporary && OperatingSystem.IsWindows())
            OutputFiles.Remove(_marker.Name);
    }

    private static FileStream? TryOpen(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
        }
        catch (Exception exception) when (exception is DirectoryNotFoundException || IsInUse(exception))
        {
            return null;
        }
    }

    // ERROR_SHARING_VIOLATION of Windows, EWOULDBLOCK of Linux and of macOS.
    private static bool IsInUse(Exception exception) => exception.HResult is unchecked((int)0x80070020) or 11 or 35;

    private static ContainerizeException InUse(Diagnostic diagnostic, string folder) =>
        new(
            diagnostic,
            $"Another process has been writing to '{folder}' for too long. Let it finish or end it, then publish again."
        );
}
