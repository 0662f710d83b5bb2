using System.Text;
using Containerize.Diagnostics;
using Containerize.Manifests;

namespace Containerize.Core.Tests.Manifests;

/// <summary>
/// YAML files of the shapes that people have. A path below <c>src</c> is one that a YAML reader finds as a value, a
/// path below
/// <c>hidden</c> lies in a comment, in a text or in the middle of a value.
/// </summary>
public sealed class YamlFileTests
{
    private const string Image = "registry.example:5000/acme/";

    public static TheoryData<string> Names => [.. Shapes.Keys];

    private static Dictionary<string, string> Shapes { get; } =
        File.ReadAllText(Path.Combine(Repository.Root, "tests/Containerize.Core.Tests/Manifests/shapes.txt"))
            .Split("=== ", StringSplitOptions.RemoveEmptyEntries)
            .ToDictionary(
                part => part[..part.IndexOf('\n', StringComparison.Ordinal)],
                part => part[(part.IndexOf('\n', StringComparison.Ordinal) + 1)..]
            );

    [Theory]
    [MemberData(nameof(Names))]
    public void Only_values_that_name_a_project_change(string name)
    {
        var text = Shapes[name];
        foreach (
            var form in new[]
            {
                text,
                text.Replace("\n", "\r\n", StringComparison.Ordinal),
                text.TrimEnd(),
                "\uFEFF" + text,
            }
        )
        {
            var file = YamlFile.Read(name, Encoding.UTF8.GetBytes(form));
            Assert.Equal(
                form.Replace("containerize://src/", Image + "src/", StringComparison.Ordinal),
                file.With(path => Image + path)
            );
            Assert.All(file.Projects, path => Assert.StartsWith("src/", path, StringComparison.Ordinal));
            Assert.Contains("containerize://src/", form, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void There_are_twenty_shapes() => Assert.True(Shapes.Count >= 20, $"{Shapes.Count}");

    [Fact]
    public void A_project_is_named_once_and_a_file_without_one_stays_as_it_is()
    {
        Assert.Equal(["src/Shop", "src/Worker/Worker.csproj"], Read(Shapes["complex-keys"]).Projects);
        foreach (var text in new[] { "", "\n", "# nothing", "{{ .Values.image }}\n", "a: b\r\r\n\tc" })
            Assert.Equal(text, Read(text).With(_ => throw new InvalidOperationException("There is none.")));
    }

    [Theory]
    [InlineData("image: containerize://\n", "line 1")]
    [InlineData("a: 1\nimage: \"containerize://src\\u002FShop\"\n", "line 2")]
    [InlineData("a: 1\n\nimage: 'containerize://src/\n  Shop'\n", "line 3")]
    public void A_reference_to_nothing_is_an_error_that_names_the_line(string text, string expected)
    {
        var exception = Assert.Throws<ContainerizeException>(() => Read(text));
        Assert.Equal(DiagnosticTable.ReferenceUnresolved, exception.Diagnostic);
        Assert.Contains($"'deploy.yaml', {expected}:", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_text_or_a_quote_without_an_end_is_an_error()
    {
        foreach (var content in new byte[][] { [0xFF, 0xFE, (byte)'a', 0], "a: b\nc: \"d\n"u8.ToArray() })
            Assert.Equal(
                DiagnosticTable.YamlUnreadable,
                Assert.Throws<ContainerizeException>(() => YamlFile.Read("deploy.yaml", content)).Diagnostic
            );
    }

    [Theory]
    [InlineData("a: 1\n", "b: 2\n", "a: 1\n---\nb: 2\n")]
    [InlineData("a: 1", "b: 2", "a: 1\n---\nb: 2")]
    [InlineData("a: 1\n", "---\nb: 2\n", "a: 1\n---\nb: 2\n")]
    [InlineData("a: 1\n", "%YAML 1.2\n---\nb: 2\n", "a: 1\n...\n%YAML 1.2\n---\nb: 2\n")]
    [InlineData("", "b: 2\n", "b: 2\n")]
    public void Files_follow_one_another_as_documents(string first, string second, string expected) =>
        Assert.Equal(expected, YamlFile.Join([first, second]));

    [Fact]
    public void A_folder_stands_for_its_files_by_name()
    {
        using var folder = new Stores.TemporaryFolder();
        Directory.CreateDirectory(folder["deeper"]);
        foreach (var name in new[] { "b.yml", "a.yaml", "c.json", "d.txt", "deeper/e.yaml" })
            File.WriteAllText(folder[name], "");
        Assert.Equal(
            ["a.yaml", "b.yml", "c.json"],
            YamlFile.FilesOf(folder.Root, isRecursive: false).Select(Path.GetFileName)
        );
        Assert.Equal(4, YamlFile.FilesOf(folder.Root, isRecursive: true).Length);
        Assert.Equal([folder["d.txt"]], YamlFile.FilesOf(folder["d.txt"], isRecursive: false));
        foreach (var missing in new[] { folder["gone"], Directory.CreateDirectory(folder["empty"]).FullName })
            Assert.Equal(
                DiagnosticTable.YamlUnreadable,
                Assert.Throws<ContainerizeException>(() => YamlFile.FilesOf(missing, isRecursive: false)).Diagnostic
            );
    }

    private static YamlFile Read(string text) => YamlFile.Read("deploy.yaml", Encoding.UTF8.GetBytes(text));
}
