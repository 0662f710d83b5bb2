using System.CommandLine;
using Containerize.Inspection.Diff;
using Containerize.Tool.Output;

namespace Containerize.Tool.Commands;

/// <summary><c>containerize diff A B</c>.</summary>
internal sealed class DiffCommand : ToolCommand
{
    private const string Times = "times";
    private const string History = "history";
    private const string Layers = "layers";

    private readonly Argument<string> _a = CommonOptions.Operand(
        new Argument<string>("a") { Description = CommonOptions.References }
    );
    private readonly Argument<string> _b = CommonOptions.Operand(
        new Argument<string>("b") { Description = "The image that it is compared with, in the same words." }
    );
    private readonly Option<string> _platform = CommonOptions.OnePlatform(
        "The platform to compare of several; this machine's by default."
    );
    private readonly Option<string[]> _ignore = new("--ignore")
    {
        Description = "What does not count, ',' between: times, history, layers (how files are split and stored).",
        HelpName = "times,history,layers",
    };

    private readonly Option<bool> _json = CommonOptions.Json();
    private readonly Option<string> _engine = CommonOptions.Engine();

    public DiffCommand(ToolHost host)
        : base(
            host,
            "diff",
            "Compares two images: config, layers, and file by file. Ends with 0 for the same, 1 for "
                + "different, 2 for trouble."
        )
    {
        _ignore.CompletionSources.Add(Times, History, Layers);
        _ignore.Validators.Add(result =>
        {
            foreach (
                var word in result.Tokens.SelectMany(token => token.Value.Split(',')).Except([Times, History, Layers])
            )
                result.AddError($"'{word}' is nothing that can be ignored: {Times}, {History} and {Layers} are.");
        });
        Add(_a);
        Add(_b);
        Add(_platform);
        Add(_ignore);
        Add(_json);
        Add(_engine);
        Examples =
        [
            (
                "containerize diff registry.example/shop:v1 registry.example/shop:v2",
                "shows what changed between two versions"
            ),
            (
                "containerize diff oci:mine daemon:theirs --ignore times,history,layers",
                "compares what containers of two images see"
            ),
        ];
    }

    protected override int Failure => ExitCodes.Usage;

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var ignored = (line.GetValue(_ignore) ?? [])
            .SelectMany(words => words.Split(','))
            .ToHashSet(StringComparer.Ordinal);
        var settings = new ComparisonSettings
        {
            Times = !ignored.Contains(Times),
            History = !ignored.Contains(History),
            Layers = !ignored.Contains(Layers),
        };
        var (a, b, engine) = (line.GetRequiredValue(_a), line.GetRequiredValue(_b), line.GetRequiredValue(_engine));
        var platform = CommonOptions.ReadPlatform(line, _platform);
        var comparison = await Host.Screen.ShowAsync(async progress =>
        {
            using var client = Host.CreateClient([], progress, a, b);
            using var left = await OpenedImages.OpenAsync(Host, a, engine, client, cancellationToken);
            using var right = await OpenedImages.OpenAsync(Host, b, engine, client, cancellationToken);
            return await ImageComparison.RunAsync(
                await left.ReadOneAsync(platform, cancellationToken),
                await right.ReadOneAsync(platform, cancellationToken),
                settings,
                cancellationToken
            );
        });
        if (line.GetValue(_json))
            Host.Screen.Write(DiffJson.Of(a, b, comparison));
        else
            new DiffText(Host.Screen).Write(a, b, comparison);
        return comparison.AreSame ? ExitCodes.Success : ExitCodes.No;
    }
}
