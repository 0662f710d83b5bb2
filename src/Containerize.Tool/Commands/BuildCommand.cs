using System.Collections.Immutable;
using System.CommandLine;
using Containerize.Diagnostics;
using Containerize.Dockerfiles.Building;
using Containerize.Dockerfiles.Running;
using Containerize.Images;
using Containerize.Layers;
using Containerize.Packages;
using Containerize.Packages.Systems;
using Containerize.Recipes;
using Containerize.Stores;
using Containerize.Stores.Engines;
using Containerize.Tool.Output;

namespace Containerize.Tool.Commands;

/// <summary><c>containerize build CONTEXT</c>.</summary>
internal sealed class BuildCommand : ToolCommand
{
    private readonly Argument<string> _context = CommonOptions.Operand(new Argument<string>("context") { Description = "The folder that COPY takes files from." });
    private readonly Option<string[]> _names = new("--tag", "-t") { Description = "The image's name, as NAME[:TAG]; may be said several times.", HelpName = "NAME[:TAG]" };
    private readonly Option<string> _file = new("--file", "-f") { Description = "The Dockerfile; CONTEXT/Dockerfile if nothing is said, - for standard input.", HelpName = "FILE" };
    private readonly Option<string> _target = new("--target") { Description = "The stage to build; the last if nothing is said.", HelpName = "STAGE" };
    private readonly Option<string[]> _arguments = new("--build-arg") { Description = "A value for ARG; a name alone takes the environment's.", HelpName = "NAME[=VALUE]" };
    private readonly Option<string[]> _secrets = new("--secret") { Description = "What RUN --mount=type=secret shows.", HelpName = "id=NAME,src=FILE|env=VARIABLE" };
    private readonly Option<string[]> _ssh = new("--ssh") { Description = "The agent that RUN --mount=type=ssh shows.", HelpName = "ID[=SOCKET]" };
    private readonly Option<string[]> _labels = new("--label") { Description = "A label of the image.", HelpName = "NAME=VALUE" };
    private readonly Option<string[]> _platforms = new("--platform") { Description = "What the image is for, several with an index over them; this machine if nothing is said.", HelpName = "OS/ARCH[/VARIANT]" };
    private readonly Option<bool> _noCache = new("--no-cache") { Description = "Do everything anew." };
    private readonly Option<bool> _push = new("--push") { Description = "Push the image to the registries in its names." };
    private readonly Option<string[]> _outputs = new("--output", "-o")
    {
        Description = "Where the image goes: oci:FOLDER[:TAG], archive:FILE, daemon:NAME, or type=oci|docker|registry|tar|local[,dest=PATH][,tar=false]; the files alone are type=tar, type=local, a path such as ./out, or -. A tarball NAME.tar if nothing is said.",
        HelpName = "OUTPUT",
    };

    private readonly Option<string> _format = new("--format") { Description = "The family of media types; the base's if nothing is said.", HelpName = "oci|docker" };
    private readonly Option<string> _compression = new("--compression") { Description = "How new layers are compressed.", HelpName = "gzip|zstd|none" };
    private readonly Option<string> _progress = new("--progress") { Description = "How progress is shown.", HelpName = "auto|plain|quiet", DefaultValueFactory = _ => "auto" };
    private readonly Option<string> _cache = CacheCommand.Folder();
    private readonly Option<bool> _json = CommonOptions.Json();
    private readonly Option<string> _engine = CommonOptions.Engine();

