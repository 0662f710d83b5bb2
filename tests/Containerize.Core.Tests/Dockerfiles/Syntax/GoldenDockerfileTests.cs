using System.Globalization;
using System.Text.RegularExpressions;
using Containerize.Diagnostics;
using Containerize.Dockerfiles.Steps;
using Containerize.Dockerfiles.Syntax;

namespace Containerize.Core.Tests.Dockerfiles.Syntax;

/// <summary>
/// Generated Dockerfiles against what BuildKit's parser says of them. <c>Golden/record.go</c> wrote the results and
/// says from which sources: the first row is about the file, each other one an instruction with its line, its options
/// and its arguments.
/// </summary>
public partial class GoldenDockerfileTests
{
    private static readonly string[] Error = ["error"];

    private static readonly Lazy<Golden[]> All = new(() => [.. GoldenData.Read<Golden>("dockerfiles.jsonl.gz")]);

    // In groups, so that a failure shows several kinds.
    public static TheoryData<int> Groups => [.. Enumerable.Range(0, 24)];

    [Theory]
    [MemberData(nameof(Groups))]
    public void A_Dockerfile_means_what_it_does_to_BuildKit(int group)
    {
        var different = All
            .Value.Where((_, at) => at % 24 == group)
            .Select(golden =>
                (
                    golden.Text,
                    Expected: Show(HasWrongTrigger(golden) ? [Error] : golden.Rows.Select(WithPlainTrigger)),
                    Actual: Show(Rows(golden.Text))
                )
            )
            .Where(row => row.Expected != row.Actual)
            .ToList();
        Assert.True(
            different.Count == 0,
            $"{different.Count} differ:\n"
                + string.Join(
                    "\n",
                    different
                        .Take(5)
                        .Select(row =>
                            $"--- {GoldenData.Quote(row.Text)}\nBuildKit: {row.Expected}\nhere:     {row.Actual}"
                        )
                )
        );
    }

    [Fact]
    public void There_are_two_thousand_of_every_kind()
    {
        var kinds = All
            .Value.SelectMany(golden => golden.Rows)
            .GroupBy(row => row[0], StringComparer.Ordinal)
            .ToDictionary(kind => kind.Key, kind => kind.Count(), StringComparer.Ordinal);
        Assert.InRange(All.Value.Length, 2000, 100000);
        Assert.InRange(kinds["error"], 1, All.Value.Length / 2);
        Assert.All(
            [
                "ADD",
                "ARG",
                "CMD",
                "COPY",
                "ENTRYPOINT",
                "ENV",
                "EXPOSE",
                "FROM",
                "HEALTHCHECK",
                "LABEL",
                "MAINTAINER",
                "ONBUILD",
                "RUN",
                "SHELL",
                "STOPSIGNAL",
                "USER",
                "VOLUME",
                "WORKDIR",
            ],
            name => Assert.InRange(kinds[name], 20, 100000)
        );
    }

    // On purpose (docs/dockerfile.md): a trigger that no build could do is an error, and not kept.
    private static bool HasWrongTrigger(Golden golden) =>
        golden.Rows.Any(row => row[0] == "ONBUILD" && Rows("FROM scratch\n" + WithPlainTrigger(row)[^1])[0] == Error);

    // On purpose, too: BuildKit's own word stays in a trigger where Unicode's other blanks stand around it.
    private static string[] WithPlainTrigger(string[] row) =>
        row[0] == "ONBUILD" ? [.. row[..^1], OwnWord().Replace(row[^1], "")] : row;

    [GeneratedRegex(@"^\s*(ONBUILD\s)?\s*", RegexOptions.IgnoreCase)]
    private static partial Regex OwnWord();

    private static string Show(IEnumerable<string[]> rows) =>
        string.Join("\n          ", rows.Select(row => string.Join(" | ", row.Select(GoldenData.Quote))));

