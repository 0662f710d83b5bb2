using System.Text;
using System.Text.Json;
using Containerize.Manifests;
using Containerize.TestKit.Tools;

namespace Containerize.Tool.Tests;

/// <summary>
/// <c>containerize resolve</c> on the files of the shapes that people have, with both kinds of line ends: only the
/// references change, and a YAML reader of another language agrees.
/// </summary>
public sealed class ResolveTests(ToolMachine machine)
{
    private static readonly string Shapes = Path.Combine(
        TestFolder.Repository,
        "tests/Containerize.Core.Tests/Manifests/shapes.txt"
    );

    [Fact]
    public async Task Only_the_images_of_projects_differ_and_another_reader_agrees()
    {
        var registry = (await machine.Registry).Address;
        var folder = machine.Folder.Create("resolve");
        var source = Directory.CreateDirectory(Path.Combine(folder, "src")).FullName;
        foreach (var name in new[] { "Shop", "Worker" })
            ShopSolution.WriteProgram(source, name, "");
        await WriteAsync(
            Path.Combine(source, "Directory.Build.props"),
            "<Project><PropertyGroup><ContainerRepository>resolve/$(MSBuildProjectName.ToLowerInvariant())"
                + "</ContainerRepository></PropertyGroup></Project>\n"
        );
        var texts = new List<string>();
        foreach (var part in (await ReadAsync(Shapes)).Split("=== ", StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, text) = (
                part[..part.IndexOf('\n', StringComparison.Ordinal)],
                part[(part.IndexOf('\n', StringComparison.Ordinal) + 1)..]
            );
            texts.Add(text);
            await WriteAsync(Path.Combine(folder, "unix", name + ".yaml"), text);
            await WriteAsync(
                Path.Combine(folder, "windows", name + ".yml"),
                text.Replace("\n", "\r\n", StringComparison.Ordinal)
            );
        }

        Assert.True(texts.Count >= 20, $"There are {texts.Count} shapes.");
        string[] folders = ["unix", "windows"];
        var tool = await machine.Tool;
        var command = tool.Command([
            "resolve",
            .. folders.SelectMany(name => new[] { "-f", name }),
            "--registry",
            registry,
            "--push",
        ]);
        var output = (
            await (
                command with
                {
                    WorkingFolder = folder,
                    Environment = new Dictionary<string, string?>(command.Environment)
                    {
                        ["ContainerBaseImage"] = $"oci:{machine.Small.Folder}:1.0",
                    },
                }
            ).RunAsync()
        ).Expect(0).Output;

        var images = new Dictionary<string, string>
        {
            ["src/Shop"] = await PushedAsync(registry, "resolve/shop"),
            ["src/Worker/Worker.csproj"] = await PushedAsync(registry, "resolve/worker"),
        };
        var files = folders
            .SelectMany(name => Directory.GetFiles(Path.Combine(folder, name)).Order(StringComparer.Ordinal))
            .ToList();
        var replaced = files.Select(file =>
            images.Aggregate(
                File.ReadAllText(file),
                (text, image) => text.Replace(YamlFile.Prefix + image.Key, image.Value, StringComparison.Ordinal)
            )
        );
        Assert.Equal(YamlFile.Join(replaced), output);

        var result = Path.Combine(folder, "resolved.yaml");
        await WriteAsync(result, output);
        var reader = await machine.Outside;
        var references = texts.Sum(text => text.Split(YamlFile.Prefix + "src/").Length - 1) * folders.Length;
        Assert.Equal(
            [$"{references}"],
            await reader.RunAsync("yaml.js", [JsonSerializer.Serialize(images), result, .. files])
        );
    }

    private static async Task<string> PushedAsync(string registry, string repository) =>
        $"{registry}/{repository}@{await Skopeo.DigestAsync($"docker://{registry}/{repository}:latest")}";

    private static Task<string> ReadAsync(string path) =>
        File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);

    private static async Task WriteAsync(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, text, new UTF8Encoding(false), TestContext.Current.CancellationToken);
    }
}
