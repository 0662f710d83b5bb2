using Containerize.Diagnostics;
using Containerize.IO;
using Containerize.Publishing;
using Containerize.Publishing.Layering;
using Containerize.Publishing.Settings;
using Microsoft.Build.Framework;

namespace Containerize.Tasks;

/// <summary>What is worth a word and stops nothing.</summary>
public sealed partial class BuildImage
{
    /// <summary>The full paths of the projects whose assemblies are published with this one's.</summary>
    public string[] ReferencedProjects { get; set; } = [];

    /// <summary>Whether compiled code is meant to be free of this machine's folders
    /// (<c>ContainerizeMapPaths</c>).</summary>
    public bool MapPaths { get; set; }

    private void WarnOf(ContainerBuildResult result, ContainerSettings settings)
    {
        foreach (var link in result.Plan.DanglingLinks)
            WarnCoded(
                DiagnosticTable.LinkDangles,
                $"The symbolic link '{link}' points at nothing in the publish folder; it is in the image as it is."
            );
        foreach (var layer in result.Plan.EmptyLayers)
            WarnCoded(
                DiagnosticTable.EmptyLayer,
                $"ContainerLayer '{layer}' matches no published file; the image has no such layer. Check its Files."
            );
        foreach (var path in result.Plan.Contested)
            Log.LogMessage(
                MessageImportance.Low,
                "'{0}' is claimed by more than one ContainerLayer; the first has it.",
                path
            );
        if (result.BaseImage.Config.OnBuild is { IsEmpty: false } triggers)
            WarnCoded(
                DiagnosticTable.BaseTriggersNotRun,
                "The base image wants this done when an image is built upon it, and Containerize runs nothing: "
                    + $"{string.Join("; ", triggers)}. "
                    + "The image has it in its config still. Do it in a base image of your own, or take a base "
                    + "without ONBUILD."
            );
        if (settings.Command.ReplacesSilently(result.BaseImage.Config.Entrypoint))
            WarnCoded(
                DiagnosticTable.BaseEntrypointReplaced,
                $"The base image has the entrypoint '{string.Join(' ', result.BaseImage.Config.Entrypoint)}', "
                    + "which the app's command replaces. "
                    + "Set ContainerAppCommandInstruction to Entrypoint if that is meant, or to DefaultArgs to have "
                    + "the base's start the app."
            );
        if (result.UnknownUser is { } unknown)
            WarnCoded(
                DiagnosticTable.UserUnknown,
                $"ContainerUser is '{settings.User}', and the image has no '{unknown}' in /etc/passwd or "
                    + "/etc/group: an engine will not start it. "
                    + "Use a number such as 1654, or a base image that has the user."
            );
        if (
            ForeignLibraries.Of(result.Plan, settings.WorkingDirectory, result.Image.Config.Platform) is
            { Size: >= ForeignLibraries.WorthAWord } foreign
        )
            WarnCoded(
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
            WarnCoded(
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
        foreach (var (setting, why) in WithoutEffect())
            WarnCoded(DiagnosticTable.SettingWithoutEffect, $"{setting} has no effect: {why}.");
        WarnOfValuesInNames("ContainerLabel", Labels);
        WarnOfValuesInNames("ContainerAnnotation", Annotations);
        WarnOfValuesInNames("ContainerDockerfileArgument", DockerfileArguments);
        if (result.BaseDoubt is { } doubt)
            WarnCoded(DiagnosticTable.BaseUnfit, doubt);
        if (settings.Healthcheck is not null && result.Image.Manifest.Format == Images.ImageFormat.Oci)
            WarnCoded(
                DiagnosticTable.HealthcheckInOci,
                "The image has a health check and OCI's format: Docker runs it, engines that know only OCI do "
                    + "not. Set ContainerImageFormat=Docker to be sure, or use the probes of your orchestrator."
            );
    }

    private IEnumerable<(string Setting, string Why)> WithoutEffect()
    {
        if (Family.Length > 0 && BaseImage.Length + Dockerfile.Length > 0)
            yield return (
                "ContainerFamily",
                (BaseImage.Length > 0 ? $"ContainerBaseImage is '{BaseImage}'" : "ContainerDockerfile makes the base")
                    + ", and the family is that of a base which follows from the project. Remove one of the two"
            );
        if (Dockerfile.Length > 0)
            yield break;
        var settings = new[]
        {
            ("ContainerDockerfileTarget", DockerfileTarget.Length),
            ("ContainerDockerfileContext", DockerfileContextPath.Length),
            ("ContainerDockerfileNetwork", DockerfileNetwork.Length),
            ("ContainerDockerfileArgument", DockerfileArguments.Length),
        };
        foreach (var (setting, length) in settings.Where(one => one.Item2 > 0))
            yield return (setting, "ContainerDockerfile is not set. Name the Dockerfile with it");
    }

    // The name of a variable is checked elsewhere; those of labels may hold any letter.
    private void WarnOfValuesInNames(string kind, ITaskItem[] items)
    {
        foreach (var item in items)
        {
            if (
                item.GetMetadata("Value").Length == 0
                && item.ItemSpec.Split('=', 2) is [{ Length: > 0 } name, var value]
            )
                WarnCoded(
                    DiagnosticTable.ValueInName,
                    $"{kind} '{item.ItemSpec}' has no Value, and '{item.ItemSpec}' is its whole name. Write "
                        + $"<{kind} Include=\"{name}\" Value=\"{value}\" />."
                );
        }
    }
}
