using Containerize.Images;

namespace Containerize.Caching;

/// <summary>
/// A folder of content under its digest, shared by all projects, processes and users that may write it. Content appears
/// under its name complete or not at all; whatever goes wrong with the folder costs speed and nothing else.
/// </summary>
/// <param name="path">The absolute path; need not exist.</param>
public sealed class CacheFolder(string path)
{
    private int _damaged;

    /// <summary>The absolute path.</summary>
    public string Path { get; } = path;

    /// <summary>
    /// How many files turned out not to be what their names say while they were read. They are gone; a user of one
    /// starts again.
    /// </summary>
    public int Damaged => _damaged;

    /// <summary>Where content of this digest lies, if it is there.</summary>
    public string BlobPath(Digest digest) => System.IO.Path.Combine(Path, "blobs", digest.Algorithm, digest.Hex);

    /// <summary>Where the small text of this name lies, if it is there.</summary>
    public string RecordPath(string kind, string name) => System.IO.Path.Combine(Path, kind, name);

    /// <summary>Whether content is there with the right size; its digest is checked while it is read.</summary>
    public bool Has(Descriptor descriptor) =>
        Try(() =>
        {
            var file = new FileInfo(BlobPath(descriptor.Digest));
            return file.Exists && file.Length == descriptor.Size;
        });

    /// <summary>
    /// Opens content; null when it is not there with the right size. It is read once: a stream that at its end was not
    /// what the digest says fails with CTZ0022, and the file is gone.
    /// </summary>
    public Stream? Open(Descriptor descriptor)
    {
        var blob = BlobPath(descriptor.Digest);
        Stream? stream = null;
        Try(() =>
        {
            var file = new FileStream(blob, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1);
            if (file.Length == descriptor.Size)
                stream = new VerifyingStream(file, descriptor, blob) { Wrong = () => Discard(blob) };
            else
                file.Dispose();
            return true;
        });
        return stream;
    }

    /// <summary>
    /// Like <see cref="Open"/>, but reads the whole content first, for callers that cannot restart. Null also when the
    /// bytes do not match the digest.
    /// </summary>
    public async Task<Stream?> OpenVerifiedAsync(Descriptor descriptor, CancellationToken cancellationToken)
    {
        try
        {
            await using (var whole = Open(descriptor))
            {
                if (whole is null)
                    return null;
                await whole.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
            }

            return Open(descriptor);
        }
        catch (Exception exception) when (IsFault(exception))
        {
            return null;
        }
    }

    /// <summary>Makes content in a file beside its place, which gets its name when all of it is written. Nothing waits
    /// for the disk: its digest is checked whenever it is read.</summary>
    /// <param name="write">Writes it; an <see cref="IOException"/> is the folder's, anything else is passed on.</param>
    /// <param name="digest">Tells the digest of what was written; null for what is not to be kept.</param>
    /// <returns>What the writing gave; the default when the folder does not take it.</returns>
    public async Task<T?> MakeAsync<T>(Func<Stream, Task<T>> write, Func<T, Digest?> digest)
    {
        var temporary = System.IO.Path.Combine(Path, "blobs", $"{TemporaryPrefix}{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(temporary)!);
            var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 17);
            T made;
            await using (file.ConfigureAwait(false))
            {
                made = await write(file).ConfigureAwait(false);
            }

            if (digest(made) is not { } name)
                return default;
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(BlobPath(name))!);
            File.Move(temporary, BlobPath(name), overwrite: true);
            return made;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return default;
        }
        finally
        {
            Remove(temporary);
        }
    }

    /// <summary>Keeps content that is in memory, for readers that can do without it.</summary>
    public Task KeepAsync(Digest digest, ReadOnlyMemory<byte> bytes) =>
        MakeAsync(
            async stream =>
            {
                await stream.WriteAsync(bytes).ConfigureAwait(false);
                return true;
            },
            _ => digest
        );

    /// <summary>Reads a small text and marks it as used; null when it is not there.</summary>
    public string? ReadRecord(string kind, string name, TimeProvider time)
    {
        string? text = null;
        var file = RecordPath(kind, name);
        Try(() => (text = File.ReadAllText(file)).Length > 0 && Touch(file, time));
        return text;
    }

    /// <summary>Reads bytes that are kept by a name of ours and marks them as used; null when they are not there. Who
    /// reads them knows whether they are whole.</summary>
    public byte[]? ReadBytes(string kind, string name, TimeProvider time)
    {
        byte[]? bytes = null;
        var file = RecordPath(kind, name);
        Try(() => (bytes = File.ReadAllBytes(file)).Length > 0 && Touch(file, time));
        return bytes;
    }

    /// <summary>Keeps bytes by a name of ours, for readers that check them: nothing waits for the
    /// disk.</summary>
    public void WriteBytes(string kind, string name, byte[] bytes) =>
        Try(() => Place(RecordPath(kind, name), temporary => File.WriteAllBytes(temporary, bytes)));

    /// <summary>Writes a small text, whole or not at all.</summary>
    public void WriteRecord(string kind, string name, string text) =>
        Replace(RecordPath(kind, name), stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));

    /// <summary>Marks content as used just now, so that pruning takes it last.</summary>
    public void Touch(Digest digest, TimeProvider time) => Try(() => Touch(BlobPath(digest), time));

    /// <summary>Writes a file of ours wherever it lies, whole or not at all; that it cannot be written only costs
    /// speed.</summary>
    internal static bool Replace(string file, Action<Stream> write) =>
        Try(() =>
            Place(
                file,
                temporary =>
                {
                    using var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None);
                    write(stream);
                    stream.Flush(flushToDisk: true);
                }
            )
        );

    internal const string TemporaryPrefix = ".new-";

    internal static bool Remove(string file) =>
        Try(() =>
        {
            File.Delete(file);
            return true;
        });

    /// <summary>Whether it is the file system's word, or that of a file that is not what it should be.</summary>
    internal static bool IsFault(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or Diagnostics.ContainerizeException;

    // Only a whole file gets the name; one that was not finished is removed, or by pruning after a kill.
    private static bool Place(string place, Action<string> write)
    {
        var folder = System.IO.Path.GetDirectoryName(place)!;
        Directory.CreateDirectory(folder);
        var temporary = System.IO.Path.Combine(folder, $"{TemporaryPrefix}{Guid.NewGuid():N}");
        try
        {
            write(temporary);
            File.Move(temporary, place, overwrite: true);
            return true;
        }
        catch
        {
            Remove(temporary);
            throw;
        }
    }

    private static bool Touch(string file, TimeProvider time)
    {
        File.SetLastWriteTimeUtc(file, time.GetUtcNow().UtcDateTime);
        return true;
    }

    private void Discard(string blob)
    {
        Interlocked.Increment(ref _damaged);
        Remove(blob);
    }

    private static bool Try(Func<bool> action)
    {
        try
        {
            return action();
        }
        catch (Exception exception) when (IsFault(exception))
        {
            return false;
        }
    }
}
