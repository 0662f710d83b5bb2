using System.Collections.Immutable;
using System.CommandLine;
using Containerize.Caching;
using Containerize.Contexts;
using Containerize.Dockerfiles;
using Containerize.Dockerfiles.Execution.Sandboxing;
using Containerize.Dockerfiles.SharedCache;
using Containerize.Images;
using Containerize.IO;
using Containerize.Packages;
using Containerize.Repositories;
using Containerize.Stores;
using Containerize.Stores.Addresses;
using Containerize.Stores.Engines;
using Containerize.Stores.Registries.Client;
using Containerize.Stores.Registries.Configuration;
using Containerize.Stores.Registries.Pull;
using Containerize.Tool.Output;

namespace Containerize.Tool.Commands;

/// <summary><c>containerize build CONTEXT</c>.</summary>
internal sealed class BuildCommand : ToolCommand
{
    private readonly BuildOptions _options = new();
    private readonly CachePatience _patience = new();
    private int _builds;

    public BuildCommand(ToolHost host)
        : base(host, "build", "Builds a Dockerfile, with no engine.")
    {
        _options.AddTo(this);
        Examples =
        [
            (
                "containerize build . -t shop:v1",
                "builds the Dockerfile of this folder into shop.tar, which every engine loads"
            ),
            (
                "containerize build . -t registry.example/shop:v1 -t registry.example/shop:latest --push",
                "builds and pushes under two tags"
            ),
            (
                "containerize build . -f deploy/Dockerfile --target test --build-arg VERSION=1.2 --output oci:out",
                "builds a stage of another file into a layout"
            ),
            (
                "containerize build . --target binaries --output ./bin",
                "writes the files of a stage into a folder, as type=local,dest=bin does"
            ),
            (
                "containerize build --compose compose.yaml web --push",
                "builds a service of a Compose file and what it needs"
            ),
            (
                "containerize build . -t shop:v1 --secret id=token,env=TOKEN",
                "shows a secret to the commands that ask for it"
            ),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        ForeignOptions.Check(line);
        if (line.GetValue(_options.Compose) is not { Length: > 0 })
            return await BuildAsync(line, Host.Environment, cancellationToken);
        var code = ExitCodes.Success;
        foreach (var (service, variables) in new ComposeLines(Host, this, _options).Of(line))
            code = Math.Max(code, await BuildAsync(service, variables, cancellationToken));
        return code;
    }

    private async Task<int> BuildAsync(
        ParseResult line,
        MachineEnvironment variables,
        CancellationToken cancellationToken
    )
    {
        _builds++;
        var opened = await OpenContextAsync(line, cancellationToken);
        ImmutableArray<ImageReference> names = [.. (line.GetValue(_options.Names) ?? []).Select(BuildOutputs.NameOf)];
        if (names.IsEmpty)
            names = [ImageReference.Parse(NameOf(line))];
        if (line.GetValue(_options.Check))
            return await CheckAsync(line, opened, cancellationToken);
        var outputs = new BuildOutputs(Host, _options).Of(line, names);
        var places = outputs
            .Where(output => output.Kind == SinkKind.Registry)
            .SelectMany(output => output.NamesOr(names))
            .ToImmutableArray();
        var work = WorkFolder;
        var engine = LocalEngine.Parse(line.GetRequiredValue(_options.Engine));
        var caches = new BuildCaches(_options, line);
        caches.RefuseImages(names.Concat(places));
        var (result, reports, lost) = await new BuildProgress(Host.Screen, Progress(line)).ShowAsync(
            async (transfers, steps) =>
            {
                using var client = Host.CreateClient(
                    places.Select(name => name.Registry).Concat(caches.WrittenRegistries).Distinct(),
                    transfers,
                    caches.From.Select(cache => cache.ToString())
                );
                using var http = Host.Environment.CreateClient();
                using var packages = new DeferredClient(Host.CreatePackageClient);
                var cache = Host.Cache(line.GetValue(_options.Cache));
                using var sources = new OpenSources(text => OpenAsync(text, line, client, cache, cancellationToken));
                var shared = caches.Open(client, Host.Screen, _patience);
                var build = new BuildRequest(Host, _options).Create(line, opened, variables, work) with
                {
                    SharedSteps = shared,
                    Shares = shared.Shares,
                    BringsLayers = outputs.Any(BuildOutputs.ReadsAll),
                    Outputs = new BuildOutputs(Host, _options).Paths(outputs, line),
                    Sources = sources.OpenAsync,
                    Progress = steps,
                    Http = http,
                    Git = GitAccess.OfDockerfile,
                    Packages = (requests, own) =>
                        new BuildRequest(Host, _options).Packages(requests, own, work, line, packages.Value),
                };
                // A layer of the base that was damaged in the cache is fetched again. What went to standard output
                // stays there.
                var repeats = outputs.Any(BuildOutputs.IsStandardOutput) ? null : cache;
                var (built, pushed) = await DamagedFiles.RepeatAsync(repeats, () => shared.RunAsync(BuildAsync));
                return (built, pushed, await caches.WriteAsync(shared, built, places, cancellationToken));

                async Task<(DockerfileBuildResult, ImmutableArray<PushReport>)> BuildAsync()
                {
                    var built = await build.RunAsync(cancellationToken);
                    var sinks = SinkAddress.Open(
                        outputs,
                        names,
                        ToolHost.Machine,
                        engine,
                        Host.TemporaryFolder,
                        client,
                        UnixIdentity.OfThisProcess()?.UserId == 0,
                        Screen.OpenStandardOutput
                    );
                    return (built, await sinks.PushAsync(built.Set, cancellationToken));
                }
            }
        );
        foreach (var warning in result.Warnings.Concat(result.Findings.Select(finding => finding.ToString())))
            Host.Screen.Warn(warning);
        // Files without an image around them have no name.
        if (outputs.All(BuildOutputs.IsFiles))
            names = [];
        await WriteFileAsync(line.GetValue(_options.ImageIdFile), BuildJson.ImageId(result).ToString());
        await WriteFileAsync(line.GetValue(_options.MetadataFile), BuildJson.Metadata(names, result) + "\n");
        if (line.GetValue(_options.Json))
            Host.Screen.Write(BuildJson.Of(names, result, reports, caches.Warnings));
        else
            BuildText.Write(Host.Screen, names, result, reports, outputs.Any(BuildOutputs.IsStandardOutput));
        if (lost is null)
            return ExitCodes.Success;
        // The image is there, whatever became of the cache: services that need it are built.
        Host.Screen.Fail(lost);
        return ExitCodes.No;
    }

    private async Task<int> CheckAsync(ParseResult line, OpenedContext context, CancellationToken cancellationToken)
    {
        using var client = Host.CreateClient([], NoProgress.Instance);
        var cache = Host.Cache(line.GetValue(_options.Cache));
        using var sources = new OpenSources(text => OpenAsync(text, line, client, cache, cancellationToken));
        var findings = await (
            new BuildRequest(Host, _options).Create(line, context, Host.Environment, WorkFolder) with
            {
                Sources = sources.OpenAsync,
            }
        ).CheckAsync(cancellationToken);
        CheckText.Write(Host.Screen, findings, line.GetValue(_options.Json));
        return findings.IsEmpty ? ExitCodes.Success : ExitCodes.No;
    }

    private string WorkFolder => FolderOf("build");

    private string FolderOf(string name) =>
        Directory.CreateDirectory(Path.Combine(Host.TemporaryFolder, $"{name}-{_builds}")).FullName;

    private async Task<OpenedContext> OpenContextAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var text = line.GetRequiredValue(_options.Context);
        if (text == ContextSource.StandardInput && line.GetValue(_options.File) == ContextSource.StandardInput)
            throw ContextSource.TwiceRead();
        using var http = Host.Environment.CreateClient();
        return await ContextSource.OpenAsync(
            text,
            Host.Folder,
            FolderOf("context"),
            Console.OpenStandardInput,
            http,
            line.GetValue(_options.Offline),
            cancellationToken
        );
    }