    private static List<string[]> Rows(string text)
    {
        try
        {
            var file = Dockerfile.Parse("Dockerfile", text);
            var all = file
                .Arguments.Concat(file.Stages.SelectMany(stage => stage.Instructions.Prepend(stage.From)))
                .ToList();
            return
            [
                [
                    file.Directives.Escape.ToString(),
                    file.Directives.Check?.Text ?? "",
                    Number(all.Count(instruction => instruction.Line.EmptyLine is not null)),
                ],
                .. all.Select(Row),
            ];
        }
        catch (ContainerizeException)
        {
            return [Error];
        }
    }

    private static string[] Row(InstructionSyntax syntax)
    {
        var name = syntax.Line.Words(0)[0].Text;
        var flags = InstructionFlags.Read(syntax.Line, name.Length, GoldenData.EscapeOf(syntax.Line.Source));
        return
        [
            name.ToUpperInvariant(),
            Number(syntax.Line.Pieces[0].Line + 1),
            string.Join(
                '\n',
                flags.Values.Select(flag => flag.Value is { } value ? $"--{flag.Name}={value}" : $"--{flag.Name}")
            ),
            .. Arguments(syntax),
        ];
    }

    private static IEnumerable<string> Arguments(InstructionSyntax syntax) =>
        syntax switch
        {
            FromSyntax from => [from.Image.Text, from.Name ?? ""],
            ArgSyntax arg => arg.Arguments.Select(pair =>
                pair.Value is { } value ? $"{pair.Name}={value}" : pair.Name.Text
            ),
            EnvSyntax env => env.Variables.SelectMany(Pair),
            LabelSyntax label => label.Labels.SelectMany(Pair),
            MaintainerSyntax maintainer => [maintainer.Author.Text],
            WorkdirSyntax workdir => [workdir.Path.Text],
            UserSyntax user => [user.User.Text],
            StopSignalSyntax signal => [signal.Signal.Text],
            ExposeSyntax expose => expose.Ports.Select(port => port.Text).Order(StringComparer.Ordinal),
            VolumeSyntax volume => volume.Paths.Select(path => path.Text),
            ShellSyntax shell => shell.Words,
            CmdSyntax cmd => Command(cmd.Command),
            EntrypointSyntax entrypoint => Command(entrypoint.Command),
            RunSyntax run =>
            [
                .. Command(run.Command),
                .. run.Line.Heredocs.SelectMany(text =>
                    new[] { "<<" + text.Name, text.RawContent, text.StripsTabs ? "chomp" : "" }
                ),
            ],
            CopySyntax copy =>
            [
                .. copy.Sources.Where(word => Heredoc.Parse(word) is null).Select(word => word.Text),
                .. copy.Sources.SelectMany(word => Text(copy, word)),
                copy.Destination.Text,
            ],
            HealthcheckSyntax health => Health(health),
            OnbuildSyntax onbuild => [onbuild.Trigger],
            _ => throw new InvalidOperationException(syntax.ToString()),
        };

    private static string[] Pair(PairSyntax pair) =>
        [pair.Name.Text, pair.Value?.Text ?? "", pair.IsOldForm ? "old" : ""];

    private static string[] Command(CommandSyntax command) =>
        command.Words is { } words ? ["list", .. words]
        : command.Text.Length > 0 ? ["", command.Text]
        : [""];

    private static string[] Text(CopySyntax copy, SourceWord word) =>
        Heredoc.Parse(word) is not { } named ? []
        : CopyStep.TextOf(copy, named) is var text ? ["<<" + named.Name, text.Content, named.Expands ? "expand" : ""]
        : [];

    private static string[] Health(HealthcheckSyntax syntax)
    {
        var check = ConfigInstructions.Check(syntax);
        return
        [
            .. check.Test,
            .. new[] { check.Interval, check.Timeout, check.StartPeriod, check.StartInterval }.Select(time =>
                Number((time ?? TimeSpan.Zero).Ticks * 100)
            ),
            Number(check.Retries ?? 0),
        ];
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed record Golden(string Text, string[][] Rows);
}
