using Containerize.Diagnostics;
using Containerize.Dockerfiles.Stages;
using Containerize.Dockerfiles.StepCaching;
using Containerize.Dockerfiles.Syntax;
using Containerize.Packages;
using Containerize.Recipes;

namespace Containerize.Dockerfiles.Steps;

/// <summary>Installs the packages that stand above a stage, without running anything; above <c>FROM scratch</c> they
/// are a base of their own.</summary>
/// <param name="run">The build.</param>
/// <param name="stage">The stage.</param>
/// <param name="state">Its base.</param>
internal sealed class PackagesStep(PlatformSession run, Stage stage, StageState state)
{
    public async Task<MadeStep> RunAsync(BuildStep step, CancellationToken cancellationToken)
    {
        if (run.Options.Packages is not { } installers)
            throw run.File.Source.Error(
                DiagnosticTable.DockerfileUnsupported,
                stage.Packages[0].Position,
                "packages are asked for, and this builder was given no way to install them."
            );
        return await run
            .Shared.InSlotAsync(
                async () =>
                {
                    var (text, from) = run.Graph.BaseOf(stage);
                    var installer = installers(
                        [.. stage.Packages.Select(package => package.Text)],
                        from is null && text == Recipe.Scratch ? PackagesBase.OfDistribution : null
                    );
                    using var installed = await installer
                        .InstallAsync(text, state.Image, state.Image.Config.Platform, cancellationToken)
                        .ConfigureAwait(false);
                    var key = StepKey.Of("packages", installed.Key);
                    if (
                        !run.IgnoresCache(stage)
                        && await run.Shared.Cache.FindAsync(key, step.Text, cancellationToken).ConfigureAwait(false)
                            is { } known
                    )
                        return new MadeStep(known.Layer, true, key);
                    var unpacked = await installed.UnpackAsync(cancellationToken).ConfigureAwait(false);
                    return new MadeStep(
                        run.Shared.Cache.Keep(key, step.Text, unpacked.Entries, cancellationToken),
                        false,
                        key
                    );
                },
                cancellationToken
            )
            .ConfigureAwait(false);
    }
}
