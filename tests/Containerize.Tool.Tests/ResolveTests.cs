using Containerize.Tests.Tools;

namespace Containerize.Tool.Tests;

/// <summary><c>containerize resolve</c> of YAML files that name two projects, which have to be published and pushed for it.</summary>
public sealed class ResolveTests(ToolMachine machine)
{
    // The values of all scalars, and where a reader of another language finds them. It is given the images by their projects.
    private const string Compare = """
        import sys, yaml
        before, after, *pairs = sys.argv[1:]
        images = dict(pair.split('=', 1) for pair in pairs)
        def scalars(path):
            with open(path, encoding='utf-8', newline='') as file:
                return [(type(event).__name__, getattr(event, 'value', None), getattr(event, 'anchor', None), getattr(event, 'tag', None))
                        for event in yaml.parse(file.read())]
        def resolved(event):
            kind, value, anchor, tag = event
            text = (value or '').rstrip('\n')
            return (kind, value.replace(text, images[text]), anchor, tag) if text in images else event
        old, new = scalars(before), scalars(after)
        assert [resolved(event) for event in old] == new, 'other values'
        print(sum(1 for one, other in zip(old, new) if one != other))
        """;

    [Fact]
    public async Task Each_project_is_pushed_once_and_its_digest_stands_in_every_shape_of_file()
    {
        var registry = await machine.Registry;
        var folder = machine.Folder.Create("resolve");
        ShopSolution.WriteTo(Path.Combine(folder, "src"));
        ShopSolution.WriteProgram(Path.Combine(folder, "src"), "Worker", "");
        await File.WriteAllTextAsync(Path.Combine(folder, "Directory.Build.props"),
            $"<Project><PropertyGroup><ContainerBaseImage>oci:{machine.Small.Folder}:1.0</ContainerBaseImage></PropertyGroup></Project>\n", TestContext.Current.CancellationToken);
        var shapes = await File.ReadAllTextAsync(Path.Combine(TestFolder.Repository, "tests/Containerize.Core.Tests/Manifests/shapes.txt"), TestContext.Current.CancellationToken);
        var count = 0;
        foreach (var shape in shapes.Split("=== ", StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('\n', 2)))
        {
            // Every other one with the line ends of Windows, and in a folder of its own.
            var deep = Directory.CreateDirectory(Path.Combine(folder, "deploy", count % 3 == 0 ? "deeper" : "")).FullName;
            await File.WriteAllTextAsync(Path.Combine(deep, shape[0] + ".yaml"), count++ % 2 == 0 ? shape[1] : shape[1].ReplaceLineEndings("\r\n"), TestContext.Current.CancellationToken);
        }

        var result = (await RunAsync(folder, "resolve", "-f", "deploy", "-R", "--registry", registry.Address, "--push")).Expect(0);
        Assert.Equal(2, result.Error.Split('\n').Count(line => line.Contains("Container image", StringComparison.Ordinal)));
        var shop = $"{registry.Address}/shop@{await Skopeo.DigestAsync($"docker://{registry.Address}/shop:latest")}";
        var worker = $"{registry.Address}/worker@{await Skopeo.DigestAsync($"docker://{registry.Address}/worker:latest")}";

        // The same stream without images in it: what the files hold, one after the other.
        var files = Directory.GetFiles(Path.Combine(folder, "deploy"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
        var (before, after) = (Path.Combine(folder, "before"), Path.Combine(folder, "after"));
        await File.WriteAllTextAsync(before, Containerize.Manifests.YamlFile.Join(files.Select(File.ReadAllText)), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(after, result.Output, TestContext.Current.CancellationToken);
        var found = await Shell.RunAsync("/usr/bin/python3", "-c", Compare, before, after, $"containerize://src/Shop={shop}", $"containerize://src/Worker/Worker.csproj={worker}");
        Assert.Equal(shapes.Split("containerize://src/").Length - 1, int.Parse(found.Text, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Without_a_push_nothing_is_sent_and_the_name_is_the_registrys_all_the_same()
    {
        var folder = machine.Folder.Create("resolve-dry");
        ShopSolution.WriteProgram(folder, "Shop", "");
        var file = Path.Combine(folder, "in.yaml");
        await File.WriteAllTextAsync(file, "a: containerize://Shop # by its folder\r\nb: 'containerize://Shop/Shop.csproj'\r\n", TestContext.Current.CancellationToken);
        var command = (await machine.Tool).Command("resolve", "-f", "-", "--", $"-p:ContainerBaseImage=oci:{machine.Small.Folder}:1.0", "-p:ContainerRegistry=registry.invalid",
            "-p:ContainerRepository=acme/shop") with { WorkingFolder = folder, Input = file };
        var result = (await command.RunAsync()).Expect(0);
        Assert.Matches(@"^a: (registry\.invalid/acme/shop@sha256:[0-9a-f]{64}) # by its folder\r\nb: '\1'\r\n\z", result.Output);
        Assert.Single(result.Error.Split('\n'), line => line.Contains("Container image", StringComparison.Ordinal));
        Assert.Contains("acme-shop.tar", result.Error, StringComparison.Ordinal);

        var nowhere = await RunAsync(folder, "resolve", "-f", "in.yaml", "--push", "--", $"-p:ContainerBaseImage=oci:{machine.Small.Folder}:1.0");
        Assert.Contains("error CTZ0283", nowhere.Expect(1).Error, StringComparison.Ordinal);
        Assert.Empty(nowhere.Output);
    }

    [Theory]
    [InlineData("image: containerize://gone\n", "CTZ0282")]
    [InlineData("image: containerize://several\n", "CTZ0282")]
    [InlineData("image: containerize://empty\n", "CTZ0282")]
    [InlineData("image: \"containerize://Shop\n", "CTZ0281")]
    public async Task What_cannot_be_resolved_is_told_before_anything_is_published(string text, string code)
    {
        var folder = machine.Folder.Create("resolve-bad");
        foreach (var name in new[] { "empty", "several" })
            Directory.CreateDirectory(Path.Combine(folder, name));
        foreach (var name in new[] { "a.csproj", "b.fsproj" })
            await File.WriteAllTextAsync(Path.Combine(folder, "several", name), "<Project />\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "in.yaml"), text, TestContext.Current.CancellationToken);
        var result = await RunAsync(folder, "resolve", "-f", "in.yaml");
        Assert.Contains($"error {code}", result.Expect(1).Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
        Assert.Contains("error CTZ0281", (await RunAsync(folder, "resolve", "-f", "nowhere")).Expect(1).Error, StringComparison.Ordinal);
    }

    private async Task<CommandResult> RunAsync(string folder, params string[] arguments) =>
        await ((await machine.Tool).Command(arguments) with { WorkingFolder = folder }).RunAsync();
}
