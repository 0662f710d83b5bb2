using System.Runtime.Versioning;
using Containerize.Entries;
using Containerize.FileSystems;
using Containerize.IO;

namespace Containerize.Stores.RootFileSystems;

/// <summary>Gives files on disk the owner, mode, time and extended attributes that an image says, as far as this
/// process may.</summary>
/// <param name="keepsOwners">Whether it may give files away.</param>
internal sealed class FileAttributeWriter(bool keepsOwners)
{
    /// <summary>All that an owner may do.</summary>
    public const UnixFileMode OwnersAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const UnixFileMode SetIds = UnixFileMode.SetUser | UnixFileMode.SetGroup;

    /// <summary>The number of files whose owner or attributes the file system did not take.</summary>
    public int Refused { get; private set; }

    /// <summary>Sets everything, of a link its own.</summary>
    /// <param name="path">The absolute path of what is there.</param>
    /// <param name="file">What the image says of it.</param>
    /// <exception cref="IOException">The file system refuses a mode or a time.</exception>
    public void Write(string path, ImageFile file)
    {
        if (!OperatingSystem.IsWindows())
            WriteUnix(path, file);
        if (file.Kind == EntryKind.Directory)
            Directory.SetLastWriteTimeUtc(path, file.ModificationTime.UtcDateTime);
        else
            File.SetLastWriteTimeUtc(path, file.ModificationTime.UtcDateTime);
    }

    // A change of the owner takes set-id bits and capabilities away, so it comes first.
    [UnsupportedOSPlatform("windows")]
    private void WriteUnix(string path, ImageFile file)
    {
        var taken = !keepsOwners || NativeFiles.TryChangeOwner(path, file.Uid, file.Gid);
        if (file.Kind != EntryKind.SymbolicLink)
            File.SetUnixFileMode(
                path,
                keepsOwners && taken ? (UnixFileMode)file.Mode : (UnixFileMode)file.Mode & ~SetIds
            );
        foreach (var (name, value) in KeptAttributes.Of(file.ExtendedAttributes))
        {
            if (keepsOwners || name.StartsWith("user.", StringComparison.Ordinal))
                taken &= OperatingSystem.IsLinux() && NativeFiles.TrySetAttribute(path, name, [.. value]);
        }

        if (!taken)
            Refused++;
    }
}
