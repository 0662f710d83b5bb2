using System.Text.RegularExpressions;

namespace Containerize.Core.Tests.Documentation;

/// <summary>The page of guards names tests that there are, and each row of the page of slips that has no input has
/// its test.</summary>
public sealed partial class PromisePageTests
{
    // The beginning of a row below "Elsewhere", the class of tests and the test.
    private static readonly (string Row, string Class, string Test)[] Elsewhere =
    [
        ("An assembly `Acme.Shop.Web`", "ImageReferenceTests", "A_projects_name_becomes_a_repository"),
        (
            "`ContainerBaseImge`, `ContainerPorts`, `Vaule`",
            "WhatPeopleTypeTests",
            "Names_that_are_nearly_known_are_doubted_wherever_they_are_written"
        ),
        ("A library alone", "WhatPeopleTypeTests", "A_library_that_is_published_alone_says_why_there_is_no_image"),
        (
            "A registry's user name without a password",
            "CredentialTests",
            "A_name_without_a_password_is_an_error_for_a_push_and_nothing_for_a_pull"
        ),
        (
            "A Bearer challenge without `service`",
            "AuthenticationTests",
            "A_challenge_without_a_service_means_the_registry_itself"
        ),
        ("A challenge without a scheme", "AuthenticationTests", "A_challenge_that_nobody_can_meet_is_quoted"),
        (
            "A layout with a manifest of Docker's format",
            "ClosingMessageTests",
            "A_manifest_of_Docker_s_format_is_not_found_in_a_layout_by_its_tag_and_goes_to_an_engine"
        ),
        (
            "Two programs of a solution with one image name",
            "SolutionTests",
            "Two_programs_with_one_image_name_are_an_error_that_names_both_and_nothing_is_written"
        ),
        (
            "A solution with a client for browsers",
            "SolutionTests",
            "Each_program_gets_an_image_and_a_line_and_the_rest_is_left_out"
        ),
        ("`--output oci:DIR` for a solution", "PublishTests", "Of_a_solution_each_program_becomes_an_image"),
        (
            "A framework-dependent app on `runtime-deps`",
            "BaseFitnessTests",
            "An_app_without_the_runtime_needs_a_base_with_it"
        ),
        ("A program for musl on a base with glibc", "BaseFitnessTests", "A_program_needs_a_base_with_its_C_library"),
        (
            "Two projects whose outputs in a pipeline have one name",
            "CheckTests",
            "Two_projects_with_one_name_for_their_outputs_are_an_error_in_a_pipeline"
        ),
        (
            "The closing summary of a solution",
            "SolutionSummaryTests",
            "The_last_one_has_all_lines_in_an_order_of_their_own"
        ),
        ("`containerize inspect shop.tar`", "CommandLineTests", "A_path_is_a_path_and_no_image_of_Docker_Hub"),
        ("`--output type=tar`", "BuildOutputTests", "Files_alone_have_no_name_and_one_step_is_one_step"),
        ("An error of the command", "CommandAdviceTests", "No_property_is_left_in_what_a_command_can_say"),
        (
            "`--iidfile`, `--metadata-file`",
            "BuildOutputTests",
            "Identity_and_metadata_are_written_and_are_no_part_of_the_context"
        ),
        ("`--load`", "EngineTests", "Docker_is_given_an_image_and_gives_it_back"),
        ("`--pull`", "BuildTests", "A_base_image_is_fetched_once_and_then_needs_no_network"),
        ("`--build-context`", "NamedContextTests", "A_name_stands_for_files"),
        ("`docs/tool.md`", "PackageTests", "The_package_for_any_machine_holds_exactly_these_files"),
        (
            "A base that cannot be reached",
            "WhatPeopleTypeTests",
            "A_base_that_is_not_to_be_had_is_told_before_the_project_is_compiled"
        ),
        (
            "A base image in two builds of a Dockerfile",
            "BuildTests",
            "A_base_image_is_fetched_once_and_then_needs_no_network"
        ),
        (
            "Steps longer than the terminal's line",
            "TerminalTests",
            "A_build_with_long_lines_leaves_nothing_on_the_terminal"
        ),
        ("The terminal logger of a publish", "PromisePageTests", nameof(The_terminal_logger_shows_a_plain_name)),
    ];

    private static readonly Dictionary<string, string> Classes = Directory
        .EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories)
        .GroupBy(file => Path.GetFileNameWithoutExtension(file), StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => string.Concat(group.Select(File.ReadAllText)));

    [Fact]
    public void Every_guard_names_classes_of_tests_that_there_are()
    {
        var rows = Rows("promise-guards.md")
            .Where(row => !row.StartsWith("| Fault |", StringComparison.Ordinal))
            .ToList();
        Assert.InRange(rows.Count, 40, 100);
        foreach (var row in rows)
        {
            var named = TestClass().Matches(row.Split('|')[3]).Select(match => match.Groups[1].Value).ToList();
            Assert.True(named.Count > 0, row);
            Assert.Empty(named.Except(Classes.Keys));
        }
    }

    [Fact]
    public void Every_row_without_an_input_has_a_test()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs/what-people-type.md"));
        var rows = page[page.IndexOf("## Elsewhere", StringComparison.Ordinal)..]
            .Split('\n')
            .Where(line =>
                line.StartsWith("| ", StringComparison.Ordinal)
                && !line.StartsWith("| Where |", StringComparison.Ordinal)
            )
            .ToList();
        Assert.Equal(Elsewhere.Length, rows.Count);
        foreach (var (row, name, test) in Elsewhere)
        {
            Assert.Single(rows, line => line.StartsWith("| " + row, StringComparison.Ordinal));
            Assert.Contains($" {test}(", Classes[name], StringComparison.Ordinal);
        }
    }

    // It shows the name of the target that runs: that of the image's, and no name of ours that begins with '_'.
    [Fact]
    public void The_terminal_logger_shows_a_plain_name()
    {
        var targets = File.ReadAllText(Path.Combine(Repository.Root, "src/Containerize/build/Containerize.targets"));
        var before = targets[..targets.IndexOf("<Containerize.Tasks.BuildImage\n", StringComparison.Ordinal)];
        Assert.Equal("MakeContainerImage", TargetName().Matches(before)[^1].Groups[1].Value);
    }

    private static IEnumerable<string> Rows(string page) =>
        File.ReadAllLines(Path.Combine(Repository.Root, "docs", page))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal));

    [GeneratedRegex("`(\\w+Tests)`")]
    private static partial Regex TestClass();

    [GeneratedRegex("<Target Name=\"(\\w+)\"")]
    private static partial Regex TargetName();
}
