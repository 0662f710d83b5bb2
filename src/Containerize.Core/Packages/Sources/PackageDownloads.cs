using System.Security.Cryptography;
using Containerize.Caching;
using Containerize.Compression;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.IO;

namespace Containerize.Packages.Sources;

/// <summary>
/// The folder in which indexes and package files are kept by their SHA-256, and the way there. A file appears in it
/// whole and verified or not at all, so that several runs can share the folder.
/// </summary>
public sealed class PackageDownloads
{
    private readonly string _folder;
    private readonly PackageTransport _transport;

    /// <summary>Opens a folder.</summary>
    /// <param name="folder">Absolute path; made when it is first needed.</param>
    /// <param name="http">The client to fetch with.</param>
    /// <param name="offline">Whether to use only what is in the folder.</param>
    /// <param name="options">How files are fetched; null for the usual way.</param>
    public PackageDownloads(string folder, HttpClient http, bool offline, TransferOptions? options = null)
    {
        _folder = folder;
        _transport = new PackageTransport(http, options ?? new TransferOptions());
        IsOffline = offline;
    }

    /// <summary>Whether only what is in the folder is used.</summary>
    public bool IsOffline { get; }

    /// <summary>The path of a file that is in the folder or is fetched into it; its size and digest are verified either
    /// way.</summary>
    /// <param name="urls">Where it can be fetched, tried in turn.</param>
    /// <param name="digest">What it must be.</param>
    /// <param name="size">How many bytes it must have.</param>
    /// <param name="what">What it is, for errors.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The path; null when no URL has it.</returns>
    /// <exception cref="ContainerizeException">CTZ0072, CTZ0076 or CTZ0091.</exception>
    public async Task<string?> GetAsync(
        IReadOnlyList<Uri> urls,
        Digest digest,
        long size,
        string what,
        CancellationToken cancellationToken
    )
    {
        var path = PathOf(digest);
        if (await IsAsync(path, digest, size, cancellationToken).ConfigureAwait(false))
            return path;
        if (IsOffline)
            throw Offline(what);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var partial = $"{path}.{Guid.NewGuid():N}.partial";
        var work = new Work(WorkKind.Fetching, char.ToLowerInvariant(what[0]) + what[1..], size);
        try
        {
            foreach (var url in urls)
            {
                if (
                    !await _transport
                        .FetchAsync(url, partial, size, what, work, cancellationToken)
                        .ConfigureAwait(false)
                )
                    continue;
                await VerifyAsync(partial, digest, size, $"{what} from {AptSource.Display(url)}", cancellationToken)
                    .ConfigureAwait(false);
                File.Move(partial, path, overwrite: true);
                return path;
            }
        }
        finally
        {
            File.Delete(partial);
        }

        return null;
    }

