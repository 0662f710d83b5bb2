using System.Collections.Immutable;
using Containerize.Dockerfiles.Checks;

namespace Containerize.Core.Tests.Dockerfiles.Checks;

/// <summary>What tests of the checks share.</summary>
public abstract class DockerfileChecksTest
{
    protected static async Task<ImmutableArray<CheckFinding>> CheckAsync(string file)
    {
        using var build = new TestBuild()
            .WithSystem()
            .WithSystem("system:latest")
            .With("out/f", "x")
            .With("f", "x")
            .With(".dockerignore", "out\n");
        // The default of TAG is what is checked, and a base image is what is given.
        var given = ImmutableDictionary<string, string>.Empty.Add("TAG", "latest");
        return await (build.Options(file) with { BuildArguments = given }).CheckAsync(
            TestContext.Current.CancellationToken
        );
    }
}
