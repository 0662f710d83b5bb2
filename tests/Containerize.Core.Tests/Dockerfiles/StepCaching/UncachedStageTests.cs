using Containerize.Diagnostics;
using Containerize.Dockerfiles.Stages;

namespace Containerize.Core.Tests.Dockerfiles.StepCaching;

/// <summary><c>--no-cache-filter</c>: the steps of some stages are done again, whatever is kept.</summary>
public sealed class UncachedStageTests
{
    private const string Dockerfile =
        "FROM scratch AS first\nCOPY f /1\nWORKDIR /w1\nRUN a\nFROM scratch AS second\nCOPY f /2\nWORKDIR /w2\nRUN b\n"
        + "COPY --from=first /1 /1\n";

    [Theory]
    [InlineData("", "cached cached cached | cached cached cached cached")]
    [InlineData("first", "ran ran ran | cached cached cached cached")]
    [InlineData("FIRST second", "ran ran ran | ran ran ran ran")]
    [InlineData("second", "cached cached cached | ran ran ran ran")]
    [InlineData("0", "ran ran ran | cached cached cached cached")]
    public async Task Steps_of_the_named_stages_are_done_again(string stages, string outcomes)
    {
        using var build = new TestBuild().With("f", "f");
        await RunAsync(build, "");
        Assert.Equal(outcomes, await RunAsync(build, stages));
        Assert.Equal("cached cached cached | cached cached cached cached", await RunAsync(build, ""));
    }

    [Theory]
    [InlineData("stage-0", "ran")]
    [InlineData("0", "ran")]
    [InlineData("stage-1", "cached")]
    public async Task A_stage_without_a_name_has_its_number(string stages, string outcome)
    {
        using var build = new TestBuild().With("f", "f");
        var options = build.Options("FROM scratch\nCOPY f /1\nFROM scratch\nCOPY --from=0 /1 /2\n") with
        {
            Cache = build.Cache,
        };
        await options.RunAsync(TestContext.Current.CancellationToken);
        var result = await (options with { UncachedStages = [stages] }).RunAsync(TestContext.Current.CancellationToken);
        var step = result.Images[0].Steps.First(step => step.Outcome != StepOutcome.Config);
        Assert.Equal(outcome, step.Outcome == StepOutcome.Ran ? "ran" : "cached");
    }

    [Fact]
    public async Task A_folder_of_another_context_has_no_such_stage()
    {
        using var build = new TestBuild().With("f", "f").With("lib/g", "g");
        var options = build.Options("FROM scratch AS build\nCOPY --from=src g /1\n") with
        {
            Cache = build.Cache,
            Contexts = NamedContexts.Read(["src=./lib"], build.Context),
            UncachedStages = ["build"],
        };
        Assert.NotEmpty((await options.RunAsync(TestContext.Current.CancellationToken)).Images[0].Steps);
    }

    [Fact]
    public async Task A_stage_that_is_not_there_is_an_error()
    {
        using var build = new TestBuild().With("f", "f");
        var exception = await Assert.ThrowsAsync<ContainerizeException>(() => RunAsync(build, "frist"));
        Assert.Equal("CTZ0127", exception.Diagnostic.Code);
        Assert.Contains("Did you mean 'first'?", exception.Message, StringComparison.Ordinal);
    }

    private static async Task<string> RunAsync(TestBuild build, string stages)
    {
        var options = build.Options(Dockerfile) with
        {
            Runner = new TestRunner(),
            Cache = build.Cache,
            UncachedStages = [.. stages.Split(' ', StringSplitOptions.RemoveEmptyEntries)],
        };
        var steps = (await options.RunAsync(TestContext.Current.CancellationToken)).Images[0].Steps;
        return string.Join(
            " | ",
            steps
                .Where(step => step.Outcome != StepOutcome.Config)
                .GroupBy(step => step.Step.Stage)
                .OrderBy(stage => stage.Key, StringComparer.Ordinal)
                .Select(stage =>
                    string.Join(' ', stage.Select(step => step.Outcome == StepOutcome.Ran ? "ran" : "cached"))
                )
        );
    }
}
