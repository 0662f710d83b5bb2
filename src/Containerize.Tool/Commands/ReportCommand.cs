using System.CommandLine;
using Containerize.Diagnostics;
using Containerize.Inspection.Report;
using Containerize.Inspection.Report.Pages;
using Containerize.IO;
using Containerize.Tool.Output;

namespace Containerize.Tool.Commands;

/// <summary><c>containerize report IMAGE [IMAGE…] -o FILE</c>.</summary>
internal sealed class ReportCommand : ToolCommand
{
    private readonly Argument<string[]> _images = CommonOptions.Operand(
        new Argument<string[]>("image")
        {
            Description =
                "The image that is shown, and others that may share layers with it. " + CommonOptions.References,
            Arity = ArgumentArity.OneOrMore,
        }
    );

    private readonly Option<string> _against = new("--against")
    {
        Description = "The image that it is compared with, in the same words: usually the one before it.",
        HelpName = "IMAGE",
    };

    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "The file that the page is written to; - is standard output.",
        HelpName = "FILE",
    };
    private readonly Option<string> _platform = CommonOptions.OnePlatform(
        "The platform to show of several; the first of the index by default."
    );
    private readonly SignerOptions _signer = new("Check the signatures");
    private readonly NotationOptions _notation = new("Check signatures of Notation by");
    private readonly Option<bool> _json = CommonOptions.Json();
    private readonly Option<string> _engine = CommonOptions.Engine();

    public ReportCommand(ToolHost host)
        : base(
            host,
            "report",
            "Writes a page of an image: what its bytes are made of, what changed, and how it is run."
        )
    {
        Add(_images);
        Add(_against);
        Add(_output);
        Add(_platform);
        _signer.AddTo(this);
        _notation.AddTo(this);
        Add(_json);
        Add(_engine);
        Validators.Add(result =>
        {
            if (result.GetValue(_output) is not { Length: > 0 } && !result.GetValue(_json))
                result.AddError(
                    "Nothing would be written: name a file for the page with -o, or write the facts with --json."
                );
            else if (result.GetValue(_output) == "-" && result.GetValue(_json))
                result.AddError("Both the page and --json would go to standard output: name a file for the page.");
        });
        Examples =
        [
            (
                "containerize report registry.example/shop:v2 --against registry.example/shop:v1 -o shop.html",
                "writes a page of v2 with what changed since v1"
            ),
            ("containerize report archive:shop.tar --json", "writes the facts of the page as JSON"),
            (
                "containerize report registry.example/shop:v1 registry.example/shop:v2 -o shared.html",
                "also shows which layers the two share"
            ),
        ];
    }

    protected override void Check(ParseResult line) => SignerOptions.Check(line);

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var names = line.GetRequiredValue(_images);
        var against = line.GetValue(_against);
        var (signer, policy) = (_signer.Open(Host, line), _notation.Open(Host, line));
        var report = await Host.Screen.ShowAsync(async progress =>
        {
            using var client = Host.CreateClient([], progress, [.. names, .. new[] { against }.OfType<string>()]);
            using var images = new ReportedImages(Host, line.GetRequiredValue(_engine), client);
            return await images.ReadAsync(
                names[0],
                against,
                names.Skip(1),
                CommonOptions.ReadPlatform(line, _platform),
                signer,
                policy,
                withAttached: true,
                cancellationToken
            );
        });
        if (line.GetValue(_output) is { Length: > 0 } path)
            await WriteAsync(path, report);
        if (line.GetValue(_json))
            Host.Screen.Write(ToolJson.Text(ReportJson.Of(report)));
        else if (line.GetValue(_output) != "-" && report.Comparison is { } comparison)
            Host.Screen.Write(PlainText.Line(comparison.Reason));
        return ExitCodes.Success;
    }

    private async Task WriteAsync(string path, ImageReport report)
    {
        if (path == "-")
        {
            Host.Screen.Output.Write(Page.Of(report));
            return;
        }

        await Page.WriteAsync(Host.PathOf(path), report);
        Host.Screen.Note(
            $"{path}: {ByteSize.Text(report.Bytes)} in {report.Layers.Length} "
                + (report.Layers.Length == 1 ? "layer" : "layers")
        );
    }
}
