using System.Globalization;
using System.Text.Json.Nodes;
using Containerize.TestKit.Tools;

namespace Containerize.Tests.Dockerfiles;

/// <summary>Builds Dockerfiles with the installed command <c>containerize build</c> and one cache.</summary>
/// <param name="tool">The command.</param>
/// <param name="folder">An empty folder of its own.</param>
public sealed class DockerfileBuilder(InstalledTool tool, string folder)
{
    private int _builds;

    /// <summary>Writes a context.</summary>
    /// <param name="name">Its folder's name.</param>
    /// <param name="files">Paths and contents; <c>Dockerfile</c> among them.</param>
    public string Context(string name, params (string Path, string Text)[] files)
    {
        var context = Path.Combine(folder, name);
        foreach (var (path, text) in files)
        {
            var file = Path.Combine(context, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text.ReplaceLineEndings("\n"));
        }

        return context;
    }

    /// <summary>Builds a context into a tarball.</summary>
    /// <param name="context">Its folder.</param>
    /// <param name="name">The image's name.</param>
    public async Task<BuiltImage> BuildAsync(string context, string name)
    {
        var tarball = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{++_builds}.tar"));
        var result = await RunAsync(context, "--tag", name, "--output", $"archive:{tarball}", "--json");
        return new BuiltImage(tarball, JsonNode.Parse(result.Output)!, result.Error);
    }

    /// <summary>Builds a context into a registry, where large layers wait for no compressor.</summary>
    /// <param name="context">Its folder.</param>
    /// <param name="reference">The image's name in the registry.</param>
    /// <param name="arguments">What else the command line says.</param>
    /// <returns>The name.</returns>
    public async Task<string> PushAsync(string context, string reference, params IEnumerable<string> arguments)
    {
        await RunAsync(context, ["--tag", reference, "--push", "--compression", "none", .. arguments]);
        return reference;
    }

    private async Task<CommandResult> RunAsync(string context, params IEnumerable<string> arguments) =>
        (
            await tool.Command(["build", context, "--cache-dir", Path.Combine(folder, "cache"), .. arguments])
                .RunAsync()
        ).Expect(0);
}

/// <summary>What <c>containerize build</c> made.</summary>
/// <param name="Tarball">The path of the image.</param>
/// <param name="Result">Its output with <c>--json</c>.</param>
/// <param name="Progress">Its progress lines.</param>
public sealed record BuiltImage(string Tarball, JsonNode Result, string Progress)
{
    /// <summary>The image's digest.</summary>
    public string Digest => (string)Result["digest"]!;

    /// <summary>The sizes of its layers in bytes, as they are stored.</summary>
    public IEnumerable<long> LayerSizes =>
        Result["destinations"]![0]!["layers"]!.AsArray().Select(layer => (long)layer!["size"]!);

    /// <summary>How the steps of a stage ended, without its <c>FROM</c>: the instruction's first word, and its
    /// outcome.</summary>
    public string[] Steps(string stage) =>
        [
            .. Result["images"]![0]!["steps"]!
                .AsArray()
                .Where(step => (string?)step!["stage"] == stage)
                .Skip(1)
                .Select(step => $"{((string)step!["instruction"]!).Split(' ')[0]} {step["outcome"]}"),
        ];
}
