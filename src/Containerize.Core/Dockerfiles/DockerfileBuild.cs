using Containerize.Caching;
using Containerize.Diagnostics;
using Containerize.Dockerfiles.Stages;
using Containerize.Dockerfiles.Syntax;

namespace Containerize.Dockerfiles;

/// <summary>One build of a Dockerfile: what <c>docker build</c> does, with no engine.</summary>
public sealed record DockerfileBuild : DockerfileOptions
{
    /// <summary>Builds the image of each platform.</summary>
    /// <exception cref="ContainerizeException">CTZ0120 to CTZ0149 with file, line and column, or the code of a source.</exception>
    public async Task<DockerfileBuildResult> RunAsync(CancellationToken cancellationToken)
    {
        var path = DockerfileText is null ? DockerfilePath ?? Path.Combine(Context, "Dockerfile") : null;
        var name = path is null ? "Dockerfile" : NameOf(path);
        var file = Dockerfile.Parse(name, path is null ? DockerfileText! : Read(path));
        try
        {
            return await RunAsync(file, path, name, cancellationToken).ConfigureAwait(false);
        }
        catch (ContainerizeException exception) when (exception.Diagnostic == DiagnosticTable.CachedLayerDamaged)
        {
            // It is gone from the cache now, so the step that made it is done again.
            return await RunAsync(file, path, name, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<DockerfileBuildResult> RunAsync(Dockerfile file, string? path, string name, CancellationToken cancellationToken)
    {
        using var shared = new BuildSession(this, path);
        foreach (var argument in file.Arguments.SelectMany(argument => argument.Arguments))
            shared.UseArgument(argument.Name.Text);
        try
        {
            var runs = Platforms.Select(platform => new PlatformSession(this, file, shared, platform, BuildStageAsync).RunAsync(cancellationToken));
            var images = await Task.WhenAll(runs).ConfigureAwait(false);
            shared.Finish(name);
            if (Cache is not null && images.SelectMany(image => image.Steps).Any(step => step.Outcome == StepOutcome.Ran))
                CachePruning.PruneHourly(Cache, CachePruning.DefaultLimit, Time);
            return new DockerfileBuildResult([.. images]) { Warnings = [.. shared.Warnings] };
        }
        finally
        {
            await shared.Layers.EndAsync().ConfigureAwait(false);
        }
    }

    private static Task<StageResult> BuildStageAsync(PlatformSession run, Stage stage, CancellationToken cancellationToken) =>
        new StageBuild(run, stage).RunAsync(cancellationToken);

    // What lies in the context is called as it is there; anything else by its whole path.
    private string NameOf(string path) => Path.GetRelativePath(Context, path) is var relative && !relative.StartsWith("..", StringComparison.Ordinal)
        ? relative.Replace('\\', '/') : path;

    private string Read(string path)
    {
        if (!Directory.Exists(Context))
            throw new ContainerizeException(DiagnosticTable.DockerfileUnreadable, $"The context '{Context}' is no folder. Name the folder that COPY takes files from.");
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ContainerizeException(DiagnosticTable.DockerfileUnreadable,
                $"The Dockerfile '{path}' cannot be read: {exception.Message} Name it, if it is called otherwise or lies elsewhere.", exception);
        }
    }
}
