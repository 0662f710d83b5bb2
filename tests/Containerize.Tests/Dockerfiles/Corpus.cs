using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Formats.Tar;
using System.Text.Json.Nodes;
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
/// once by each. Where the others are older than a syntax they build the same written without it.</summary>
public sealed class Corpus(Machine machine) : IAsyncLifetime
{
    private readonly ConcurrentDictionary<(string, string), Exception> _failures = new();
    private readonly ConcurrentDictionary<(string, string), IReadOnlyList<(string, string)>> _differences = new();
    private readonly ConcurrentBag<string> _repeated = [];
    private readonly RegistryClient _client = new(new RegistryOptions());
    private string _folder = "";

    /// <summary>The builders that ours is compared with.</summary>
    public static ImmutableArray<string> Others { get; } = ["buildah", "buildkit"];

    public const string Ours = "ours";

    public const string Again = "again";

    /// <summary>Stands for the name of a case in a failure of the one run that builds all of ours.</summary>
    public const string WholeRun = "the whole";

    public async ValueTask InitializeAsync()
    {
        _folder = machine.Folder.Create("corpus");
        var all = await CorpusCase.CopyAsync(_folder, await machine.Registry);
        var peers = new CorpusPeers(machine.Buildah, await machine.Docker);
        var ours = BuildOursAsync(all);
        await Parallel.ForEachAsync(
            all,
            new ParallelOptions { MaxDegreeOfParallelism = 3 },
            async (one, _) =>
            {
                await TryAsync(one.Name, Again, layout => BuildAgainAsync(one, layout));
                // What we refuse is compared with nothing.
                if (one.Refusal is null)
                    foreach (var builder in Others)
                        await TryAsync(one.Name, builder, layout => peers.BuildAsync(one, builder, layout));
            }
        );
        await ours;
        // Compared while all cores have something to do, and built again when nothing else is built: what Debian's
        // BuildKit loses under load it loses three times in a row under load.
        var unlike = new ConcurrentBag<(CorpusCase Case, string Builder)>();
        Parallel.ForEach(
            all.Where(one => one.Refusal is null).SelectMany(one => Others.Select(builder => (one, builder))),
            pair =>
            {
                if (!IsAsRecorded(pair.one.Name, pair.builder))
                    unlike.Add(pair);
            }
        );
        foreach (var (one, builder) in unlike)
            await RepeatAsync(one, builder, peers);
    }

    /// <summary>The image that a builder made of a Dockerfile.</summary>
    public OciLayout Image(string name, string builder) =>
        _failures.TryGetValue((name, builder), out var failure)
            ? throw new InvalidOperationException($"{builder} does not build {name}: {failure.Message}", failure)
            : new OciLayout(LayoutOf(name, builder));

    /// <summary>A Dockerfile as it was built, by its name.</summary>
    public CorpusCase Case(string name) => new(name, Path.Combine(_folder, "contexts", name));

    /// <summary>Why a builder has no image of a Dockerfile; empty where it has.</summary>
    public string Failure(string name, string builder) =>
        _failures.TryGetValue((name, builder), out var failure) ? failure.Message : "";

    // A line for each member of the config and each path: its name and both sides.
    private IReadOnlyList<(string What, string Text)> Differences(string name, string builder) =>
        _differences.GetOrAdd(
            (name, builder),
            _ => [.. Compare(name, builder).Where(finding => !CorpusPeers.IsStub(builder, finding))]
        );

    /// <summary>What differs and is no recorded difference, a line for each.</summary>
    public IEnumerable<string> Unexplained(string name, string builder) =>
        Findings(name, builder)
            .Where(finding => !Difference.All.Any(difference => difference.Explains(name, builder, finding.What)))
            .Select(finding => $"{builder}: {finding.Text}");

    /// <summary>What differs. That a builder does not build the file at all is a difference like any other.</summary>
    public IReadOnlyList<(string What, string Text)> Findings(string name, string builder) =>
        Failure(name, builder) is { Length: > 0 } failure && builder != Ours
            ? [("failure", $"{builder} does not build {name}: {failure}")]
            : Differences(name, builder);

    /// <summary>The builds of peers that were not as the record says until they were made again.</summary>
    public IReadOnlyList<string> Repeated => [.. _repeated.Order(StringComparer.Ordinal)];

    // What a builder does because of the Dockerfile it does each time, and so do we: no result of ours is made again.
    private async Task RepeatAsync(CorpusCase one, string builder, CorpusPeers peers)
    {
        for (var tries = 1; tries < CorpusPeers.MostTries && !IsAsRecorded(one.Name, builder); tries++)
        {
            _repeated.Add($"{builder} {one.Name}");
            _failures.TryRemove((one.Name, builder), out var _);
            _differences.TryRemove((one.Name, builder), out var _);
            await TryAsync(one.Name, builder, layout => peers.BuildWithoutCacheAsync(one, builder, layout));
        }
    }

    // Nothing that the record does not have, and all that it has. Where ours is not there, no build of theirs helps.
    private bool IsAsRecorded(string name, string builder)
    {
        if (Failure(name, Ours).Length > 0)
            return true;
        var found = Findings(name, builder);
        return !Unexplained(name, builder).Any()
            && Difference
                .All.Where(row => row.Case != "*" && row.Concerns(name, builder))
                .All(row => found.Any(finding => row.Explains(name, builder, finding.What)));
    }

    private IEnumerable<(string What, string Text)> Compare(string name, string builder)
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

    // All as services of one Compose file, which spares hundreds of starts of the command. The first that fails ends
    // it: what is not there then is built alone.
    private async Task BuildOursAsync(IReadOnlyList<CorpusCase> all)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, Ours)).FullName;
        var services = new JsonObject(
            all.Where(one => one.Refusal is null).Select(one => KeyValuePair.Create(one.Name, (JsonNode?)one.Service))
        );
        var file = Path.Combine(folder, "compose.yaml");
        await File.WriteAllTextAsync(file, new JsonObject { ["services"] = services }.ToJsonString());
        await TryAsync(WholeRun, Ours, async _ => (await RunOursAsync(folder, "--compose", file)).Expect(0));
        foreach (var one in all)
            await TryAsync(
                one.Name,
                Ours,
                async layout =>
                {
                    if (!File.Exists(layout + ".tar"))
                        (
                            await RunOursAsync(
                                folder,
                                [one.Context, "--output", $"archive:{layout}.tar", .. one.CommandLine]
                            )
                        ).Expect(0);
                    await TarFile.ExtractToDirectoryAsync(
                        layout + ".tar",
                        Directory.CreateDirectory(layout).FullName,
                        overwriteFiles: false
                    );
                    File.Delete(layout + ".tar");
                }
            );
    }

    private async Task<CommandResult> RunOursAsync(string folder, params string[] arguments) =>
        await (
            (await machine.Tool).Command([
                "build",
                .. arguments,
                "--platform",
                "linux/amd64",
                "--cache-dir",
                Path.Combine(_folder, "cache"),
            ]) with
            {
                WorkingFolder = folder,
                Timeout = TimeSpan.FromMinutes(15),
            }
        ).RunAsync();

    private string LayoutOf(string name, string builder) => Path.Combine(_folder, builder, name);

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
