using System.Collections.Immutable;
using System.CommandLine;
using Containerize.Attestations.Registries;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Inspection.Report;
using Containerize.Inspection.Report.Contents;
using Containerize.IO;
using Containerize.Tool.Output;

namespace Containerize.Tool.Commands;

/// <summary><c>containerize inspect REFERENCE</c>.</summary>
internal sealed class InspectCommand : ToolCommand
{
    private readonly Argument<string> _reference = CommonOptions.Operand(
        new Argument<string>("reference") { Description = CommonOptions.References }
    );
    private readonly Option<string> _platform = CommonOptions.OnePlatform("Show only the image for this platform.");
    private readonly Option<bool> _dockerfile = new("--dockerfile")
    {
        Description = "Write only the Dockerfile that would make the image.",
    };
    private readonly Option<bool> _tree = new("--tree")
    {
        Description = "Also show what the bytes are made of: layers, packages and files. Every layer is read for it.",
    };
    private readonly Option<bool> _json = CommonOptions.Json();
    private readonly Option<string> _engine = CommonOptions.Engine();

    public InspectCommand(ToolHost host)
        : base(
            host,
            "inspect",
            "Shows an image: its platforms, config and layers, and the Dockerfile that would make it."
        )
    {
        Add(_reference);
        Add(_platform);
        Add(_tree);
        Add(_dockerfile);
        Add(_json);
        Add(_engine);
        Validators.Add(result =>
        {
            if (result.GetValue(_tree) && (result.GetValue(_json) || result.GetValue(_dockerfile)))
                result.AddError("--tree is for people: programs read the facts of 'containerize report --json'.");
        });
        Examples =
        [
            (
                "containerize inspect registry.example/shop:v1",
                "shows the image in a registry, and that for this machine of several platforms"
            ),
            ("containerize inspect registry.example/shop:v1 --tree", "also shows which packages and files are large"),
            ("containerize inspect archive:shop.tar --json", "writes what a tarball holds as JSON"),
            (
                "containerize inspect oci:out --dockerfile",
                "writes the Dockerfile that would make the image in a layout"
            ),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        using var client = Host.CreateClient([], NoProgress.Instance, line.GetRequiredValue(_reference));
        using var opened = await OpenedImages.OpenAsync(
            Host,
            line.GetRequiredValue(_reference),
            line.GetRequiredValue(_engine),
            client,
            cancellationToken
        );
        var images = await opened.ReadAsync(cancellationToken);
        var platform = CommonOptions.ReadPlatform(line, _platform);
        if (line.GetValue(_dockerfile))
            Host.Screen.Output.Write(
                Recipes.HistoryDockerfile.Of(
                    OpenedImages.Choose(images, platform) ?? await opened.ReadOneAsync(platform, cancellationToken)
                )
            );
        else if (line.GetValue(_json))
        {
            var chosen = platform is null ? images.Images : [await opened.ReadOneAsync(platform, cancellationToken)];
            var attached = await AttachedAsync(
                opened.Attached,
                chosen.Select(image => image.Digest).Append(images.Digest),
                cancellationToken
            );
            Host.Screen.Write(InspectJson.Of(opened.Name, images, chosen, attached));
        }
        else
        {
            var shown = platform is null
                ? OpenedImages.Choose(images, null)
                    ?? (line.GetValue(_tree) ? await opened.ReadOneAsync(null, cancellationToken) : null)
                : await opened.ReadOneAsync(platform, cancellationToken);
            var text = new InspectText(Host.Screen);
            text.Write(opened.Name, images, shown);
            var digest = shown?.Digest ?? images.Digest;
            var subjects = new[] { digest, images.Digest };
            foreach (
                var (subject, referrers) in await AttachedAsync(opened.Attached, subjects, cancellationToken) ?? []
            )
                text.Write(referrers, isOfIndex: images.Index is not null && subject == images.Digest);
            if (line.GetValue(_tree))
                new SizeText(Host.Screen).Write(
                    await Host.Screen.ShowAsync(_ =>
                        ReportReader.ReadAsync(
                            new ReportRequest(new NamedImages(opened.Name, shown!)),
                            cancellationToken
                        )
                    )
                );
        }

        return ExitCodes.Success;
    }

    // A place that does not say what it has is no reason to show nothing of the image.
    private async Task<(Digest Subject, ImmutableArray<Descriptor> Referrers)[]?> AttachedAsync(
        AttachedPlace? place,
        IEnumerable<Digest> subjects,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return place is null
                ? []
                : await Task.WhenAll(
                    subjects
                        .Distinct()
                        .Select(async subject =>
                            (subject, await place.Referrers.FindKnownAsync(subject, cancellationToken))
                        )
                );
        }
        catch (ContainerizeException exception)
        {
            Host.Screen.Warn($"What is attached to the image is not known: {exception.Message}");
            return null;
        }
    }
}
