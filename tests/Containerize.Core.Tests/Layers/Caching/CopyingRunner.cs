using Containerize.Dockerfiles.Execution.Requests;
using Containerize.Entries;

namespace Containerize.Core.Tests.Layers.Caching;

/// <summary>A command that copies a file of the context into the image.</summary>
internal sealed class CopyingRunner(string file) : IRunExecutor
{
    public Action Meanwhile { get; init; } = () => { };

    public Task<RunChanges> RunAsync(RunRequest request, CancellationToken cancellationToken)
    {
        Meanwhile();
        var content = FileContent.FromBytes(File.ReadAllBytes(file), "copy");
        return Task.FromResult(
            new RunChanges([
                new LayerEntry(ContainerPath.Parse("/copy"), EntryKind.File, 0b110_100_100) { Content = content },
            ])
        );
    }
}
