using System.CommandLine;
using Containerize.Diagnostics;
using Containerize.Inspection.Report.Sizes;
using Containerize.Tool.Output;

namespace Containerize.Tool.Commands;

/// <summary><c>containerize explain IMAGE [--against IMAGE]</c>.</summary>
internal sealed class ExplainCommand : ToolCommand
{
    private readonly Argument<string> _image = CommonOptions.Operand(
        new Argument<string>("image") { Description = CommonOptions.References }
    );

    private readonly Option<string> _against = new("--against")
    {
        Description = "The image whose digest is another one, usually the one before it: says why they differ.",
        HelpName = "IMAGE",
    };
    private readonly Option<string> _platform = CommonOptions.OnePlatform(
        "The platform to explain of several; the first of the index by default."
    );
    private readonly Option<string> _engine = CommonOptions.Engine();

    public ExplainCommand(ToolHost host)
        : base(host, "explain", "Says in ten lines why an image is as large as it is, or why its digest changed.")
    {
        Add(_image);
        Add(_against);
        Add(_platform);
        Add(_engine);
        Examples =
        [
            ("containerize explain registry.example/shop:v2", "says where the bytes of the image are"),
            (
                "containerize explain registry.example/shop:v2 --against registry.example/shop:v1",
                "says why the digest of v2 is not that of v1"
            ),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var (name, against) = (line.GetRequiredValue(_image), line.GetValue(_against));
        var report = await Host.Screen.ShowAsync(async progress =>
        {
            using var client = Host.CreateClient([], progress, [name, .. new[] { against }.OfType<string>()]);
            using var images = new ReportedImages(Host, line.GetRequiredValue(_engine), client);
            return await images.ReadAsync(
                name,
                against,
                [],
                CommonOptions.ReadPlatform(line, _platform),
                key: null,
                policy: null,
                withAttached: false,
                cancellationToken
            );
        });
        foreach (var sentence in report.Comparison is null ? SizeReasons.Of(report) : ChangeReasons.Of(report))
            Host.Screen.Write(PlainText.Line(sentence));
        return ExitCodes.Success;
    }
}
