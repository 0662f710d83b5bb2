using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.IO;
using Containerize.Publishing;
using Containerize.Publishing.Layering;
using Containerize.Publishing.Settings;

namespace Containerize.Projects;

/// <summary>What is worth a word of a finished image.</summary>
/// <param name="ProjectFile">The full path of the project.</param>
/// <param name="RuntimeIdentifier">What it is published for.</param>
public sealed record PublishWarnings(string ProjectFile, string RuntimeIdentifier)
{
    /// <summary>The full paths of the projects whose assemblies are published with this one's.</summary>
    public ImmutableArray<string> ReferencedProjects { get; init; } = [];

    /// <summary>Settings that may have no effect.</summary>
    public required SettingChecks Checks { get; init; }

    /// <summary>Whether compiled code is meant to be free of this machine's folders.</summary>
    public bool MapPaths { get; init; }

    /// <summary>Reports what is worth a word of a build and stops nothing.</summary>
    public void Report(ContainerBuildResult result, ContainerSettings settings, IProjectLog log)
    {
        foreach (var link in result.Plan.DanglingLinks)
            log.Warn(
                DiagnosticTable.LinkDangles,
                $"The symbolic link '{link}' points at nothing in the publish folder; it is in the image as it is."
            );
        foreach (var layer in result.Plan.EmptyLayers)
            log.Warn(
                DiagnosticTable.EmptyLayer,
                $"ContainerLayer '{layer}' matches no published file; the image has no such layer. Check its Files."
            );
        foreach (var path in result.Plan.Contested)
            log.Write(LineWeight.Low, $"'{path}' is claimed by more than one ContainerLayer; the first has it.");
        if (result.BaseImage.Config.OnBuild is { IsEmpty: false } triggers)
            log.Warn(
                DiagnosticTable.BaseTriggersNotRun,
                "The base image wants this done when an image is built upon it, and Containerize runs nothing: "
                    + $"{string.Join("; ", triggers)}. "
                    + "The image has it in its config still. Do it in a base image of your own, or take a base "
                    + "without ONBUILD."
            );
        if (settings.Command.ReplacesSilently(result.BaseImage.Config.Entrypoint))
            log.Warn(
                DiagnosticTable.BaseEntrypointReplaced,
                $"The base image has the entrypoint '{string.Join(' ', result.BaseImage.Config.Entrypoint)}', "
                    + "which the app's command replaces. "
                    + "Set ContainerAppCommandInstruction to Entrypoint if that is meant, or to DefaultArgs to have "
                    + "the base's start the app."
            );
        if (result.UnknownUser is { } unknown)
            log.Warn(
                DiagnosticTable.UserUnknown,
                $"ContainerUser is '{settings.User}', and the image has no '{unknown}' in /etc/passwd or "
                    + "/etc/group: an engine will not start it. "
                    + "Use a number such as 1654, or a base image that has the user."
            );
        if (
            ForeignLibraries.Of(result.Plan, settings.WorkingDirectory, result.Image.Config.Platform) is
            { Size: >= ForeignLibraries.WorthAWord } foreign
        )
            log.Warn(
                DiagnosticTable.ForeignLibraries,
                $"The image is for {result.Image.Config.Platform} and carries {ByteSize.Text(foreign.Size)} of "
                    + "libraries for other platforms, which nothing in it can load: "
                    + $"{string.Join(", ", foreign.Platforms.Select(rid => $"runtimes/{rid}"))}. Publish for one "
                    + $"platform with RuntimeIdentifier={RuntimeIdentifier}; "
                    + "with SelfContained=false the app goes on using the runtime of the base image."
            );
        foreach (
            var held in MapPaths
                ? MachinePaths.Of(result.Plan, settings.WorkingDirectory, [ProjectFile, .. ReferencedProjects])
                : []
        )
            log.Warn(
                DiagnosticTable.MachinePath,
                $"{string.Join(", ", held.Files)}: the folder of '{held.Project}' on this machine is in it, so the "
                    + "same sources give another image elsewhere. "
                    + (
                        held.Project == ProjectFile
                            ? "Use DebugType portable or embedded, and have generators write no absolute paths; "
                                + "'-t:ContainerizeVerify' says what else differs."
                            : "Reference the package in that project too, best in Directory.Build.props, or set "
                                + "ContinuousIntegrationBuild to true in it."
                    )
            );
        Checks.Report(log);
        if (result.BaseDoubt is { } doubt)
            log.Warn(DiagnosticTable.BaseUnfit, doubt);
        if (settings.Healthcheck is not null && result.Image.Manifest.Format == ImageFormat.Oci)
            log.Warn(
                DiagnosticTable.HealthcheckInOci,
                "The image has a health check and OCI's format: Docker runs it, engines that know only OCI do "
                    + "not. Set ContainerImageFormat=Docker to be sure, or use the probes of your orchestrator."
            );
    }
}
