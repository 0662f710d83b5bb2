using System.Collections.Immutable;
using Containerize.Caching;
using Containerize.Diagnostics;
using Containerize.Dockerfiles.Checks;
using Containerize.Dockerfiles.Stages;
using Containerize.Dockerfiles.Syntax;
using Containerize.Images;

namespace Containerize.Dockerfiles;

/// <summary>One build of a Dockerfile: what <c>docker build</c> does, with no engine.</summary>
public sealed record DockerfileBuild : DockerfileOptions
{
    private static readonly string[] UsualNames = ["Dockerfile", "dockerfile", "Containerfile"];

    /// <summary>Builds the image of each platform.</summary>
    /// <exception cref="ContainerizeException">CTZ0120 to CTZ0149 with file, line and column, or the code of a
    /// source.</exception>
    public async Task<DockerfileBuildResult> RunAsync(CancellationToken cancellationToken)
    {
        var (file, path, name) = Parse();
        var build = this with { Created = SourceDateEpoch.Of(file, this) ?? Created };
        try
        {
            return await build.RunAsync(file, path, name, cancellationToken).ConfigureAwait(false);
        }
        catch (ContainerizeException exception) when (exception.Diagnostic == DiagnosticTable.CachedLayerDamaged)
        {
            // It is gone from the cache now, so the step that made it is done again.
            return await build.RunAsync(file, path, name, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Checks the Dockerfile and builds nothing; base images are asked for their variables.</summary>
    /// <exception cref="ContainerizeException">CTZ0120 to CTZ0149 with file, line and column, or the code of a
    /// source.</exception>
    public async Task<ImmutableArray<CheckFinding>> CheckAsync(CancellationToken cancellationToken)
    {
        var (file, path, _) = Parse();
        using var shared = new BuildSession(this, path);
        return await CheckAsync(
                new PlatformSession(this, file, shared, Platforms[0], BuildStageAsync),
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    internal override async Task<Image> BuildFirstAsync(CancellationToken cancellationToken) =>
        (await RunAsync(cancellationToken).ConfigureAwait(false)).Images[0].Image;

    private static Task<ImmutableArray<CheckFinding>> CheckAsync(
        PlatformSession run,
        CancellationToken cancellationToken
    ) => new DockerfileChecks(run).RunAsync(CheckOptions.Read(run.File, run.Options.BuildArguments), cancellationToken);

    private (Dockerfile File, string? Path, string Name) Parse()
    {
        var path = DockerfileText is null ? DockerfilePath ?? UsualPath() : null;
        var name = path is null ? "Dockerfile" : NameOf(path);
        return (Dockerfile.Parse(name, path is null ? DockerfileText! : Read(path)), path, name);
    }

    private string UsualPath() =>
        UsualNames.Select(name => Path.Combine(Context, name)).FirstOrDefault(File.Exists)
        ?? Path.Combine(Context, UsualNames[0]);

    private async Task<DockerfileBuildResult> RunAsync(
        Dockerfile file,
        string? path,
        string name,
        CancellationToken cancellationToken
    )
    {
        using var shared = new BuildSession(this, path);
        foreach (var argument in file.Arguments.SelectMany(argument => argument.Arguments))
            shared.UseArgument(argument.Name.Text);
        try
        {
            var runs = Platforms
                .Select(platform => new PlatformSession(this, file, shared, platform, BuildStageAsync))
                .ToList();
            if (CheckOptions.Read(file, BuildArguments).IsError)
                CheckFailure.Throw(await CheckAsync(runs[0], cancellationToken).ConfigureAwait(false));
            var images = await Task.WhenAll(runs.Select(run => run.RunAsync(cancellationToken))).ConfigureAwait(false);
            var findings = await CheckAsync(runs[0], cancellationToken).ConfigureAwait(false);
            shared.Finish(name);
            if (
                Cache is not null
                && images.SelectMany(image => image.Steps).Any(step => step.Outcome == StepOutcome.Ran)
            )
                CachePruning.PruneHourly(Cache, CachePruning.DefaultLimit, Time);
            return new DockerfileBuildResult([.. images]) { Warnings = [.. shared.Warnings], Findings = findings };
        }
        finally
        {
            await shared.Layers.EndAsync().ConfigureAwait(false);
        }
    }

    private static Task<StageResult> BuildStageAsync(
        PlatformSession run,
        Stage stage,
        CancellationToken cancellationToken
    ) => new StageBuild(run, stage).RunAsync(cancellationToken);

    // What lies in the context is called as it is there; anything else by its whole path.
    private string NameOf(string path) =>
        Path.GetRelativePath(Context, path) is var relative && !relative.StartsWith("..", StringComparison.Ordinal)
            ? relative.Replace('\\', '/')
            : path;

    private string Read(string path)
    {
        if (!Directory.Exists(Context))
            throw new ContainerizeException(
                DiagnosticTable.DockerfileUnreadable,
                $"The context '{Context}' is no folder. Name the folder that COPY takes files from."
            );
        if (Directory.Exists(path))
            throw new ContainerizeException(
                DiagnosticTable.DockerfileUnreadable,
                $"The Dockerfile '{path}' is a folder. Name a file, such as "
                    + $"'{NameOf(Path.Combine(path, "Dockerfile"))}'."
            );
        try
        {
            return ReadText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ContainerizeException(
                DiagnosticTable.DockerfileUnreadable,
                $"The Dockerfile '{path}' cannot be read: {exception.Message} Name it, if it is called "
                    + "otherwise or lies elsewhere.",
                exception
            );
        }
    }
}
