using System.Security.Cryptography;
using Containerize.Diagnostics;
using Containerize.IO;

namespace Containerize.Entries;

/// <summary>The bytes of a file that goes into a layer.</summary>
/// <param name="Length">How many there are; a stream that has more or fewer is CTZ0012.</param>
/// <param name="Open">Opens them from their start, any number of times.</param>
/// <param name="Where">What the user calls it, for errors.</param>
public sealed record FileContent(long Length, Func<Stream> Open, string Where)
{
    /// <summary>The file on disk that these are the bytes of; null for bytes from elsewhere.</summary>
    public string? Path { get; private init; }

    /// <summary>
    /// The SHA-256 that the bytes had when they were hashed for a key, in lower-case hexadecimal; null where no key
    /// follows from them. Other bytes are CTZ0012, so that nothing else than what was hashed is kept under the key.
    /// </summary>
    public string? Sha256 { get; init; }

    /// <summary>The bytes of a file on disk.</summary>
    public static FileContent FromFile(string path) => new(LengthOf(path), () => OpenFile(path), path) { Path = path };

    /// <summary>Bytes in memory.</summary>
    public static FileContent FromBytes(byte[] bytes, string where) =>
        new(bytes.Length, () => new MemoryStream(bytes, writable: false), where);

    /// <summary>Writes the bytes into a stream.</summary>
    /// <param name="target">Gets them.</param>
    /// <param name="copied">Receives the number of bytes of each write; null for no receiver.</param>
    /// <exception cref="ContainerizeException">
    /// CTZ0012 when they are more or fewer than <see cref="Length"/>, or have not the <see cref="Sha256"/>; CTZ0014
    /// when they cannot be read.
    /// </exception>
    internal void CopyTo(Stream target, Action<int>? copied = null)
    {
        using var hash = Sha256 is null ? null : IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var source = Open();
        // One byte more than the file has shows that it grew; small files need no large buffer each.
        var buffer = new byte[Math.Min(1 << 16, Length + 1)];
        var left = Length;
        int read;
        while ((read = Read(source, buffer)) > 0 && read <= left)
        {
            target.Write(buffer, 0, read);
            hash?.AppendData(buffer, 0, read);
            left -= read;
            copied?.Invoke(read);
        }

        if (left != 0 || read != 0)
            throw Changed($"changed its length while it was read; it had {Length} bytes");
        if (hash is not null && Convert.ToHexStringLower(hash.GetHashAndReset()) != Sha256)
            throw Changed(
                "changed its content while it was packed; " + $"the SHA-256 was {Sha256} when the layer was planned"
            );
    }

    private ContainerizeException Changed(string how) =>
        new(
            DiagnosticTable.FileChanged,
            $"'{Where}' {how}. Something else writes to it: let that finish, then run the command again."
        );

    private int Read(Stream source, byte[] buffer)
    {
        try
        {
            return source.Read(buffer);
        }
        catch (IOException exception)
        {
            throw new ContainerizeException(
                DiagnosticTable.FileUnreadable,
                $"'{Where}' cannot be read: {exception.Message}",
                exception
            );
        }
    }

    private static long LengthOf(string path) =>
        Guard(
            path,
            () =>
                LinuxFile.IsNeededFor(path)
                    ? LinuxFile.Look(path, follows: true)?.Size
                        ?? throw new FileNotFoundException($"There is no file '{path}'.")
                    : new FileInfo(path).Length
        );

    private static FileStream OpenFile(string path) => Guard(path, () => RegularFile.Open(path));

    private static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ContainerizeException(
                DiagnosticTable.FileChanged,
                $"'{path}' vanished while the image was made. Something else writes to the publish folder: let "
                    + "it finish, then publish again.",
                exception
            );
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ContainerizeException(
                DiagnosticTable.FileUnreadable,
                $"'{path}' cannot be read: {exception.Message}",
                exception
            );
        }
    }
}
