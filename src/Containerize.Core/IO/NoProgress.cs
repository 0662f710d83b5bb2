namespace Containerize.IO;

/// <summary>Drops all progress.</summary>
public sealed class NoProgress : IProgress<WorkProgress>
{
    private NoProgress() { }

    public static NoProgress Instance { get; } = new();

    public void Report(WorkProgress value) { }
}
