using Containerize.Entries;

namespace Containerize.Dockerfiles.Execution.Sandboxing;

/// <summary>What is mounted at one place of a command's root.</summary>
/// <param name="Source">A path that is there when the command's mounts are made: absolute, or below the sandbox's
/// folder.</param>
/// <param name="Target">The place, links of the image followed.</param>
/// <param name="IsFolder">Whether it is a folder.</param>
internal sealed record SandboxMount(string Source, ContainerPath Target, bool IsFolder)
{
    public bool IsReadOnly { get; init; }

    /// <summary>The size of a folder in memory, which has no source; null for what has one, 0 for no limit.</summary>
    public long? MemorySize { get; init; }
}
