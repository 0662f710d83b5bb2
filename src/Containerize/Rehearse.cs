using Containerize.Attestations;
using Containerize.Projects.Rehearsals;

namespace Containerize.Tasks;

/// <summary>
/// Begins a rehearsal of the run when the project is compiled, and goes on while MSBuild copies and collects files,
/// which keeps one core busy. It ends with the build and makes no message.
/// </summary>
public sealed class Rehearse : LayeredTask
{
    private static int s_rehearsed;

    /// <summary>The full path of what NuGet knows of the project, or empty.</summary>
    public string AssetsFile { get; set; } = "";

    /// <summary>The project's <c>TargetFramework</c>.</summary>
    public string TargetFramework { get; set; } = "";

    /// <summary>The runtime identifier that the project is published for; empty for any.</summary>
    public string PublishRuntimeIdentifier { get; set; } = "";

    private protected override IEnumerable<string> BaseLocations => [];

    private protected override System.Threading.Tasks.Task RunAsync(CancellationToken cancellationToken)
    {
        // Once in a process: what it is for is done then.
        if (System.Environment.ProcessorCount > 1 && Interlocked.Exchange(ref s_rehearsed, 1) == 0)
            KeepUntilTheBuildEnds(RehearsalKey, () => new Rehearsal(Options, TimeProvider.System));
        return System.Threading.Tasks.Task.CompletedTask;
    }

    private RehearsalOptions Options =>
        new(
            ProjectFile,
            Path.Combine(IntermediateFolder, "rehearsal"),
            RuntimeIdentifier,
            new PublishFacts(AssemblyName)
            {
                Repository = AssemblyName,
                AssetsFile = AssetsFile,
                TargetFramework = TargetFramework,
                RuntimeIdentifier = PublishRuntimeIdentifier,
                Packages = Containerize.Publishing.Files.PackageFolders.Of(PackageFolders),
            }
        );
}
