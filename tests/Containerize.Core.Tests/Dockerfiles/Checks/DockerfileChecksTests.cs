using System.Collections.Immutable;
using Containerize.Dockerfiles.Checks;

namespace Containerize.Core.Tests.Dockerfiles.Checks;

/// <summary>
/// Each rule with files that it finds something in and files that it does not. What is expected follows the rule's page
/// in Docker's documentation (docs.docker.com/reference/build-checks).
/// </summary>
public sealed class DockerfileChecksTests : DockerfileChecksTest
{
    // The rule, a file, and where the rule finds something in it, as LINE:COLUMN; nothing for a file that is right.
    public static TheoryData<string, string, string> Files { get; } =
        new()
        {
            { "StageNameCasing", "FROM scratch AS Build\n", "1:17" },
            { "StageNameCasing", "FROM scratch AS build-1\n", "" },
            { "FromAsCasing", "FROM scratch as a\nfrom scratch AS b\n", "1:14 2:14" },
            { "FromAsCasing", "FROM scratch AS a\nfrom scratch as b\nFrom scratch AS c\n", "" },
            { "NoEmptyContinuation", "FROM scratch\nENV A=1 \\\n\n  B=2\n", "3:1" },
            { "NoEmptyContinuation", "FROM scratch\nENV A=1 \\\n  # comment\n  B=2\n\nENV C=3 \\\n", "" },
            { "ConsistentInstructionCasing", "FROM scratch\nENV A=1\nenv B=2\nLabel c=3\n", "3:1 4:1" },
            { "ConsistentInstructionCasing", "from scratch\nenv A=1\nENV B=2\n", "3:1" },
            { "ConsistentInstructionCasing", "from scratch\nenv A=1\n", "" },
            { "ConsistentInstructionCasing", "arg A=1\nFROM scratch\nENV A=1\n", "" },
            { "DuplicateStageName", "FROM scratch AS a\nFROM scratch AS A\n", "2:17" },
            { "DuplicateStageName", "FROM scratch AS a\nFROM scratch AS b\n", "" },
            { "ReservedStageName", "FROM scratch AS context\nFROM scratch AS scratch\n", "1:17 2:17" },
            { "ReservedStageName", "FROM scratch AS contexts\n", "" },
            { "JSONArgsRecommended", "FROM scratch\nCMD a b\nENTRYPOINT c\n", "2:1 3:1" },
            { "JSONArgsRecommended", "FROM scratch\nCMD [\"a\", \"b\"]\nENTRYPOINT [\"c\"]\nHEALTHCHECK CMD d\n", "" },
            { "JSONArgsRecommended", "FROM scratch\nSHELL [\"/bin/bash\", \"-c\"]\nCMD a b\n", "" },
            { "MaintainerDeprecated", "FROM scratch\nMAINTAINER me\n", "2:1" },
            { "MaintainerDeprecated", "FROM scratch\nLABEL maintainer=me\n", "" },
            { "UndefinedArgInFrom", "FROM system${A}\n", "1:6" },
            {
                "UndefinedArgInFrom",
                "ARG A=\nARG B\nFROM --platform=$BUILDPLATFORM system$A\nFROM ${B:-system}$B\n",
                ""
            },
            { "WorkdirRelativePath", "FROM scratch\nWORKDIR app\nWORKDIR sub\n", "2:9" },
            { "WorkdirRelativePath", "FROM scratch AS a\nWORKDIR /app\nWORKDIR sub\nFROM a\nWORKDIR sub\n", "" },
            { "UndefinedVar", "FROM scratch\nENV A=$B\nLABEL c=$A d=\"${E}\"\nEXPOSE $F\n", "2:7 3:14 4:8" },
            {
                "UndefinedVar",
                "FROM scratch\nARG B\nENV A=$B PATH=$PATH:/x C=${B:-d} G='$H'\nRUN echo $I\nLABEL c=$A\n",
                ""
            },
            { "UndefinedVar", "FROM scratch\nENV A=${B:-b}\n", "2:7" },
            { "UndefinedVar", "FROM scratch AS a\nARG B=1\nENV C=1\nFROM a\nLABEL d=$B$C\n", "" },
            { "UndefinedVar", "FROM scratch AS a\nONBUILD ENV A=1\nFROM a\nLABEL b=$A\n", "" },
            { "UndefinedVar", "FROM scratch AS unused\nLABEL a=$B\nFROM scratch\n", "" },
            {
                "MultipleInstructionsDisallowed",
                "FROM scratch\nCMD [\"a\"]\nCMD [\"b\"]\nHEALTHCHECK NONE\nHEALTHCHECK CMD x\n",
                "2:1 4:1"
            },
            {
                "MultipleInstructionsDisallowed",
                "FROM scratch AS a\nCMD [\"a\"]\nFROM a\nCMD [\"b\"]\nENTRYPOINT [\"c\"]\n",
                ""
            },
            { "LegacyKeyValueFormat", "FROM scratch\nENV A b c\nLABEL d e\n", "2:5 3:7" },
            { "LegacyKeyValueFormat", "FROM scratch\nENV A=b\nLABEL d=\"e f\"\n", "" },
            { "RedundantTargetPlatform", "FROM --platform=$TARGETPLATFORM scratch\n", "1:17" },
            {
                "RedundantTargetPlatform",
                "FROM --platform=$BUILDPLATFORM scratch\nFROM --platform=linux/$TARGETARCH scratch\n",
                ""
            },
            {
                "SecretsUsedInArgOrEnv",
                "FROM scratch\nARG API_KEY\nENV password=x\nARG GITHUB_TOKEN=x\n",
                "2:5 3:5 4:5"
            },
            { "SecretsUsedInArgOrEnv", "FROM scratch\nARG PUBLIC_KEY\nENV KEYBOARD=x\nARG TOKENS\n", "" },
            { "InvalidDefaultArgInFrom", "ARG TAG\nFROM system:$TAG\n", "2:6" },
            { "InvalidDefaultArgInFrom", "ARG TAG=latest\nFROM system:$TAG\nARG UNUSED\n", "" },
            { "FromPlatformFlagConstDisallowed", "FROM --platform=linux/amd64 scratch\n", "1:17" },
            {
                "FromPlatformFlagConstDisallowed",
                "FROM --platform=linux/amd64 scratch AS build-amd64\nFROM --platform=$BUILDPLATFORM scratch\n",
                ""
            },
            { "CopyIgnoredFile", "FROM scratch\nCOPY out/f /\nADD out /\n", "2:6 3:5" },
            {
                "CopyIgnoredFile",
                "FROM scratch AS a\nCOPY f /\nFROM scratch\nCOPY --from=a out /\nADD https://example.org/out /\n",
                ""
            },
            {
                "InvalidDefinitionDescription",
                "# the version\nARG VERSION\n# what is built\nFROM scratch AS build\n",
                "1:1 3:1"
            },
            {
                "InvalidDefinitionDescription",
                "# VERSION the version\nARG VERSION\n# a comment\n\n# build what is built\nFROM scratch AS build\n",
                ""
            },
            { "ExposeProtoCasing", "FROM scratch\nEXPOSE 80/TCP 53/udp\n", "2:8" },
            { "ExposeProtoCasing", "FROM scratch\nEXPOSE 80/tcp 53/udp 90\n", "" },
            { "ExposeInvalidFormat", "FROM scratch\nEXPOSE 8080 127.0.0.1:80:80 5000:6000\n", "2:13 2:29" },
            { "ExposeInvalidFormat", "FROM scratch\nEXPOSE 8080 80-90/udp\n", "" },
        };

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_rule_finds_what_its_page_says(string rule, string file, string places)
    {
        var findings = await CheckAsync("# check=experimental=all\n" + file);
        Assert.Equal(
            places,
            string.Join(
                ' ',
                findings
                    .Where(finding => finding.Rule.Name == rule)
                    .Select(finding =>
                        FormattableString.Invariant($"{finding.Position.Line - 1}:{finding.Position.Column}")
                    )
            )
        );
    }

