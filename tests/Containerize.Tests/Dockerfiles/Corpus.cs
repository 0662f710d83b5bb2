using System.Collections.Concurrent;
using System.Collections.Immutable;
using Containerize.Caching;
using Containerize.Dockerfiles;
using Containerize.Dockerfiles.Execution;
using Containerize.Dockerfiles.Execution.Sandboxing;
using Containerize.Images;
using Containerize.Stores;
using Containerize.Stores.Registries;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Pull;
using Containerize.TestKit.Images;
using Containerize.TestKit.Tools;

namespace Containerize.Tests.Dockerfiles;

/// <summary>The corpus, built by buildah, by BuildKit and by the installed <c>containerize build</c>: each Dockerfile
/// once by each.</summary>
public sealed class Corpus(Machine machine) : IAsyncLifetime
{
    private readonly ConcurrentDictionary<(string, string), Exception> _failures = new();
    private readonly RegistryClient _client = new(new RegistryOptions());
    private string _folder = "";

    /// <summary>The builders that ours is compared with.</summary>
    public static ImmutableArray<string> Others { get; } = ["buildah", "buildkit"];

    public const string Ours = "ours";

    public const string Again = "again";

    public async ValueTask InitializeAsync()
    {
        _folder = machine.Folder.Create("corpus");
        var (registry, docker) = (await machine.Registry, await machine.Docker);
        await CorpusBases.PushAsync(Path.Combine(_folder, "bases"), registry);
        await Shell.RunAsync("cp", "-a", CorpusCase.Folder, Path.Combine(_folder, "contexts"));
        await Shell.RunAsync("chmod", "-R", "go-w", Path.Combine(_folder, "contexts"));
        await Parallel.ForEachAsync(
            CorpusCase.Names,
            new ParallelOptions { MaxDegreeOfParallelism = 3 },
            async (name, _) =>
            {
                var one = Prepare(name, registry.Address);
                await TryAsync(
                    name,
                    "buildah",
                    layout => machine.Buildah.BuildForDockerAsync(one.Context, layout, one.CommandLine)
                );
                await TryAsync(
                    name,
                    "buildkit",
                    async layout =>
                    {
                        await docker.BuildWithBuildKitAsync(one.Context, $"corpus/{name}:1", one.CommandLine);
                        await docker.SaveAsItIsAsync($"corpus/{name}:1", layout);
                    }
                );
                await TryAsync(
                    name,
                    Ours,
                    async layout =>
                        (
                            await (await machine.Tool)
                                .Command([
                                    "build",
                                    one.Context,
                                    "--tag",
                                    "localhost/corpus:built",
                                    "--platform",
                                    "linux/amd64",
                                    "--output",
                                    $"oci:{layout}",
                                    "--cache-dir",
                                    Path.Combine(_folder, "cache"),
                                    .. one.CommandLine,
                                ])
                                .RunAsync()
                        ).Expect(0)
                );
                await TryAsync(name, Again, layout => BuildAgainAsync(one, layout));
            }
        );
    }

    /// <summary>The image that a builder made of a Dockerfile.</summary>
    public OciLayout Image(string name, string builder) =>
        _failures.TryGetValue((name, builder), out var failure)
            ? throw new InvalidOperationException($"{builder} does not build {name}: {failure.Message}", failure)
            : new OciLayout(LayoutOf(name, builder));

    /// <summary>What differs, a line for each member of the config and each path: its name and both sides.</summary>
    public IEnumerable<(string What, string Text)> Differences(string name, string builder)
    {
        var (ours, theirs) = (Image(name, Ours), Image(name, builder));
        var (config, other) = (CorpusConfig.Of(ours), CorpusConfig.Of(theirs));
        foreach (var member in config.Keys.Where(member => config[member] != other[member]))
            yield return (member, $"{member}: ours {config[member]} | {builder} {other[member]}");
        foreach (var line in FileTree.Of(ours).Differences(FileTree.Of(theirs)))
            yield return ("/" + line[2..line.IndexOf(": ", StringComparison.Ordinal)], line);
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private string LayoutOf(string name, string builder) => Path.Combine(_folder, builder, name);

    private CorpusCase Prepare(string name, string registry)
    {
        var one = new CorpusCase(name, Path.Combine(_folder, "contexts", name));
        var dockerfile = Path.Combine(one.Context, "Dockerfile");
        // Its bytes are the test: nothing else of them changes.
        var bytes = System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(dockerfile));
        File.WriteAllBytes(
            dockerfile,
            System.Text.Encoding.Latin1.GetBytes(bytes.Replace(CorpusCase.Registry, registry, StringComparison.Ordinal))
        );
        return one;
    }

    private async Task TryAsync(string name, string builder, Func<string, Task> build)
    {
        try
        {
            Directory.CreateDirectory(Path.Combine(_folder, builder));
            await build(LayoutOf(name, builder));
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            _failures[(name, builder)] = exception;
        }
    }

    // In this process, which is a second one with nothing in its cache, and spares a hundred starts of the command.
    private async Task BuildAgainAsync(CorpusCase one, string layout)
    {
        var build = new DockerfileBuild
        {
            Context = one.Context,
            BuildArguments = one.Arguments.ToImmutableDictionary(),
            Target = one.Target,
            Platforms = [new Platform("linux", "amd64")],
            BuildPlatform = new Platform("linux", "amd64"),
            Cache = new CacheFolder(Path.Combine(_folder, "another-cache")),
            WorkFolder = Path.Combine(_folder, "work", Guid.NewGuid().ToString("N")),
            Sources = (name, _, _) =>
                Task.FromResult<IImageSource>(new RegistrySource(ImageReference.Parse(name), _client)),
            Runner = new RunExecutor(
                RunnerMachine.Find(
                    (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'),
                    UnixIdentity.OfThisProcess()
                ),
                Path.Combine(_folder, "another-cache", "unpacked")
            ),
        };
        var result = await build.RunAsync(TestContext.Current.CancellationToken);
        await new Stores.Layouts.OciLayoutSink(layout, [new ImageReference("localhost", "corpus", "built")]).PushAsync(
            result.Set,
            TestContext.Current.CancellationToken
        );
    }
}
