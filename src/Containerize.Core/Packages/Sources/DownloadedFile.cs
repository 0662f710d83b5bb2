using System.Security.Cryptography;
using Containerize.Diagnostics;
using Containerize.Images;

namespace Containerize.Packages.Sources;

/// <summary>Whether a file on disk is what an index says of it.</summary>
internal static class DownloadedFile
{
    /// <summary>Whether a file is there with a size and a digest.</summary>
    public static async Task<bool> IsAsync(
        string path,
        Digest digest,
        long size,
        CancellationToken cancellationToken
    ) =>
        File.Exists(path)
        && new FileInfo(path).Length == size
        && await DigestOfAsync(path, cancellationToken).ConfigureAwait(false) == digest;

    /// <summary>Does nothing for a file with a size and a digest.</summary>
    /// <exception cref="ContainerizeException">The file is another one.</exception>
    public static async Task VerifyAsync(
        string path,
        Digest digest,
        long size,
        string what,
        CancellationToken cancellationToken
    )
    {
        var length = new FileInfo(path).Length;
        if (length != size)
            throw PackageDownloads.Tampered(what, $"it should be {size} bytes long and is {length}");
        if (await DigestOfAsync(path, cancellationToken).ConfigureAwait(false) is var actual && actual != digest)
            throw PackageDownloads.Tampered(what, $"it should have the digest {digest} and has {actual}");
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
}