    public BuildCommand(ToolHost host)
        : base(host, "build", "Builds a Dockerfile, with no engine.")
    {
        _progress.AcceptOnlyFromAmong("auto", "plain", "quiet");
        _format.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, "oci", "docker");
        _compression.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, "gzip", "zstd", "none");
        Add(_context);
        foreach (var option in new Option[]
        {
            _names, _file, _target, _arguments, _secrets, _ssh, _labels, _platforms, _noCache, _push, _outputs, _format, _compression, _progress, _cache, _json, _engine,
        })
            Add(option);
        Examples =
        [
            ("containerize build . -t shop:v1", "builds the Dockerfile of this folder into shop.tar, which every engine loads"),
            ("containerize build . -t registry.example/shop:v1 -t registry.example/shop:latest --push", "builds and pushes under two tags"),
            ("containerize build . -f deploy/Dockerfile --target test --build-arg VERSION=1.2 --output oci:out", "builds a stage of another file into a layout"),
            ("containerize build . --target binaries --output ./bin", "writes the files of a stage into a folder, as type=local,dest=bin does"),
            ("containerize build . -t shop:v1 --secret id=token,env=TOKEN", "shows a secret to the commands that ask for it"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var context = Host.PathOf(line.GetRequiredValue(_context));
        ImmutableArray<ImageReference> names = [.. (line.GetValue(_names) ?? []).Select(ImageReference.Parse)];
        if (names.IsEmpty)
            names = [ImageReference.Parse(RepositoryName.Normalize(Path.GetFileName(Path.TrimEndingDirectorySeparator(context))))];
        var outputs = Outputs(line, names);
        var registries = outputs.Where(output => output.Kind == SinkKind.Registry).SelectMany(output => output.NamesOr(names)).Select(name => name.Registry).Distinct();
        var work = Directory.CreateDirectory(Path.Combine(Host.TemporaryFolder, "build")).FullName;
        var (result, reports) = await new BuildProgress(Host.Screen, line.GetRequiredValue(_progress)).ShowAsync(async (transfers, steps) =>
        {
            using var client = Host.CreateClient(registries, transfers);
            using var http = new HttpClient();
            using var sources = new OpenSources(text => Host.OpenSourceAsync(text, line.GetRequiredValue(_engine), client, cancellationToken));
            var build = Create(line, context, work) with { Outputs = OwnOutputs(outputs), Sources = sources.OpenAsync, Progress = steps, Http = http, Packages = (requests, own) => Packages(requests, own, work, line, http) };
            var built = await build.RunAsync(cancellationToken);
            var sinks = SinkAddress.Open(outputs, names, ToolHost.Machine, LocalEngine.Parse(line.GetRequiredValue(_engine)), Host.TemporaryFolder, client, UnixIdentity.OfThisProcess()?.UserId == 0, Screen.OpenStandardOutput);
            return (built, await sinks.PushAsync(built.Set, cancellationToken));
        });
        foreach (var warning in result.Warnings)
            Host.Screen.Warn(warning);
        if (line.GetValue(_json))
            Host.Screen.Write(BuildJson.Of(names, result, reports));
        else
            BuildText.Write(Host.Screen, names, result, reports, outputs.Any(IsStandardOutput));
        return ExitCodes.Success;
    }

    private ImmutableArray<SinkAddress> Outputs(ParseResult line, ImmutableArray<ImageReference> names)
    {
        var outputs = (line.GetValue(_outputs) ?? []).Select(text => SinkAddress.ParseOption(text, Host.Folder)).ToList();
        if (line.GetValue(_push) && outputs.All(output => output.Kind != SinkKind.Registry))
            outputs.Add(new SinkAddress(SinkKind.Registry, "", null));
        if (outputs.Count == 0)
            outputs.Add(new SinkAddress(SinkKind.Archive, Host.PathOf(names[0].Repository.Split('/')[^1] + ".tar"), null));
        if (outputs.Any(IsStandardOutput) && (line.GetValue(_json) || Host.Screen.OutputIsTerminal || outputs.Count(IsStandardOutput) > 1))
            throw new ContainerizeException(DiagnosticTable.InvalidOutput, "A tar cannot go to standard output when that is a terminal, when --json writes there, or twice. Write it to a file: 'type=tar,dest=FILE'.");
        return [.. outputs];
    }

    private static bool IsStandardOutput(SinkAddress output) => output is { Kind: SinkKind.RootTar, Path: "" };

    // A folder that is merged into may hold the source itself.
    private static ImmutableHashSet<string> OwnOutputs(ImmutableArray<SinkAddress> outputs) =>
        [.. outputs.Where(output => output.Kind != SinkKind.RootFolder && output.Path.Length > 0).Select(output => output.Path)];

    private DockerfileBuild Create(ParseResult line, string context, string work)
    {
        var file = line.GetValue(_file);
        var platforms = (line.GetValue(_platforms) ?? []).SelectMany(text => text.Split(',')).Select(Platform.Parse).ToImmutableArray();
        var compression = Choices.ParseCompression(line.GetValue(_compression) ?? "");
        return new DockerfileBuild
        {
            Context = context,
            DockerfilePath = file is null or "-" ? null : Host.PathOf(file),
            DockerfileText = file == "-" ? Console.In.ReadToEnd() : null,
            BuildArguments = BuildInputs.ReadArguments(line.GetValue(_arguments) ?? [], Host.Environment),
            Target = line.GetValue(_target),
            Platforms = platforms.IsEmpty ? [ToolHost.Machine] : platforms,
            BuildPlatform = ToolHost.Machine,
            Secrets = BuildInputs.ReadSecrets(line.GetValue(_secrets) ?? [], Host.Environment, Host.Folder),
            SshSockets = BuildInputs.ReadSshSockets(line.GetValue(_ssh) ?? [], Host.Environment, Host.Folder),
            Labels = BuildInputs.ReadLabels(line.GetValue(_labels) ?? []),
            IgnoresCache = line.GetValue(_noCache),
            Cache = Host.Cache(line.GetValue(_cache)),
            WorkFolder = work,
            Sources = (_, _, _) => throw new InvalidOperationException("The sources are opened in the run."),
            Created = Times.Parse("", Host.Environment.Variable("SOURCE_DATE_EPOCH") ?? "", () => DateTimeOffset.UnixEpoch),
            Runner = new Runner(Host.Runner, Path.Combine(Host.Cache(line.GetValue(_cache)).Path, "unpacked")),
            Encoding = new LayerEncoding(compression, null),
            Format = Choices.ParseFormat(line.GetValue(_format) ?? ""),
        };
    }

    private PackageInstaller Packages(ImmutableArray<string> requests, PackagesBase? own, string work, ParseResult line, HttpClient http) => new(new PackageSettings
    {
        Requests = requests,
        Base = own,
        CacheFolder = Path.Combine(Host.Cache(line.GetValue(_cache)).Path, "packages"),
        WorkFolder = work,
        Clock = TimeProvider.System,
        Time = Times.Parse("", Host.Environment.Variable("SOURCE_DATE_EPOCH") ?? "", () => DateTimeOffset.UnixEpoch),
    }, http);
}
