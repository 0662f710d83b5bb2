namespace Containerize.Dockerfiles.Execution.Sandboxing;

/// <summary>Folders that only their owner gets into: programs of images may have more rights than the user who looks at
/// their files.</summary>
internal static class TmpfsFolder
{
    private const UnixFileMode OwnersOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Makes a folder and those above it; one that is there stays as it is.</summary>
    /// <param name="path">An absolute path.</param>
    public static void Create(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, OwnersOnly);
    }
}
