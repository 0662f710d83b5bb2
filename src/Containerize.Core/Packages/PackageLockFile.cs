using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.IO;

namespace Containerize.Packages;

/// <summary>The lock file on disk.</summary>
/// <param name="path">Absolute path; null when the project has none.</param>
/// <param name="isUpdate">Whether it is to be written.</param>
internal sealed class PackageLockFile(string? path, bool isUpdate)
{
    /// <summary>What is pinned for the platform; null when nothing is, or the file is to be written again.</summary>
    /// <exception cref="ContainerizeException">CTZ0089, or CTZ0090 when the project asks for something else than what
    /// was locked.</exception>
    public PlatformLock? Find(Platform platform, PlatformLock wanted)
    {
        if (path is null || isUpdate || !File.Exists(path))
            return null;
        var locked = TryFind(platform) ?? throw Stale($"it has nothing for {platform}");
        if (locked.Base != wanted.Base)
            throw Stale($"it was written for the base image {locked.Base} and the project's is {wanted.Base}");
        if (!locked.Requested.SequenceEqual(wanted.Requested))
            throw Stale(
                $"it was written for [{string.Join(", ", locked.Requested)}] and the project asks for "
                    + $"[{string.Join(", ", wanted.Requested)}]"
            );
        if (locked.BaseDigest != wanted.BaseDigest)
            throw Stale(
                $"it was written for the base image {locked.BaseDigest?.ToString() ?? "scratch"} and "
                    + $"{wanted.Base} is {wanted.BaseDigest?.ToString() ?? "scratch"}"
            );
        return locked;
    }

    /// <summary>What is pinned for the platform, whatever the project asks for; null when nothing is, or it is to be
    /// written again.</summary>
    /// <exception cref="ContainerizeException">CTZ0089.</exception>
    public PlatformLock? TryFind(Platform platform) =>
        path is null || isUpdate || !File.Exists(path) ? null : Read().Platforms.GetValueOrDefault(platform.ToString());

    /// <summary>Writes what is now pinned for the platform, if that was asked for, and tells what changed.</summary>
    public ImmutableArray<string> Update(Platform platform, PlatformLock locked)
    {
        if (path is null || !isUpdate)
            return [];
        var before = File.Exists(path) ? Read() : PackageLock.Empty;
        var old =
            before.Platforms.GetValueOrDefault(platform.ToString()) ?? new PlatformLock(locked.Base, null, [], []);
        var text = new PackageLock(
            before.Platforms.SetItem(platform.ToString(), locked.WithLibrariesOf(old))
        ).ToString();
        var partial = path + ".partial";
        try
        {
            File.WriteAllText(partial, text);
            File.Move(partial, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ContainerizeException(
                DiagnosticTable.OutputNotWritable,
                $"The lock file '{path}' cannot be written: {exception.Message}",
                exception
            );
        }
        finally
        {
            OutputFiles.Remove(partial);
        }

        return [.. old.ChangesTo(locked)];
    }

    private PackageLock Read()
    {
        try
        {
            return PackageLock.Parse(RegularFile.ReadAllText(path!), path!);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ContainerizeException(
                DiagnosticTable.LockFileInvalid,
                $"The lock file '{path}' cannot be read: {exception.Message}",
                exception
            );
        }
    }

    private ContainerizeException Stale(string why) =>
        new(
            DiagnosticTable.LockFileStale,
            $"The lock file '{path}' does not fit: {why}. Write it again with -p:ContainerUpdateLock=true and "
                + "review what changed."
        );
}
