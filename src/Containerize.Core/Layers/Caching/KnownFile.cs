using Containerize.IO;

namespace Containerize.Layers.Caching;

/// <summary>A name on this machine and what lay there.</summary>
/// <param name="Path">The path.</param>
/// <param name="State">How it looked; <see cref="FileState.Missing"/> for a file whose look says too little.</param>
/// <param name="Hash">The SHA-256 of a file's content in hexadecimal; empty when only the look counts.</param>
/// <param name="Size">The content's length in bytes.</param>
public sealed record KnownFile(string Path, FileState State, string Hash, long Size)
{
    /// <summary>A file that is known by its look alone.</summary>
    public static KnownFile Watched(string path) => new(path, FileState.Of(path), "", 0);

    internal bool Is(FileState now, string fullPath) =>
        State == now
        || (
            Hash.Length > 0
            && now.Kind == FileStateKind.File
            && now.Size == Size
            && Hash == ContentHashes.OfFile(fullPath)
        );
}
