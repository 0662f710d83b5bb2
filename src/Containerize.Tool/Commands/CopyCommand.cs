using System.Collections.Immutable;
using System.CommandLine;
using Containerize.Images;
using Containerize.Stores;
using Containerize.Stores.Addresses;
using Containerize.Stores.Engines;
using Containerize.Tool.Output;

namespace Containerize.Tool.Commands;

/// <summary><c>containerize copy SOURCE SINK…</c>.</summary>
internal sealed class CopyCommand : ToolCommand
{
    private readonly Argument<string> _source = CommonOptions.Operand(
        new Argument<string>("source") { Description = CommonOptions.References }
    );
    private readonly Argument<string[]> _sinks = CommonOptions.Operand(
        new Argument<string[]>("sink")
        {
            Description = "Where it goes, in the same words; several get the same image.",
            Arity = ArgumentArity.OneOrMore,
        }
    );

    private readonly Option<bool> _all = new("--all")
    {
        Description = "Copy all platforms, with their index byte for byte.",
    };
    private readonly Option<string> _platform = CommonOptions.OnePlatform(
        "The platform to copy of several; this machine's by default."
    );
    private readonly Option<bool> _json = CommonOptions.Json();
    private readonly Option<string> _engine = CommonOptions.Engine();

    public CopyCommand(ToolHost host)
        : base(host, "copy", "Copies an image from any place to any other; what can be kept is kept byte for byte.")
    {
        Add(_source);
        Add(_sinks);
        Add(_all);
        Add(_platform);
        Add(_json);
        Add(_engine);
        Validators.Add(result =>
        {
            if (result.GetValue(_all) && result.GetResult(_platform) is { Implicit: false })
                result.AddError("--all and --platform contradict each other.");
        });
        Examples =
        [
            ("containerize copy archive:shop.tar registry.example/shop:v1", "pushes the image in a tarball"),
            (
                "containerize copy registry.example/shop:v1 oci:out:v1 --all",
                "copies all platforms into a layout; their digests stay as they are"
            ),
            (
                "containerize copy daemon:shop:v1 archive:shop.tar registry.example/shop:v1",
                "saves an engine's image and pushes it"
            ),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var sinks = line.GetRequiredValue(_sinks)
            .Select(text => SinkAddress.Parse(text, Host.Folder))
            .ToImmutableArray();
        var registries = sinks
            .Where(sink => sink.Kind == SinkKind.Registry)
            .Select(sink => sink.NamesOr([])[0].Registry);
        var engine = line.GetRequiredValue(_engine);
        var (images, reports) = await Host.Screen.ShowAsync(async progress =>
        {
            using var client = Host.CreateClient(registries, progress, line.GetRequiredValue(_source));
            using var opened = await OpenedImages.OpenAsync(
                Host,
                line.GetRequiredValue(_source),
                engine,
                client,
                cancellationToken
            );
            var set = line.GetValue(_all)
                ? await opened.ReadAsync(cancellationToken)
                : await opened.ReadOneAsync(CommonOptions.ReadPlatform(line, _platform), cancellationToken);
            ImmutableArray<ImageReference> names = opened.Reference is { Tag: not null } name
                ? [name with { Digest = null }]
                : [];
            var places = SinkAddress.Open(
                sinks,
                names,
                ToolHost.Machine,
                LocalEngine.Parse(engine),
                Host.TemporaryFolder,
                client
            );
            var pushed = await places.PushAsync(set, cancellationToken);
            var attached = new CopiedAttachments(Host.Screen, client, opened, set);
            foreach (var sink in sinks.Where(sink => sink.Kind == SinkKind.Registry))
                await attached.CarryAsync(sink.NamesOr(names)[0], cancellationToken);
            var reports = ImmutableArray.CreateBuilder<PushReport>();
            foreach (var (place, report) in places.Zip(pushed))
                reports.Add(await attached.CarryAsync(place, report, cancellationToken));
            pushed = reports.ToImmutable();
            return (set, pushed);
        });
        if (line.GetValue(_json))
            Host.Screen.Write(PushJson.Of(images, reports));
        else
            PushText.Write(Host.Screen, images, reports);
        return ExitCodes.Success;
    }
}
