namespace Containerize.IO;

/// <summary>What is done with bytes that can take long.</summary>
public enum WorkKind
{
    /// <summary>They come over the network.</summary>
    Fetching,

    /// <summary>Files become a layer, compressed or not.</summary>
    Packing,

    /// <summary>They go over the network.</summary>
    Sending,
}

/// <summary>One piece of work that can take long. Two pieces are never equal, however alike: each goes on by
/// itself.</summary>
/// <param name="kind">What is done.</param>
/// <param name="name">What it is done to, as the user knows it: <c>runtime</c>, <c>dotnet/aspnet
/// 0f1e2d3c4b5a</c>.</param>
/// <param name="size">How many bytes there are in all.</param>
public sealed class Work(WorkKind kind, string name, long size)
{
    public WorkKind Kind { get; } = kind;

    public string Name { get; } = name;

    public long Size { get; } = size;
}

/// <summary>How far a piece of work is.</summary>
/// <param name="Work">The piece of work.</param>
/// <param name="Done">How many of its bytes are done; fewer than before when it had to begin again.</param>
public readonly record struct WorkProgress(Work Work, long Done)
{
    /// <summary>Whether nothing more will be heard of it.</summary>
    public bool IsDone => Done >= Work.Size;

    /// <summary>As a line: <c>Sending runtime: 12.3 of 47.8 MiB</c>.</summary>
    public override string ToString() => $"{Work.Kind} {Work.Name}: {ByteSize.Part(Done, Work.Size)}";
}
