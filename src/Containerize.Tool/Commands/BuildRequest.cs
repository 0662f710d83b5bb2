using System.Collections.Immutable;
using System.CommandLine;
using Containerize.Contexts;
using Containerize.Dockerfiles;
using Containerize.Dockerfiles.Execution;
using Containerize.Dockerfiles.Execution.Requests;
using Containerize.Dockerfiles.Stages;
using Containerize.Images;
using Containerize.Layers;
using Containerize.Packages;
using Containerize.Publishing.Settings;
using Containerize.Stores.Registries.Configuration;

namespace Containerize.Tool.Commands;

/// <summary>The command line of <c>containerize build</c> as a build.</summary>
internal sealed class BuildRequest(ToolHost host, BuildOptions options)
{
    /// <summary>Whether the context is no folder: what is fetched or unpacked holds its own Dockerfile; beside a folder
    /// -f is a path of this machine.</summary>
    public bool IsFetched(ParseResult line) => !Directory.Exists(host.PathOf(line.GetRequiredValue(options.Context)));

    /// <summary>The build, without its sources.</summary>
    /// <param name="line">The command line.</param>
    /// <param name="context">The context.</param>
    /// <param name="variables">What a secret may name.</param>
    /// <param name="work">The absolute path of a folder for the build alone.</param>
    public DockerfileBuild Create(ParseResult line, OpenedContext context, MachineEnvironment variables, string work)
    {
        var isFetched = IsFetched(line);
        var file = line.GetValue(options.File);
        var platforms = (line.GetValue(options.Platforms) ?? [])
            .SelectMany(text => text.Split(','))
            .Select(text => PlatformSuggestions.Checked(Platform.Parse(text, ToolHost.Machine)))
            .ToImmutableArray();
        var compression = ChoiceSetting.ParseCompression(line.GetValue(options.Compression) ?? "");
        var cache = host.Cache(line.GetValue(options.Cache));
        return new DockerfileBuild
        {
            Context = context.Folder,
            IsContextFetched = isFetched,
            DockerfilePath = file is null or "-"
                ? null
                : Path.GetFullPath(file, isFetched ? context.Folder : host.Folder),
            DockerfileText = file == "-" ? Console.In.ReadToEnd() : context.DockerfileText,
            BuildArguments = ArgumentsOf(line),
            Contexts = NamedContexts.Read(line.GetValue(options.Contexts) ?? [], host.Folder),
            Target = line.GetValue(options.Target),
            Platforms = platforms.IsEmpty ? [ToolHost.Machine] : platforms,
            IsPlatformGiven = !platforms.IsEmpty,
            BuildPlatform = ToolHost.Machine,
            Secrets = BuildInputs.ReadSecrets(line.GetValue(options.Secrets) ?? [], variables, host.Folder),
            SshSockets = BuildInputs.ReadSshSockets(line.GetValue(options.Ssh) ?? [], host.Environment, host.Folder),
            Network = NetworkModes.Parse("--network", line.GetRequiredValue(options.Network)),
            AllowsHostNetwork = (line.GetValue(options.Allow) ?? []).Length > 0,
            Resources = RunResources.Read(
                line.GetValue(options.Hosts) ?? [],
                line.GetValue(options.SharedMemory) ?? "",
                line.GetValue(options.Limits) ?? [],
                line.GetValue(options.ControlGroup) ?? ""
            ),
            Labels = BuildInputs.ReadLabels(line.GetValue(options.Labels) ?? []),
            Annotations = BuildInputs.ReadAnnotations(line.GetValue(options.Annotations) ?? []),
            IgnoresCache = line.GetValue(options.NoCache),
            UncachedStages =
            [
                .. (line.GetValue(options.NoCacheFilter) ?? []).SelectMany(names =>
                    names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                ),
            ],
            IsOffline = line.GetValue(options.Offline),
            Cache = cache,
            WorkFolder = work,
            Sources = (_, _, _) => throw new InvalidOperationException("The sources are opened in the run."),
            Created = TimeSetting.Parse(
                "",
                host.Environment.Variable("SOURCE_DATE_EPOCH") ?? "",
                () => DateTimeOffset.UnixEpoch
            ),
            Runner = new RunExecutor(host.Runner, Path.Combine(cache.Path, "unpacked")),
            Encoding = new LayerEncoding(compression, null),
            Format = ChoiceSetting.ParseFormat(line.GetValue(options.Format) ?? ""),
        };
    }

    // The environment's time is a build argument, as docker build has it: it comes before the default in a Dockerfile.
    private ImmutableDictionary<string, string> ArgumentsOf(ParseResult line)
    {
        const string Time = "SOURCE_DATE_EPOCH";
        var given = BuildInputs.ReadArguments(line.GetValue(options.Arguments) ?? [], host.Environment);
        return host.Environment.Variable(Time) is { Length: > 0 } time && !given.ContainsKey(Time)
            ? given.Add(Time, time)
            : given;
    }

    /// <summary>Who installs the packages of a stage.</summary>
    public PackageInstaller Packages(
        ImmutableArray<string> requests,
        PackagesBase? own,
        string work,
        ParseResult line,
        HttpClient http
    ) =>
        new(
            new PackageSettings
            {
                Requests = requests,
                Base = own,
                CacheFolder = Path.Combine(host.Cache(line.GetValue(options.Cache)).Path, "packages"),
                WorkFolder = work,
                IsOffline = line.GetValue(options.Offline),
                Clock = TimeProvider.System,
                Time = TimeSetting.Parse(
                    "",
                    host.Environment.Variable("SOURCE_DATE_EPOCH") ?? "",
                    () => DateTimeOffset.UnixEpoch
                ),
            },
            http
        );
}
