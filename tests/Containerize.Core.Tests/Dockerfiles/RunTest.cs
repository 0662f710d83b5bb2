using System.Collections.Immutable;
using Containerize.Dockerfiles.Execution.Requests;

namespace Containerize.Core.Tests.Dockerfiles;

/// <summary>What tests of <c>RUN</c> share.</summary>
public abstract class RunTest
{
    private protected static async Task<IReadOnlyList<RunRequest>> RunAsync(TestBuild build, string dockerfile)
    {
        var runner = new TestRunner();
        await (
            build.Options(dockerfile) with
            {
                Runner = runner,
                BuildArguments = ImmutableDictionary<string, string>.Empty.Add("HTTP_PROXY", "p"),
                Secrets = ImmutableDictionary<string, Func<ReadOnlyMemory<byte>>>.Empty.Add(
                    "key",
                    () => "secret"u8.ToArray()
                ),
            }
        ).RunAsync(TestContext.Current.CancellationToken);
        return runner.Requests;
    }
}
