using Containerize.Diagnostics;
using Containerize.Dockerfiles.Syntax;
using Containerize.Images;

namespace Containerize.Dockerfiles.Building;

/// <summary>Installs the packages that stand above a stage, without running anything.</summary>
/// <param name="run">The build.</param>
/// <param name="stage">The stage.</param>
/// <param name="state">Its base.</param>
internal sealed class PackagesStep(PlatformRun run, Stage stage, StageState state)
{
    public async Task<(Layer? Layer, bool IsCached)> RunAsync(BuildStep step, CancellationToken cancellationToken)
    {
        if (run.Options.Packages is not { } installers)
            throw run.File.Source.Error(DiagnosticTable.DockerfileUnsupported, stage.Packages[0].Position,
                "packages are asked for, and this builder was given no way to install them.");
        return await run.Shared.InSlotAsync(async () =>
        {
            var installer = installers([.. stage.Packages.Select(package => package.Text)]);
            using var installed = await installer.InstallAsync(run.Graph.BaseOf(stage).Text, state.Image, state.Image.Config.Platform, cancellationToken).ConfigureAwait(false);
            var key = StepKey.Of("packages", installed.Key);
            if (!run.Options.IgnoresCache && run.Shared.Cache.TryFind(key, step.Text, out var known))
                return (known, true);
            var unpacked = await installed.UnpackAsync(cancellationToken).ConfigureAwait(false);
            return (run.Shared.Cache.Keep(key, step.Text, unpacked.Entries, cancellationToken), false);
        }, cancellationToken).ConfigureAwait(false);
    }
}
