using Containerize.Projects;
using Microsoft.Build.Framework;

namespace Containerize.Tasks;

/// <summary>The settings that are looked at for what is probably not meant.</summary>
public sealed partial class BuildImage
{
    private SettingChecks Checks =>
        new(BaseImage, Dockerfile, Family)
        {
            OfDockerfile =
            [
                ("ContainerDockerfileTarget", DockerfileTarget.Length > 0),
                ("ContainerDockerfileContext", DockerfileContextPath.Length > 0),
                ("ContainerDockerfileNetwork", DockerfileNetwork.Length > 0),
                ("ContainerDockerfileCacheFrom", DockerfileCacheFrom.Length > 0),
                ("ContainerDockerfileCacheTo", DockerfileCacheTo.Length > 0),
                ("ContainerDockerfileArgument", DockerfileArguments.Length > 0),
            ],
            Pairs =
            [
                (SettingChecks.Variable, [.. Environment.Select(Written)]),
                ("ContainerLabel", [.. Labels.Select(Written)]),
                ("ContainerAnnotation", [.. Annotations.Select(Written)]),
                ("ContainerDockerfileArgument", [.. DockerfileArguments.Select(Written)]),
            ],
        };

    // Of a value that is written and empty MSBuild keeps the name.
    private static KeyValuePair<string, string?> Written(ITaskItem item) =>
        KeyValuePair.Create(
            item.ItemSpec,
            item.MetadataNames.Cast<string>().Contains("Value", StringComparer.OrdinalIgnoreCase)
                ? item.GetMetadata("Value")
                : null
        );
}
