using Containerize.Diagnostics;
using Containerize.Dockerfiles.Execution.Requests;
using Containerize.Dockerfiles.Stages;

namespace Containerize.Core.Tests.Dockerfiles;

/// <summary>The network of a <c>RUN</c>: the build's, one of its own, or the machine's.</summary>
public class RunNetworkTests : RunTest
{
    [Fact]
    public async Task The_network_is_the_builds_unless_the_instruction_names_one()
    {
        using var build = new TestBuild();
        const string File = "FROM scratch\nRUN a\nRUN --network=default b\nRUN --network=none c\n";
        async Task<string> ModesAsync(NetworkMode network)
        {
            var runner = new TestRunner();
            await (build.Options(File) with { Runner = runner, Network = network }).RunAsync(
                TestContext.Current.CancellationToken
            );
            return string.Join(' ', runner.Requests.Select(request => request.Network));
        }

        Assert.Equal("Default Default None", await ModesAsync(NetworkMode.Default));
        Assert.Equal("None None None", await ModesAsync(NetworkMode.None));
        Assert.Equal("Host Host None", await ModesAsync(NetworkMode.Host));
    }

    [Fact]
    public async Task The_machines_network_must_be_allowed_even_for_what_is_cached()
    {
        using var build = new TestBuild();
        var options = build.Options("FROM scratch\nRUN --network=host x\n") with
        {
            Runner = new TestRunner(),
            Cache = build.Cache,
        };
        await (options with { AllowsHostNetwork = true }).RunAsync(TestContext.Current.CancellationToken);
        await (options with { Network = NetworkMode.Host }).RunAsync(TestContext.Current.CancellationToken);
        var exception = await Assert.ThrowsAsync<ContainerizeException>(() =>
            options.RunAsync(TestContext.Current.CancellationToken)
        );
        Assert.Equal(DiagnosticTable.HostNetworkRefused, exception.Diagnostic);
        Assert.StartsWith("Dockerfile:2:1: RUN --network=host would give", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_network_makes_it_run_again()
    {
        using var build = new TestBuild();
        async Task<StepOutcome> OutcomeAsync(NetworkMode network) =>
            (
                await (
                    build.Options("FROM scratch\nRUN x\n") with
                    {
                        Runner = new TestRunner(),
                        Cache = build.Cache,
                        Network = network,
                    }
                ).RunAsync(TestContext.Current.CancellationToken)
            )
                .Images[0]
                .Steps[^1]
                .Outcome;
        Assert.Equal(StepOutcome.Ran, await OutcomeAsync(NetworkMode.Default));
        Assert.Equal(StepOutcome.Ran, await OutcomeAsync(NetworkMode.None));
        Assert.Equal(StepOutcome.Cached, await OutcomeAsync(NetworkMode.None));
    }
}
