using System.Text.Json.Nodes;
using Containerize.TestKit.Images;
using Containerize.TestKit.Tools;

namespace Containerize.Tool.Tests;

/// <summary>Options of <c>docker build</c> by their names there, and contexts that come by standard input.</summary>
public sealed class BuildOptionTests(ToolMachine machine) : BuildTest(machine)
{
    [Fact]
    public async Task A_Dockerfile_of_standard_input_is_built_with_the_usual_options()
    {
        var folder = Context("options");
        await WriteAsync(folder, "piped", "FROM scratch\nLABEL own=1\n");
        var result = await PipeAsync(
            Path.Combine(folder, "piped"),
            folder,
            "--annotation",
            "org.example.a=b",
            "--label",
            "c=d",
            "--iidfile",
            "id",
            "--metadata-file",
            "metadata.json",
            "--pull",
            "--quiet",
            "--output",
            "oci:out"
        );
        // No step is shown; what was made is.
        Assert.DoesNotContain("FROM scratch", result.Expect(0).Error, StringComparison.Ordinal);
        var layout = new OciLayout(Path.Combine(folder, "out"));
        Assert.Equal("b", (string?)layout.Manifest()["annotations"]!["org.example.a"]);
        var labels = layout.Config()["config"]!["Labels"]!;
        Assert.Equal(("1", "d"), ((string?)labels["own"], (string?)labels["c"]));
        Assert.Equal(
            layout.Digest(),
            (string?)JsonNode.Parse(await ReadAsync(folder, "metadata.json"))!["containerimage.digest"]
        );
        Assert.StartsWith("sha256:", await ReadAsync(folder, "id"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_context_of_standard_input_is_a_tar()
    {
        var folder = Context("piped");
        var tar = Path.Combine(Path.GetDirectoryName(folder)!, "context.tar");
        await Shell.RunAsync("tar", "-cf", tar, "-C", folder, ".");
        (await PipeAsync(tar, folder, "--output", "oci:out")).Expect(0);
        Assert.Contains("to/a.txt", FileTree.Of(new OciLayout(Path.Combine(folder, "out"))).Entries.Keys);
    }

    // docker build --cgroup-parent is for a daemon's groups, and a build without one has none to choose from.
    [Fact]
    public async Task A_control_group_is_refused_with_a_code() =>
        Assert.Contains(
            "error CTZ",
            (await RunAsync(Context("group"), "build", ".", "--cgroup-parent", "/build")).Expect(1).Error,
            StringComparison.Ordinal
        );

    private async Task<CommandResult> PipeAsync(string input, string folder, params string[] arguments) =>
        await (
            (await Machine.Tool).Command(["build", "-", .. arguments]) with
            {
                WorkingFolder = folder,
                Input = input,
            }
        ).RunAsync();

    private static Task WriteAsync(string folder, string name, string text) =>
        File.WriteAllTextAsync(Path.Combine(folder, name), text, TestContext.Current.CancellationToken);

    private static Task<string> ReadAsync(string folder, string name) =>
        File.ReadAllTextAsync(Path.Combine(folder, name), TestContext.Current.CancellationToken);
}