    [Fact]
    public void Every_rule_is_tried_both_ways()
    {
        foreach (var rule in CheckRule.All)
        {
            var rows = Files.Select(row => row.Data).Where(row => row.Item1 == rule.Name).ToList();
            Assert.True(rows.Any(row => row.Item3.Length > 0) && rows.Any(row => row.Item3.Length == 0), rule.Name);
        }
    }

    [Fact]
    public void Every_rule_has_a_page()
    {
        var folder = Path.Combine(Repository.Root, "docs", "checks");
        Assert.Equal(
            CheckRule.All.Select(rule => rule.Name).Order(StringComparer.Ordinal),
            Directory
                .GetFiles(folder)
                .Select(path => Path.GetFileNameWithoutExtension(path))
                .Order(StringComparer.Ordinal)
        );
        Assert.All(
            CheckRule.All,
            rule =>
                Assert.StartsWith(
                    $"# {rule.Name}: ",
                    File.ReadAllText(Path.Combine(folder, rule.Name + ".md")),
                    StringComparison.Ordinal
                )
        );
    }

    [Fact]
    public async Task A_build_has_the_findings_too()
    {
        using var build = new TestBuild().With("f", "x");
        var result = await build
            .Options("FROM scratch\nCOPY f /$NAME\n")
            .RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(
            "Dockerfile:2:8: UndefinedVar: Usage of undefined variable '$NAME'.",
            Assert.Single(result.Findings).ToString()
        );
    }

    // A check after a build must not fail what was built.
    [Fact]
    public async Task What_must_be_given_is_no_failure_of_a_check()
    {
        using var build = new TestBuild();
        build.WithImage("triggers", await build.BuildAsync("FROM scratch\nONBUILD ENV V=1\n"));
        var options = build.Options("ARG A=${B:?give}\nFROM ${A:?give}\nLABEL v=$V\n");
        var result = await (
            options with
            {
                BuildArguments = ImmutableDictionary<string, string>.Empty.Add("A", "triggers").Add("B", "x"),
            }
        ).RunAsync(TestContext.Current.CancellationToken);
        Assert.Empty(result.Findings);
    }
}
