using Containerize.Diagnostics;
using Containerize.Dockerfiles.Copying;
using Containerize.Dockerfiles.Stages;
using Containerize.Dockerfiles.StepCaching;
using Containerize.Dockerfiles.Syntax;
using Containerize.Entries;

namespace Containerize.Dockerfiles.Steps;

/// <summary>Makes the folder of <c>WORKDIR</c> where it is missing: for the user of the image, as BuildKit
/// does.</summary>
/// <param name="run">The build.</param>
/// <param name="stage">The stage.</param>
/// <param name="syntax">The instruction.</param>
/// <param name="state">The state before it.</param>
/// <param name="path">The absolute path.</param>
internal sealed class WorkdirStep(PlatformSession run, Stage stage, WorkdirSyntax syntax, StageState state, string path)
{
    public async Task<MadeStep> RunAsync(BuildStep step, CancellationToken cancellationToken)
    {
        if (path == "/")
            return new MadeStep(null, false);
        var key = StepKey.Of("workdir", StepKey.OfFiles(state.Image), path, state.Image.Config.User, run.TimeKey);
        if (
            !run.IgnoresCache(stage)
            && await run.Shared.Cache.FindAsync(key, step.Text, cancellationToken).ConfigureAwait(false) is { } known
        )
            return new MadeStep(known.Layer, true, key);
        return await run
            .Shared.InSlotAsync(
                async () =>
                {
                    var files = await run
                        .Shared.Views.OfAsync(state.Image.Layers, cancellationToken)
                        .ConfigureAwait(false);
                    var target = new CopyTarget(
                        files,
                        await OwnerAsync(files, cancellationToken).ConfigureAwait(false),
                        null,
                        run.Options.Created
                    );
                    if (target.PutFolder(files.Follow(ContainerPath.Parse(path))) is { } obstacle)
                        throw syntax.Line.Source.Error(
                            DiagnosticTable.CopyRefused,
                            syntax.Path.Position,
                            $"the folder '{path}' cannot be made: {obstacle}."
                        );
                    return new MadeStep(
                        run.Shared.Cache.Keep(key, step.Text, target.Entries, cancellationToken),
                        false,
                        key
                    );
                },
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    // A user that only a later RUN would make is no error here: the folder is root's then.
    private async Task<Owner?> OwnerAsync(FileSystems.ImageFiles files, CancellationToken cancellationToken) =>
        state.Image.Config.User.Length == 0
            ? null
            : (
                await Owner
                    .ResolveAsync(state.Image.Config.User, () => files.ReadAccountsAsync(cancellationToken))
                    .ConfigureAwait(false)
            ).Owner;
}