    /// <summary>
    /// The release at a URL, fetched each time; offline, the one that is kept. What is fetched replaces the kept one
    /// only after it was verified, and never goes back: of two releases of one URL the one with the later <c>Date</c>
    /// counts, as for apt (<c>pkgAcqMetaClearSig::VerifyDone</c>).
    /// </summary>
    /// <param name="url">The address of the <c>InRelease</c> file.</param>
    /// <param name="what">What it is, for errors.</param>
    /// <param name="read">Verifies the bytes of an <c>InRelease</c> file and reads them.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The release; null when the URL has none.</returns>
    /// <exception cref="ContainerizeException">CTZ0072 or CTZ0091, and what <paramref name="read"/> throws.</exception>
    public async Task<Release?> GetReleaseAsync(
        Uri url,
        string what,
        Func<byte[], Release> read,
        CancellationToken cancellationToken
    )
    {
        const long most = 64 << 20;
        var path = Path.Combine(_folder, "releases", Digest.Of(System.Text.Encoding.UTF8.GetBytes(url.ToString())).Hex);
        if (IsOffline)
            return File.Exists(path)
                ? read(await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false))
                : throw Offline(what);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var partial = $"{path}.{Guid.NewGuid():N}.partial";
        try
        {
            if (!await _transport.FetchAsync(url, partial, most, what, null, cancellationToken).ConfigureAwait(false))
                return null;
            var fetched = read(await File.ReadAllBytesAsync(partial, cancellationToken).ConfigureAwait(false));
            if (
                await KeptAsync(path, read, cancellationToken).ConfigureAwait(false) is { } kept
                && fetched.Date < kept.Date
            )
                return kept;
            File.Move(partial, path, overwrite: true);
            return fetched;
        }
        finally
        {
            File.Delete(partial);
        }
    }

    // One that is not trusted any more, or has expired, says nothing about what is newer.
    private static async Task<Release?> KeptAsync(
        string path,
        Func<byte[], Release> read,
        CancellationToken cancellationToken
    )
    {
        if (!File.Exists(path))
            return null;
        var bytes = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
        try
        {
            return read(bytes);
        }
        catch (ContainerizeException)
        {
            return null;
        }
    }

    /// <summary>
    /// The content of a compressed file, kept in the folder too, because to decompress an index takes longer than all
    /// that is done with it.
    /// </summary>
    /// <param name="content">What the content must be.</param>
    /// <param name="open">Opens the content, when it is not in the folder.</param>
    /// <param name="what">What it is, for errors.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ContainerizeException">CTZ0076.</exception>
    public async Task<byte[]> GetContentAsync(
        ReleaseFile content,
        Func<Task<Stream>> open,
        string what,
        CancellationToken cancellationToken
    )
    {
        var path = PathOf(content.Digest);
        if (
            File.Exists(path)
            && await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false) is var kept
            && kept.Length == content.Size
            && Digest.Of(kept) == content.Digest
        )
            return kept;
        var stream = await open().ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var bytes = await ReadAsync(stream, content.Size, what, cancellationToken).ConfigureAwait(false);
            if (Digest.Of(bytes) != content.Digest)
                throw Tampered(what, $"its content should have the digest {content.Digest} and has {Digest.Of(bytes)}");
            CacheFolder.Replace(path, target => target.Write(bytes));
            return bytes;
        }
    }

    /// <summary>What to say of content that is not what it should be.</summary>
    internal static ContainerizeException Tampered(string what, string why, Exception? inner = null) =>
        new(
            DiagnosticTable.PackageTampered,
            $"{what} is not what its release says: {why}. The mirror is being updated or is damaged, or somebody "
                + "changed it on its way: "
                + "try again later, or use another mirror.",
            inner
        );

    private static async Task<byte[]> ReadAsync(
        Stream stream,
        long size,
        string what,
        CancellationToken cancellationToken
    )
    {
        var bytes = new byte[checked((int)size)];
        try
        {
            var read = await stream
                .ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken)
                .ConfigureAwait(false);
            var more = await stream.ReadAsync(new byte[1], cancellationToken).ConfigureAwait(false);
            return read == bytes.Length && more == 0
                ? bytes
                : throw Tampered(
                    what,
                    $"its content should be {size} bytes long and is {(more > 0 ? "longer" : $"{read}")}"
                );
        }
        catch (Exception exception) when (Decompression.IsDamage(exception))
        {
            throw Tampered(what, $"it cannot be decompressed ({exception.Message})", exception);
        }
    }

    private static async Task<bool> IsAsync(
        string path,
        Digest digest,
        long size,
        CancellationToken cancellationToken
    ) =>
        File.Exists(path)
        && new FileInfo(path).Length == size
        && await DigestOfAsync(path, cancellationToken).ConfigureAwait(false) == digest;

    private static async Task VerifyAsync(
        string path,
        Digest digest,
        long size,
        string what,
        CancellationToken cancellationToken
    )
    {
        var length = new FileInfo(path).Length;
        if (length != size)
            throw Tampered(what, $"it should be {size} bytes long and is {length}");
        if (await DigestOfAsync(path, cancellationToken).ConfigureAwait(false) is var actual && actual != digest)
            throw Tampered(what, $"it should have the digest {digest} and has {actual}");
    }

    private static async Task<Digest> DigestOfAsync(string path, CancellationToken cancellationToken)
    {
        var stream = File.OpenRead(path);
        await using (stream.ConfigureAwait(false))
            return Digest.FromHash(
                "sha256",
                await SHA256.HashDataAsync(stream, cancellationToken).ConfigureAwait(false)
            );
    }

    private static ContainerizeException Offline(string what) =>
        new(
            DiagnosticTable.PackageOffline,
            $"{what} is not in the cache, and ContainerOffline is set. Publish once with a network, or copy "
                + "the cache folder of a machine that has."
        );

    private string PathOf(Digest digest) => Path.Combine(_folder, "sha256", digest.Hex);
}