    private bool IsFetched(ParseResult line) => new BuildRequest(Host, _options).IsFetched(line);

    private string NameOf(ParseResult line)
    {
        var text = line.GetRequiredValue(_options.Context).Split('#')[0].TrimEnd('/');
        var name = Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(Host.PathOf(text)));
        return RepositoryName.Normalize(
            text == ContextSource.StandardInput ? "image"
            : IsFetched(line) ? name
            : Path.GetFileName(Path.TrimEndingDirectorySeparator(Host.PathOf(text)))
        );
    }

    private string Progress(ParseResult line) =>
        line.GetValue(_options.Quiet)
            ? "quiet"
            : line.GetRequiredValue(_options.Progress) switch
            {
                "tty" => "auto",
                "none" => "quiet",
                var mode => mode,
            };

    // What a registry gave once lies in the cache: an unchanged build asks what a tag means and fetches nothing.
    private async Task<IImageSource> OpenAsync(
        string text,
        ParseResult line,
        RegistryClient client,
        CacheFolder cache,
        CancellationToken cancellationToken
    )
    {
        var source = await Host.OpenSourceAsync(
            text,
            line.GetRequiredValue(_options.Engine),
            client,
            cancellationToken
        );
        return source is RegistrySource registry && !line.GetValue(_options.Pull)
            ? new CachedSource(registry, client, cache, line.GetValue(_options.Offline), TimeProvider.System)
            : source;
    }

    private Task WriteFileAsync(string? path, string text) =>
        path is { Length: > 0 } ? OutputFiles.WriteTextAsync(Host.PathOf(path), text) : Task.CompletedTask;
}
