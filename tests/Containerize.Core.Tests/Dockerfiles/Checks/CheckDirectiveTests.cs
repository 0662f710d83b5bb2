using System.Collections.Immutable;
using Containerize.Diagnostics;
using Containerize.Dockerfiles.Stages;

namespace Containerize.Core.Tests.Dockerfiles.Checks;

/// <summary>The directive <c>check</c>: it turns rules off and makes findings errors.</summary>
public sealed class CheckDirectiveTests : DockerfileChecksTest
{
    [Theory]
    [InlineData("", "MaintainerDeprecated JSONArgsRecommended")]
    [InlineData("# check=skip=JSONArgsRecommended\n", "MaintainerDeprecated")]
    [InlineData("# check=skip=jsonargsrecommended, MaintainerDeprecated\n", "")]
    [InlineData("# syntax=docker/dockerfile:1\n# check=skip=all\n", "")]
    public async Task A_directive_turns_rules_off(string directive, string rules) =>
        Assert.Equal(
            rules,
            string.Join(
                ' ',
                (await CheckAsync(directive + "FROM scratch\nMAINTAINER me\nCMD a\n")).Select(finding =>
                    finding.Rule.Name
                )
            )
        );

    // As testLint of BuildKit's dockerfile_lint_test.go has it since buildkit#6334.
    [Theory]
    [InlineData("FROM scratch\n# check=skip=MaintainerDeprecated\nMAINTAINER me\nCMD a\n", "4 JSONArgsRecommended")]
    [InlineData("FROM scratch\nMAINTAINER me\n# why\n# check=skip=all\n# and more\nCMD a\n", "2 MaintainerDeprecated")]
    [InlineData("FROM scratch\n# check=skip=JSONArgsRecommended\nMAINTAINER me\nCMD a\n", "3 M 4 J")]
    [InlineData("FROM scratch\n# check=skip=JSONArgsRecommended\nCMD [\"b\"]\nCMD a\n", "3 MultipleI 4 J")]
    [InlineData("FROM scratch\nCMD [\"b\"]\n# check=skip=all\nCMD a\n", "")]
    [InlineData("# a\n# check=skip=StageNameCasing\nFROM scratch AS A\nFROM scratch AS B\n", "4 StageNameCasing")]
    [InlineData("FROM scratch\n# check = this and that\nCMD a\n", "3 J")]
    [InlineData("FROM scratch\n# check=error=true\nCMD a\n", "3 J")]
    [InlineData("FROM scratch\n# check=skip=JSONArgsRecommended\nCMD a\\\n\n b\n", "4 NoEmpty")]
    [InlineData(
        "# check=experimental=all\n# more\nARG A\n# scratch is empty\n# check=skip=all\nFROM scratch AS scratch-1\n",
        "2 InvalidD 4 InvalidD"
    )]
    [InlineData("# check=experimental=all\n# A a value\n# check=skip=StageNameCasing\nARG A\nFROM scratch\n", "")]
    [InlineData("# first\n# check=experimental=all\n# wrong\nARG A\n# wrong\nFROM scratch AS a\n", "3 InvalidD")]
    public async Task A_comment_above_an_instruction_is_for_it_alone(string file, string expected)
    {
        var found = (await CheckAsync(file)).Select(finding => (finding.Position.Line, finding.Rule.Name)).ToList();
        var lines = expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Chunk(2).ToList();
        Assert.Equal(lines.Select(line => line[0]), found.Select(finding => $"{finding.Line}"));
        Assert.All(
            found.Zip(lines),
            pair => Assert.StartsWith(pair.Second[1], pair.First.Name, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_build_argument_comes_before_the_directive()
    {
        using var build = new TestBuild();
        var options = build.Options("# check=skip=all\nFROM scratch\nCMD a\n");
        var findings = await (
            options with
            {
                BuildArguments = ImmutableDictionary<string, string>.Empty.Add(
                    "BUILDKIT_DOCKERFILE_CHECK",
                    "skip=StageNameCasing"
                ),
            }
        ).CheckAsync(TestContext.Current.CancellationToken);
        Assert.Equal("JSONArgsRecommended", Assert.Single(findings).Rule.Name);
    }

    [Fact]
    public async Task A_file_may_make_it_an_error_before_anything_is_built()
    {
        using var build = new TestBuild();
        var steps = new List<BuildEvent>();
        var options = build.Options("# check=error=true\nFROM scratch\nCOPY missing /\nCMD a\n") with
        {
            Progress = steps.Add,
        };
        var exception = await Assert.ThrowsAsync<ContainerizeException>(() =>
            options.RunAsync(TestContext.Current.CancellationToken)
        );
        Assert.Equal("CTZ0231", exception.Diagnostic.Code);
        Assert.StartsWith(
            "Dockerfile:4:1: JSONArgsRecommended: JSON arguments recommended for CMD",
            exception.Message,
            StringComparison.Ordinal
        );
        Assert.Empty(steps);
        await build.BuildAsync("# check=error=1;skip=JSONArgsRecommended\nFROM scratch\nCMD a\n");
    }

    [Theory]
    [InlineData("# check=skpi=x\n", "1:1: 'skpi=x' is no setting of checks")]
    [InlineData("# check=error=maybe\n", "1:1: 'error=maybe' is no setting of checks")]
    public async Task A_wrong_directive_is_an_error(string directive, string message)
    {
        using var build = new TestBuild();
        var exception = await build.FailAsync(directive + "FROM scratch\n");
        Assert.Equal("CTZ0122", exception.Diagnostic.Code);
        Assert.StartsWith("Dockerfile:" + message, exception.Message, StringComparison.Ordinal);
    }
}
