using System.Collections.Immutable;
using Containerize.Caching;
using Containerize.Dockerfiles;
using Containerize.Dockerfiles.Execution;
using Containerize.Dockerfiles.Execution.Sandboxing;
using Containerize.Images;
using Containerize.Stores;
using Containerize.Stores.Layouts;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Pull;

namespace Containerize.Tests.Dockerfiles;

/// <summary>The corpus built by ours in this process, which is a second one with nothing in its cache, and spares
/// hundreds of starts of the command.</summary>
/// <param name="folder">The folder of the corpus.</param>
/// <param name="client">The client of registries.</param>
public sealed class CorpusAgain(string folder, RegistryClient client)
{
    /// <summary>Builds a Dockerfile into a layout.</summary>
    public async Task BuildAsync(CorpusCase one, string layout)
    {
        var cache = Path.Combine(folder, "another-cache");
        var build = new DockerfileBuild
        {
            Context = one.Context,
            BuildArguments = one.Arguments.ToImmutableDictionary(),
            Target = one.Target,
            Platforms = [new Platform("linux", "amd64")],
            IsPlatformGiven = true,
            BuildPlatform = new Platform("linux", "amd64"),
            Cache = new CacheFolder(cache),
            WorkFolder = Path.Combine(folder, "work", Guid.NewGuid().ToString("N")),
            Sources = (name, _, _) =>
                Task.FromResult<IImageSource>(new RegistrySource(ImageReference.Parse(name), client)),
            Runner = new RunExecutor(
                RunnerMachine.Find(
                    (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'),
                    UnixIdentity.OfThisProcess()
                ),
                Path.Combine(cache, "unpacked")
            ),
        };
        var result = await build.RunAsync(TestContext.Current.CancellationToken);
        await new OciLayoutSink(layout, [new ImageReference("localhost", "corpus", "built")]).PushAsync(
            result.Set,
            TestContext.Current.CancellationToken
        );
    }
}
