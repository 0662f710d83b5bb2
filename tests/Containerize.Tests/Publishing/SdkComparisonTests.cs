using Containerize.TestKit.Images;
using Containerize.TestKit.Tools;
using Containerize.Tests.Images;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Publishing;

/// <summary>
/// The SDK's own container publishing, of the same publish folder on the same base. What differs stands here with its
/// reason; everything else must be equal.
/// </summary>
[Collection(nameof(WebImage))]
public sealed class SdkComparisonTests(Machine machine, WebImage web)
{
    private const string Tag = "by-the-sdk";

    [Fact]
    public async Task The_SDK_s_image_holds_the_same_files_and_settings()
    {
        var registry = await machine.Registry;
        var layout = Path.Combine(machine.Folder.Create("sdk"), "layout");
        var project = web.Project with
        {
            Settings = new PublishSettings
            {
                Environment = web.Project.Settings.Environment.Add(
                    "DOTNET_CONTAINER_INSECURE_REGISTRIES",
                    registry.Address
                ),
            },
        };
        project = project
            .With("ContainerBaseImage", web.BaseReference)
            .With("ContainerRegistry", registry.Address)
            .With("ContainerRepository", WebImage.Repository)
            .With("ContainerImageTag", Tag)
            .With("NuGetAudit", "false");
        (await project.PublishAsync("--no-build", "-t:PublishContainer")).Succeeded();
        await Skopeo.CopyAsync($"docker://{registry.Address}/{WebImage.Repository}:{Tag}", $"oci:{layout}:{Tag}");

        var (ours, theirs) = (ImageDocument.Of(web.Layout), ImageDocument.Of(new OciLayout(layout)));
        Assert.Equal(ours with { Labels = "", WorkingFolder = "" }, theirs with { Labels = "", WorkingFolder = "" });
        Assert.Equal(Labels(theirs).Except(["net.dot.sdk.version"]), Labels(ours));
        Assert.Equal(
            Values(theirs).Where(line => !line.StartsWith("net.dot.sdk.version=", StringComparison.Ordinal)),
            Values(ours)
        );
        // The same folder; the SDK writes it with the slash that its own default has.
        Assert.Equal(ours.WorkingFolder, theirs.WorkingFolder.TrimEnd('/'));

        var differences = FileTree
            .Of(web.Layout)
            .Below("app")
            .Differences(FileTree.Of(new OciLayout(layout)).Below("app"));
        var unexplained = differences.Where(line => !IsExplained(line)).ToList();
        Assert.True(unexplained.Count == 0, string.Join('\n', unexplained));
    }

    private static IEnumerable<string> Labels(ImageDocument image) =>
        image.Labels.Split('\n').Select(line => line.Split('=')[0]);

    // The time is the clock's there.
    private static IEnumerable<string> Values(ImageDocument image) =>
        image.Labels.Split('\n').Where(line => !line.Contains(".created=", StringComparison.Ordinal));

    /// <summary>
    /// The SDK writes every file as a program, 0755; ours have the mode that their content tells. And the times of
    /// static files in the endpoints manifest are the layer's in ours, but those of the machine's disk in the SDK's.
    /// </summary>
    private static bool IsExplained(string difference)
    {
        if (!difference.StartsWith('~'))
            return false;
        var sides = difference[(difference.IndexOf(": ", StringComparison.Ordinal) + 2)..].Split(" | ");
        return sides[0].Replace("RegularFile 644", "RegularFile 755", StringComparison.Ordinal) == sides[1]
            || difference.StartsWith("~ HelloWeb.staticwebassets.endpoints.json:", StringComparison.Ordinal);
    }
}
