namespace Containerize.IO;

/// <summary>Drops all progress.</summary>
internal sealed class NoProgress : IProgress<WorkProgress>
{
    private NoProgress() { }

    public static NoProgress Instance { get; } = new();

    public void Report(WorkProgress value) { }
}
