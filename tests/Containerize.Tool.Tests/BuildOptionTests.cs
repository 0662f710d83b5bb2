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

    [Fact]
    public async Task A_Dockerfile_of_standard_input_copies_from_the_folder()
    {
        var folder = Context("beside");
        await WriteAsync(folder, "piped", "FROM scratch\nCOPY . /to\n");
        var tool = (await Machine.Tool).Command("build", ".", "-f", "-", "--output", "oci:out");
        (await (tool with { WorkingFolder = folder, Input = Path.Combine(folder, "piped") }).RunAsync()).Expect(0);
        var paths = FileTree.Of(new OciLayout(Path.Combine(folder, "out"))).Entries.Keys;
        Assert.Contains("to/a.txt", paths);
        Assert.DoesNotContain("to/out", paths);
    }

    // Each names what does the same; a value that asks for nothing is taken.
    [Theory]
    [InlineData("--cache-from type=gha", "registry.example/shop:cache")]
    [InlineData("--cache-to=type=inline", "registry.example/shop:cache")]
    [InlineData("--provenance=mode=max", "containerize attest")]
    [InlineData("--sbom true", "containerize publish")]
    [InlineData("--attest type=sbom", "containerize attest")]
    [InlineData("--squash", "COPY --from")]
    [InlineData("--builder remote", "one builder")]
    [InlineData("--isolation=hyperv", "sandbox")]
    [InlineData("-m 2g", "systemd-run --scope")]
    [InlineData("--cpuset-cpus 0", "systemd-run --scope")]
    [InlineData("--call=outline", "--check")]
    [InlineData("--disable-content-trust=false", "containerize verify --key")]
    [InlineData("--rm --force-rm=false --compress --rm=true --squash=false --builder default", null)]
    [InlineData("--provenance=false --sbom=0 --isolation default --call=build --progress=tty", null)]
    [InlineData("--attest type=provenance,disabled=true --progress none --no-cache-filter first", null)]
    public async Task An_option_of_docker_build_is_done_or_refused(string options, string? instead)
    {
        var folder = Context("foreign-" + string.Concat(options.Where(char.IsAsciiLetterOrDigit)));
        await WriteAsync(folder, "Dockerfile", "FROM scratch AS first\nCOPY a.txt /\n");
        var tool = (await Machine.Tool).Command(["build", .. options.Split(' '), ".", "--output", "oci:out"]);
        var result = (await (tool with { WorkingFolder = folder }).RunAsync()).Expect(instead is null ? 0 : 1);
        if (instead is null)
            return;
        Assert.StartsWith($"error CTZ0455: {options.Split(' ', '=')[0]}", Long(result.Error), StringComparison.Ordinal);
        Assert.Contains(instead, result.Error, StringComparison.Ordinal);
    }

    private static string Long(string error) => error.Replace("--memory", "-m", StringComparison.Ordinal);

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
