using System.IO.Compression;
using Containerize.Compression;
using Containerize.Diagnostics;
using Containerize.IO;

namespace Containerize.Stores.Archives;

/// <summary>
/// The bytes of a tarball, at any offset. One that is compressed as a whole is inflated once, into a file that is gone
/// when this is disposed of; nothing is ever unpacked by a name that the tarball says.
/// </summary>
internal sealed class ArchiveFile : IDisposable
{
    private readonly FileStream _file;

    private ArchiveFile(FileStream file)
    {
        _file = file;
        Length = file.Length;
    }

    public long Length { get; }

    /// <summary>Opens a tarball.</summary>
    /// <param name="path">Its absolute path.</param>
    /// <param name="temporaryFolder">Where it is inflated to if it must be; made when it is missing.</param>
    /// <param name="cancellationToken">Ends the inflating.</param>
    /// <exception cref="ContainerizeException">CTZ0020 when it is not there, CTZ0026 when it cannot be
    /// read.</exception>
    public static async Task<ArchiveFile> OpenAsync(
        string path,
        string temporaryFolder,
        CancellationToken cancellationToken
    )
    {
        var file = Open(path);
        try
        {
            var magic = new byte[4];
            var length = RandomAccess.Read(file.SafeFileHandle, magic, 0);
            switch (CompressionMagic.CompressionOf(magic.AsSpan(0, length)))
            {
                case Images.LayerCompression.None:
                    return new ArchiveFile(file);
                case Images.LayerCompression.Gzip:
                    using (file)
                        return new ArchiveFile(
                            await InflateAsync(file, path, temporaryFolder, cancellationToken).ConfigureAwait(false)
                        );
                default:
                    throw new ContainerizeException(
                        DiagnosticTable.InvalidArchive,
                        $"'{path}' is compressed with zstd as a whole. Decompress it first: 'zstd -d'."
                    );
            }
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Some of the bytes as a stream that can seek.</summary>
    public Stream Slice(long offset, long length) => new SliceStream(_file.SafeFileHandle, offset, length);

    public void Dispose() => _file.Dispose();

    private static FileStream Open(string path)
    {
        try
        {
            return RegularFile.Open(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ContainerizeException(
                DiagnosticTable.ImageNotFound,
                $"'{path}' does not exist. Write the tarball first, or name another image.",
                exception
            );
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ContainerizeException(
                DiagnosticTable.InvalidArchive,
                Directory.Exists(path)
                    ? $"'{path}' is a folder and no image tarball. If it is an OCI image layout, write 'oci:{path}'."
                    : $"'{path}' cannot be read: {exception.Message.TrimEnd('.')}. Make it again, or see to the "
                        + "permissions there.",
                exception
            );
        }
    }

    private static async Task<FileStream> InflateAsync(
        FileStream file,
        string path,
        string folder,
        CancellationToken cancellationToken
    )
    {
        var temporary = Path.Combine(folder, $".{Guid.NewGuid():N}.tmp");
        var inflated = OutputFiles.Guard(
            temporary,
            () =>
            {
                Directory.CreateDirectory(folder);
                var stream = new FileStream(
                    temporary,
                    FileMode.CreateNew,
                    FileAccess.ReadWrite,
                    FileShare.None,
                    1 << 17,
                    FileOptions.DeleteOnClose
                );
                // Where an open file needs no name it loses it now, so that not even a killed build leaves it behind.
                if (!OperatingSystem.IsWindows())
                    File.Delete(temporary);
                return stream;
            }
        );
        try
        {
            await using var gzip = new GZipStream(file, CompressionMode.Decompress);
            await gzip.CopyToAsync(inflated, cancellationToken).ConfigureAwait(false);
            await inflated.FlushAsync(cancellationToken).ConfigureAwait(false);
            return inflated;
        }
        catch (Exception exception)
        {
            inflated.Dispose();
            throw exception switch
            {
                InvalidDataException => new ContainerizeException(
                    DiagnosticTable.InvalidArchive,
                    $"'{path}' begins as a gzip file and is not one: {exception.Message.TrimEnd('.')}. Fetch or "
                        + "make it again.",
                    exception
                ),
                IOException => new ContainerizeException(
                    DiagnosticTable.OutputNotWritable,
                    $"'{path}' cannot be inflated into '{folder}': {exception.Message.TrimEnd('.')}. Make room there.",
                    exception
                ),
                _ => exception,
            };
        }
    }
}
