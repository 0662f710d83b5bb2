using Containerize.Images;
using Containerize.Packages;
using Containerize.Publishing.Files;

namespace Containerize.Projects;

/// <summary>How often the NuGet packages of a project changed, from its lock file. A run that writes the file goes by
/// what it writes, so that the next one, which reads it, makes the same image.</summary>
/// <param name="LockFile">The full path of the lock file, or empty.</param>
/// <param name="Project">The project's name, by which the file has it: several projects may have one file.</param>
/// <param name="IsUpdate">Whether the run writes it.</param>
public sealed record LibraryHistory(string LockFile, string Project, bool IsUpdate)
{
    /// <summary>Reads it.</summary>
    /// <param name="platform">What the image runs on.</param>
    /// <param name="index">What the build knows of the published files.</param>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0089 when the file cannot be read.</exception>
    public LockedLibraries Read(Platform platform, PublishIndex index)
    {
        if (LockFile.Length == 0)
            return LockedLibraries.None;
        var before = LockedLibraries.Of(LockFile, platform, Project);
        return IsUpdate
            ? before.Next(
                index
                    .Items.Where(item => item is { PackageId: not null, IsRuntime: false })
                    .Select(item => (item.PackageId!, item.PackageVersion ?? ""))
            )
            : before;
    }
}
