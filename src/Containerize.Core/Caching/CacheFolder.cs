using Containerize.Images;
using Containerize.Stores;

namespace Containerize.Caching;

/// <summary>
/// A folder of content under its digest, shared by all projects, processes and users that may write it. Content appears
/// under its name complete or not at all; whatever goes wrong with the folder costs speed and nothing else.
/// </summary>
/// <param name="path">The absolute path; need not exist.</param>
public sealed class CacheFolder(string path)
{
    /// <summary>The absolute path.</summary>
    public string Path { get; } = path;

    /// <summary>Where content of this digest lies, if it is there.</summary>
    public string BlobPath(Digest digest) => System.IO.Path.Combine(Path, "blobs", digest.Algorithm, digest.Hex);

    /// <summary>Where the small text of this name lies, if it is there.</summary>
    public string RecordPath(string kind, string name) => System.IO.Path.Combine(Path, kind, name);

    /// <summary>Whether content is there with the right size; its digest is checked when it is opened.</summary>
    public bool Has(Descriptor descriptor) => Try(() =>
    {
        var file = new FileInfo(BlobPath(descriptor.Digest));
        return file.Exists && file.Length == descriptor.Size;
    });

    /// <summary>Opens content that is there and is what its digest says; null otherwise, and a damaged file is removed.</summary>
    public async Task<Stream?> OpenAsync(Descriptor descriptor, CancellationToken cancellationToken)
    {
        var blob = BlobPath(descriptor.Digest);
        try
        {
            await using (var whole = Open(blob, descriptor))
                await whole.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
            return Open(blob, descriptor);
        }
        catch (Exception exception) when (IsFault(exception))
        {
            Remove(blob);
            return null;
        }
    }

    /// <summary>Puts a copy of a finished file in its place.</summary>
    /// <returns>False when the folder does not take it.</returns>
    public bool Take(string file, Digest digest)
    {
        var blob = BlobPath(digest);
        return Try(() => Place(blob, temporary => File.Copy(file, temporary)));
    }

    /// <summary>Reads a small text and marks it as used; null when it is not there.</summary>
    public string? ReadRecord(string kind, string name, TimeProvider time)
    {
        string? text = null;
        var file = RecordPath(kind, name);
        Try(() => (text = File.ReadAllText(file)).Length > 0 && Touch(file, time));
        return text;
    }

    /// <summary>Writes a small text, whole or not at all.</summary>
    public void WriteRecord(string kind, string name, string text) =>
        Try(() => Place(RecordPath(kind, name), temporary => File.WriteAllText(temporary, text)));

    /// <summary>Marks content as used just now, so that pruning takes it last.</summary>
    public void Touch(Digest digest, TimeProvider time) => Try(() => Touch(BlobPath(digest), time));

    /// <summary>Writes a file of ours wherever it lies, whole or not at all; that it cannot be written only costs speed.</summary>
    internal static bool Replace(string file, Action<Stream> write) => Try(() => Place(file, temporary =>
    {
        using var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        write(stream);
    }));

    internal const string TemporaryPrefix = ".new-";

    internal static bool Remove(string file) => Try(() =>
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

    private static VerifyingStream Open(string blob, Descriptor descriptor) =>
        new(new FileStream(blob, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 17), descriptor, blob);

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
