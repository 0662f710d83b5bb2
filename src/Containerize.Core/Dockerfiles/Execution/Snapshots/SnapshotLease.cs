using System.Collections.Immutable;
using Containerize.Caching;

namespace Containerize.Dockerfiles.Execution.Snapshots;

/// <summary>The folders of unpacked layers, lowest first, held against being pruned until they are let go of.</summary>
internal sealed class SnapshotLease : IDisposable
{
    private readonly List<DirectoryLease> _held = [];

    /// <summary>The absolute paths.</summary>
    public ImmutableArray<string> Folders { get; private set; } = [];

    public void Add(string folder, DirectoryLease held)
    {
        Folders = Folders.Add(folder);
        _held.Add(held);
    }

    public void Dispose() => _held.ForEach(held => held.Dispose());
}
