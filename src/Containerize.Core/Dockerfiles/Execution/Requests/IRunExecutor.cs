using Containerize.Entries;
using Containerize.Images;

namespace Containerize.Dockerfiles.Execution.Requests;

/// <summary>Executes what <c>RUN</c> says, upon the files of an image.</summary>
public interface IRunExecutor
{
    /// <summary>Runs a command to its end and gives what it changed.</summary>
    /// <param name="request">The command and everything that it sees.</param>
    /// <param name="cancellationToken">Ends it, and every process that it started.</param>
    /// <exception cref="Diagnostics.ContainerizeException">CTZ0140 to CTZ0149.</exception>
    Task<RunChanges> RunAsync(RunRequest request, CancellationToken cancellationToken);
}

/// <summary>What a command changed in the file system, by the rules of the layer format; its bytes are there until it
/// is disposed of.</summary>
/// <param name="entries">Changed and new entries, and whiteouts for what is gone; none when nothing changed.</param>
public sealed class RunChanges(IReadOnlyList<LayerEntry> entries) : IAsyncDisposable
{
    /// <summary>The entries of the layer.</summary>
    public IReadOnlyList<LayerEntry> Entries { get; } = entries;

    /// <summary>Receives the layer that was made of the entries.</summary>
    public Func<Layer, CancellationToken, Task> Keeping { get; init; } = (_, _) => Task.CompletedTask;

    /// <summary>Removes the bytes.</summary>
    public Func<Task> Ending { get; init; } = () => Task.CompletedTask;

    public async ValueTask DisposeAsync() => await Ending().ConfigureAwait(false);
}
