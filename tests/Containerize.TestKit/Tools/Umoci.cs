using System.Text.Json.Nodes;

namespace Containerize.TestKit.Tools;

/// <summary>umoci: unpacks an OCI layout as a runtime would.</summary>
public static class Umoci
{
    /// <summary>Unpacks an image of a layout and returns the folder of its root file system.</summary>
    /// <param name="bundle">The folder to unpack into, which must not exist yet.</param>
    public static async Task<string> UnpackAsync(string layout, string tag, string bundle)
    {
        await Shell.RunAsync("umoci", "unpack", "--image", $"{layout}:{tag}", bundle);
        return Path.Combine(bundle, "rootfs");
    }

    /// <summary>The history and layers that umoci reads out of an image.</summary>
    public static async Task<JsonNode> StatAsync(string layout, string tag) =>
        JsonNode.Parse((await Shell.RunAsync("umoci", "stat", "--json", "--image", $"{layout}:{tag}")).Output)!;
}
