using System.Text.RegularExpressions;

namespace Containerize.Core.Tests.Architecture;

/// <summary>Lines, files and folders of code are as short as CONTRIBUTING.md says.</summary>
public sealed partial class SizeTests
{
    // In UTF-16 units, as editors and the formatter count.
    private const int MostColumns = 120;
    private const int MostLines = 250;
    private const int MostFiles = 20;

    private static readonly string[] Roots = ["src", "tests", "build"];

    [Fact]
    public void No_line_is_wide_and_no_file_is_long() =>
        Assert.Empty(Code().SelectMany(path => Findings(path, File.ReadAllLines(Path.Combine(Repository.Root, path)))));

    [Fact]
    public void Only_lists_of_like_things_are_long_folders()
    {
        var lists = ListPattern()
            .Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "architecture.md")))
            .Select(match => match.Groups[1].Value)
            .ToList();
        Assert.All(lists, folder => Assert.True(Directory.Exists(Path.Combine(Repository.Root, folder)), folder));
        Assert.Empty(LongFolders(Code()).Except(lists));
    }

    [Theory]
    [InlineData(120, 250, 0)]
    [InlineData(121, 1, 1)]
    [InlineData(1, 251, 1)]
    [InlineData(121, 251, 252)]
    public void A_wide_line_and_a_long_file_are_found(int columns, int lines, int findings) =>
        Assert.Equal(findings, Findings("src/A.cs", [.. Enumerable.Repeat(new string('x', columns), lines)]).Count());

    [Theory]
    [InlineData(20, new string[0])]
    [InlineData(21, new[] { "src/A" })]
    public void A_long_folder_is_found(int files, string[] folders) =>
        Assert.Equal(
            folders,
            LongFolders(Enumerable.Range(0, files).Select(number => $"src/A/{number}.cs").Append("src/A/B/C.cs"))
        );

    private static IEnumerable<string> Code() =>
        Roots
            .SelectMany(root =>
                Directory.EnumerateFiles(Path.Combine(Repository.Root, root), "*.cs", SearchOption.AllDirectories)
            )
            .Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'))
            .Where(path => !BuiltPattern().IsMatch(path));

    private static IEnumerable<string> Findings(string path, string[] lines) =>
        lines
            .Select((line, index) => (line.Length, Number: index + 1))
            .Where(line => line.Length > MostColumns)
            .Select(line => $"{path}:{line.Number} has {line.Length} columns")
            .Concat(lines.Length > MostLines ? [$"{path} has {lines.Length} lines"] : []);

    private static IEnumerable<string> LongFolders(IEnumerable<string> paths) =>
        paths
            .GroupBy(path => path[..path.LastIndexOf('/')])
            .Where(folder => folder.Count() > MostFiles)
            .Select(folder => folder.Key)
            .Order(StringComparer.Ordinal);

    [GeneratedRegex(@"(^|/)(bin|obj)/")]
    private static partial Regex BuiltPattern();

    [GeneratedRegex("^- `((?:src|tests|build)[^`]*)`:", RegexOptions.Multiline)]
    private static partial Regex ListPattern();
}
