using Containerize.Tests.Publishing;

namespace Containerize.Tests.Settings;

/// <summary>The plan of a project whose base lies in a registry, and since the last run in the cache.</summary>
[Collection(nameof(WebImage))]
public sealed class CachedBasePlanTests(WebImage web)
{
    [Fact]
    public async Task It_knows_the_base_as_it_was_fetched_and_the_Dockerfile_that_the_run_wrote()
    {
        var plan = PlanTests.Plan.Of(
            await (web.Project with { Verb = "build" }).PublishAsync(
                "--no-restore",
                "-c",
                "Release",
                "-t:ContainerizePlan"
            )
        );
        Assert.Contains($"{web.BaseReference}, sha256:", plan.Text, StringComparison.Ordinal);
        Assert.Contains(", as it was when it was fetched last", plan.Text, StringComparison.Ordinal);
        Assert.Equal(
            await File.ReadAllTextAsync(Path.Combine(web.Context, "Dockerfile"), TestContext.Current.CancellationToken),
            plan.Dockerfile
        );
        Assert.Contains("  registry    " + web.Reference, plan.Text, StringComparison.Ordinal);
    }
}
