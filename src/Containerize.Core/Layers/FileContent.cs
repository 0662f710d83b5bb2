using Containerize.Diagnostics;

namespace Containerize.Layers;

/// <summary>The bytes of a file that goes into a layer.</summary>
/// <param name="Length">How many there are; a stream that has more or fewer is CTZ0012.</param>
/// <param name="Open">Opens them from their start, any number of times.</param>
/// <param name="Where">What the user calls it, for errors.</param>
public sealed record FileContent(long Length, Func<Stream> Open, string Where)
{
    /// <summary>The file on disk that these are the bytes of; null for bytes from elsewhere.</summary>
    public string? Path { get; private init; }

    /// <summary>The bytes of a file on disk.</summary>
    public static FileContent FromFile(string path) => new(LengthOf(path), () => OpenFile(path), path) { Path = path };

    /// <summary>Bytes in memory.</summary>
    public static FileContent FromBytes(byte[] bytes, string where) =>
        new(bytes.Length, () => new MemoryStream(bytes, writable: false), where);

    private static long LengthOf(string path) => Guard(path, () => new FileInfo(path).Length);

    private static FileStream OpenFile(string path) => Guard(path, () =>
        new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 1));

    private static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ContainerizeException(DiagnosticTable.FileChanged,
                $"'{path}' vanished while the image was made. Something else writes to the publish folder: let it finish, then publish again.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ContainerizeException(DiagnosticTable.FileUnreadable, $"'{path}' cannot be read: {exception.Message}", exception);
        }
    }
}
