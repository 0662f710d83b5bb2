using System.Text;
using Containerize.Dockerfiles.Execution.Requests;
using Containerize.Entries;

namespace Containerize.Core.Tests.Dockerfiles;

/// <summary>Remembers what it was asked, and leaves a file that says the command.</summary>
internal sealed class TestRunner : IRunExecutor
{
    public List<RunRequest> Requests { get; } = [];

    public Task<RunChanges> RunAsync(RunRequest request, CancellationToken cancellationToken)
    {
        Requests.Add(request);
        var content = FileContent.FromBytes(Encoding.UTF8.GetBytes(string.Join(' ', request.Command)), "test");
        return Task.FromResult(
            new RunChanges([
                new LayerEntry(ContainerPath.Parse("/ran"), EntryKind.File, 0b110_100_100) { Content = content },
            ])
        );
    }
}
