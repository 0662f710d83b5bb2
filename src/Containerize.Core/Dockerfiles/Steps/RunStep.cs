using Containerize.Diagnostics;
using Containerize.Dockerfiles.Execution.Requests;
using Containerize.Dockerfiles.Stages;
using Containerize.Dockerfiles.StepCaching;
using Containerize.Dockerfiles.Syntax;
using Containerize.Images;

namespace Containerize.Dockerfiles.Steps;

/// <summary>Does <c>RUN</c>.</summary>
/// <param name="run">The build.</param>
/// <param name="stage">The stage.</param>
/// <param name="state">The state before the instruction.</param>
/// <param name="options">What it says.</param>
internal sealed class RunStep(PlatformSession run, Stage stage, StageState state, RunOptions options)
{
    // As in BuildKit, 'default' is what the build has.
    private NetworkMode Network => options.Network == NetworkMode.Default ? run.Options.Network : options.Network;

    public async Task<MadeStep> RunAsync(BuildStep step, CancellationToken cancellationToken)
    {
        if (Network == NetworkMode.Host && !run.Options.AllowsHostNetwork && run.Options.Network != NetworkMode.Host)
            throw options.Syntax.Line.Source.Error(
                DiagnosticTable.HostNetworkRefused,
                options.Syntax.Position,
                "RUN --network=host would give the command the machine's network, its loopback and its "
                    + "abstract sockets, and this needs permission. Build with --allow network.host (in a project "
                    + "ContainerDockerfileNetwork=host), or remove the option."
            );
        var mounts = new List<(RunMount? Mount, string Key)>();
        var made = new RunMounts(run, stage, state);
        foreach (var mount in options.Mounts)
            mounts.Add(await made.OfAsync(mount, cancellationToken).ConfigureAwait(false));
        // What a mount says is in the key as it stands, so that no option can be forgotten; and what it names, by its
        // content.
        var key = Key(mounts.Select((mount, i) => $"{options.Mounts[i].Text}\0{mount.Key}"));
        if (
            !run.IgnoresCache(stage)
            && await run.Shared.Cache.FindAsync(key, step.Text, cancellationToken).ConfigureAwait(false) is { } known
        )
            return new MadeStep(known.Layer, true, key);
        if (run.Options.Runner is not { } runner)
            throw options.Syntax.Line.Source.Error(
                DiagnosticTable.DockerfileUnsupported,
                options.Syntax.Position,
                "RUN cannot be done here: there is nothing that could run it. Operating-system packages need "
                    + "no RUN: '# containerize: packages=…' above FROM, or ContainerPackage in a project, installs "
                    + "them."
            );
        return await run
            .Shared.InSlotAsync(
                async () =>
                {
                    var request = Request(step, mounts.Select(mount => mount.Mount).OfType<RunMount>());
                    return new MadeStep(
                        await KeepAsync(runner, request, made, key, step, cancellationToken).ConfigureAwait(false),
                        false,
                        key
                    );
                },
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    private async Task<Layer?> KeepAsync(
        IRunExecutor runner,
        RunRequest request,
        RunMounts made,
        StepKey key,
        BuildStep step,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var changes = await RunAsync(runner, request, cancellationToken).ConfigureAwait(false);
            await using (changes.ConfigureAwait(false))
            {
                made.CheckUntouched();
                var layer = run.Shared.Cache.Keep(key, step.Text, changes.Entries, cancellationToken);
                if (layer is not null)
                    await changes.Keeping(layer, cancellationToken).ConfigureAwait(false);
                return layer;
            }
        }
        catch (ContainerizeException exception)
            when (exception.Diagnostic == DiagnosticTable.WhiteoutName
                || exception.Diagnostic == DiagnosticTable.InvalidPath
            )
        {
            throw options.Syntax.Line.Source.Error(
                exception.Diagnostic,
                options.Syntax.Position,
                $"the command made a file that no layer can hold: {exception.Message}",
                exception
            );
        }
    }

    // What the runner makes on the way lies in the cache and in temporary files, and either can be full or read-only.
    private static async Task<RunChanges> RunAsync(
        IRunExecutor runner,
        RunRequest request,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await runner.RunAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ContainerizeException(
                DiagnosticTable.RunnerFailed,
                $"{request.Where}: what it needs on this machine cannot be made: {exception.Message} "
                    + "RUN needs a cache that can be written: ContainerCacheDirectory or --cache-dir.",
                exception
            );
        }
    }

    // A command sees files, variables, its folder and its user, and no other part of the config: a label above it
    // changes nothing.
    private StepKey Key(IEnumerable<string> mounts) =>
        StepKey.Of([
            "run",
            StepKey.OfFiles(state.Image),
            run.TimeKey,
            state.Image.Config.Platform.ToString(),
            state.Image.Config.WorkingDirectory,
            state.Image.Config.User,
            Network.ToString(),
            .. options.Command,
            "environment",
            .. state.RunEnvironment().Select(pair => $"{pair.Key}={pair.Value}"),
            "mounts",
            .. mounts,
            .. run.Options.Resources.Key,
            options.Script is { } script ? Convert.ToHexString(script.Content.Span) : "",
        ]);

    private RunRequest Request(BuildStep step, IEnumerable<RunMount> mounts) =>
        new()
        {
            State = state.Image,
            Command = options.Command,
            Environment =
            [
                .. state.RunEnvironment(),
                .. BuildArguments.ProxiesOf(run.Options.BuildArguments),
                .. Agents(mounts),
            ],
            WorkingDirectory = state.Image.Config.WorkingDirectory is { Length: > 0 } folder ? folder : "/",
            User = state.Image.Config.User,
            Mounts = options.Script is { } script ? [.. mounts, script] : [.. mounts],
            Network = Network,
            Resources = run.Options.Resources,
            Platform = state.Image.Config.Platform,
            Time = run.Options.Created,
            CacheMountFolder = Path.Combine(run.Options.Cache?.Path ?? run.Options.WorkFolder, "mounts"),
            Output = line => run.Options.Progress(new StepOutput(step, line)),
            Warning = message => run.Shared.Warn(options.Syntax.Position, message),
            Views = run.Shared.Views,
            Where = $"{options.Syntax.Position}: {step.Text}",
        };

    private static IEnumerable<KeyValuePair<string, string>> Agents(IEnumerable<RunMount> mounts) =>
        mounts.OfType<SshMount>().Take(1).Select(mount => KeyValuePair.Create("SSH_AUTH_SOCK", mount.Target));
}
