using Containerize.Images;
using Containerize.Layers;
using Containerize.Publishing.Files;
using Containerize.Publishing.Settings;
using Microsoft.Build.Framework;

namespace Containerize.Tasks;

/// <summary>The translation of what goes beyond the SDK's own items.</summary>
public sealed partial class BuildImage
{
    private Healthcheck? ReadHealthcheck() =>
        Healthcheck.Parse(HealthcheckCommand) is { } check
            ? check with
            {
                Interval = Healthcheck.ParseTime(HealthcheckInterval, "ContainerHealthcheckInterval"),
                Timeout = Healthcheck.ParseTime(HealthcheckTimeout, "ContainerHealthcheckTimeout"),
                StartPeriod = Healthcheck.ParseTime(HealthcheckStartPeriod, "ContainerHealthcheckStartPeriod"),
                Retries = Healthcheck.ParseRetries(HealthcheckRetries),
            }
            : Healthcheck.RefuseWithoutCommand(
                HealthcheckInterval,
                HealthcheckTimeout,
                HealthcheckStartPeriod,
                HealthcheckRetries
            );

    // A glob gives several files with the folders that its ** stood for; one file or folder may be given another name.
    private static ExtraFile ReadFile(ITaskItem item, ContainerSettings folder)
    {
        var source = Path.TrimEndingDirectorySeparator(item.GetMetadata("FullPath"));
        var name = Path.GetFileName(source);
        var below = item.GetMetadata("RecursiveDir").Replace('\\', '/');
        var target = item.GetMetadata("TargetPath");
        if (folder.IsWindows)
            target = target.Replace('\\', '/');
        // What is in a folder goes to the place that is named, as a Dockerfile's COPY has it.
        var isFolder = target.Length == 0 || below.Length > 0 || (target.EndsWith('/') && !Directory.Exists(source));
        var full = isFolder ? $"{target}/{below}/{name}" : target;
        var isAbsolute = target.StartsWith('/') || (folder.IsWindows && target.Contains(':', StringComparison.Ordinal));
        var path = isAbsolute
            ? ContainerSettings.ParsePath(full, folder.IsWindows)
            : folder.WorkingDirectory.Combine(full);
        var file = new ExtraFile(source, path)
        {
            Mode = ExtraFile.ParseMode(item.GetMetadata("Mode"), item.ItemSpec),
            Layer = item.GetMetadata("Layer") is { Length: > 0 } layer ? CustomLayer.CheckName(layer) : LayerNames.App,
        };
        return file.OwnedBy(item.GetMetadata("Owner"), item.ItemSpec);
    }
}
