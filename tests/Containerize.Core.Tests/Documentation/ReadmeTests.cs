using System.Text.RegularExpressions;

namespace Containerize.Core.Tests.Documentation;

/// <summary>The page of settings says what the package can do, no less and no more, and the README has commands that
/// run.
/// </summary>
public sealed partial class ReadmeTests
{
    // For people who work on Containerize, and what the switch is called by mistake; no settings of a project.
    private static readonly string[] Internals =
    [
        "ContainerizeTaskAssembly",
        "Containerise",
        "Containerized",
        "Containerised",
        "Containerze",
    ];

    private static readonly string Readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
    private static readonly string Settings = File.ReadAllText(
        Path.Combine(Repository.Root, "docs", "settings", "README.md")
    );
    private static readonly string Targets = string.Concat(
        Directory
            .GetFiles(Path.Combine(Repository.Root, "src", "Containerize", "build"), "*.targets")
            .Select(File.ReadAllText)
    );

    [Fact]
    public void Every_setting_that_the_targets_read_is_on_the_page() =>
        Assert.Empty(SettingsOfTargets().Except(Words(Settings)).Except(Internals));

    [Fact]
    public void Every_setting_on_the_page_is_read_by_the_targets() =>
        Assert.Empty(
            Words(Settings)
                .Where(word => word.StartsWith("Container", StringComparison.Ordinal))
                .Except(SettingsOfTargets())
        );

    [Fact]
    public void Every_output_of_the_targets_is_on_the_page_and_the_other_way_round()
    {
        var outputs = Output()
            .Matches(Targets)
            .Select(match => match.Groups[1].Value)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);
        Assert.Equal(
            outputs,
            Words(Settings)
                .Where(word => word.StartsWith("Generated", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Every_command_in_the_README_is_run_by_a_test_or_by_CI()
    {
        var commands = Fence()
            .Matches(Readme)
            .SelectMany(match => match.Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            .ToList();
        Assert.Equal(
            ["dotnet publish samples/HelloWeb -p:Containerize=true", "build/test.sh"],
            commands.Where(command => !command.StartsWith("containerize ", StringComparison.Ordinal))
        );
        // The tool's tests run every command of its own page.
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "tool.md"));
        Assert.All(
            commands.Where(command => command.StartsWith("containerize ", StringComparison.Ordinal)),
            command => Assert.Contains($"\n{command}\n", page, StringComparison.Ordinal)
        );
        Assert.Contains(
            "/build/test.sh",
            File.ReadAllText(Path.Combine(Repository.Root, ".ci", "run")),
            StringComparison.Ordinal
        );
        var tests = Directory.GetFiles(
            Path.Combine(Repository.Root, "tests", "Containerize.Tests"),
            "*.cs",
            SearchOption.AllDirectories
        );
        Assert.Contains(
            tests,
            path =>
                File.ReadAllText(path)
                    .Contains("""["publish", "samples/HelloWeb", "-p:Containerize=true"]""", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void The_first_screen_says_what_it_is_how_to_try_it_and_what_it_costs()
    {
        var screen = string.Join('\n', Readme.Split('\n').Take(40));
        Assert.All(
            [
                "turns a .NET project into a container image",
                "For .NET developers",
                "dotnet publish samples/HelloWeb -p:Containerize=true",
                "<PackageReference Include=\"Containerize\"",
                "| a changed line sends |",
            ],
            text => Assert.Contains(text, screen, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Its_numbers_are_those_that_the_bench_recorded_with_their_date_and_command()
    {
        var recorded = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "performance.md"));
        var readme = Readme.Split('\n');
        var rows = recorded
            .SkipWhile(line => line != "The rows of the README:")
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .ToList();
        Assert.Contains(rows, row => row.StartsWith("| a changed line sends |", StringComparison.Ordinal));
        Assert.All(rows, row => Assert.Contains(row, readme));
        Assert.Contains(recorded.Single(line => line.StartsWith("Measured on ", StringComparison.Ordinal)), readme);
        // No other row of the README has seconds or bytes.
        Assert.DoesNotContain(
            readme.Except(rows),
            line => line.StartsWith("| ", StringComparison.Ordinal) && Measured().IsMatch(line)
        );
    }

    private static IEnumerable<string> SettingsOfTargets() =>
        Setting()
            .Matches(Targets)
            .Select(match => match.Groups[1].Value)
            .Append("Containerize")
            .Distinct(StringComparer.Ordinal);

    private static IEnumerable<string> Words(string text) =>
        Word().Matches(text).Select(match => match.Groups[1].Value).Distinct(StringComparer.Ordinal);

    [GeneratedRegex(@"[$@]\((Container[A-Za-z]+)\b", RegexOptions.CultureInvariant)]
    private static partial Regex Setting();

    [GeneratedRegex(@"(?:PropertyName|ItemName)=""(Generated[A-Za-z]+)""", RegexOptions.CultureInvariant)]
    private static partial Regex Output();

    [GeneratedRegex(@"\d (s|bytes|[KM]iB) ", RegexOptions.CultureInvariant)]
    private static partial Regex Measured();

    // A whole span of code; `Container…` in running text is no name.
    [GeneratedRegex(@"`([A-Za-z]+)`", RegexOptions.CultureInvariant)]
    private static partial Regex Word();

    [GeneratedRegex(
        @"^```sh\n(.*?)^```",
        RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.Multiline
    )]
    private static partial Regex Fence();
}
