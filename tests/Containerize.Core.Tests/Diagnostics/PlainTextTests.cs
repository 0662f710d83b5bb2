using Containerize.Core.Tests.Stores;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Recipes;

namespace Containerize.Core.Tests.Diagnostics;

/// <summary>What others wrote, before it goes to a terminal or into the log of a pipeline.</summary>
public sealed class PlainTextTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("Größe 日本", "Größe 日本")]
    [InlineData("a\e[31mb\ac\u009bd", "a [31mb c d")]
    [InlineData("a\nb\rc\td", "a b c d")]
    [InlineData("a\u202eb\u2066c\u2028d", "a b c d")]
    [InlineData("x ##vso[task.setvariable variable=a]b", "x # #vso[task.setvariable variable=a]b")]
    [InlineData("##[command]x ##teamcity[y", "# #[command]x # #teamcity[y")]
    [InlineData("## Heading", "## Heading")]
    public void A_line_has_nothing_that_a_terminal_or_a_pipeline_obeys(string text, string expected) =>
        Assert.Equal(expected, PlainText.Line(text));

    [Fact]
    public void Lines_and_tabs_stay_where_there_may_be_some() => Assert.Equal("a\n\tb c", PlainText.Lines("a\n\tb\ec"));

    [Fact]
    public void A_message_of_ours_is_clean_whatever_it_cites() =>
        Assert.Equal(
            "'a [2J' x # #vso[y",
            new ContainerizeException(DiagnosticTable.InvalidPath, "'a\e[2J' x ##vso[y").Message
        );

    [Fact]
    public void The_Dockerfile_of_a_hostile_history_has_no_instructions_that_nobody_executed()
    {
        var config = Image
            .Scratch(TestImage.Amd64)
            .Config.WithHistory(default, "RUN /bin/sh -c a\nEOF\nRUN evil\nb\e[2J")
            .WithHistory(default, "CMD [\"x\"]\nENTRYPOINT evil")
            .WithHistory(default, "own\nRUN evil")
            .WithUser("u\nRUN evil");
        var lines = HistoryDockerfile.Of(Image.Scratch(TestImage.Amd64).With(config)).Split('\n');
        Assert.Equal(
            [
                "FROM scratch",
                "RUN <<EOF_",
                "a",
                "EOF",
                "RUN evil",
                "b [2J",
                "EOF_",
                "CMD [\"x\"] ENTRYPOINT evil",
                "# own RUN evil",
                "",
            ],
            lines
        );
    }

    [Fact]
    public void A_config_without_history_has_its_values_in_one_line_each()
    {
        var config = Image
            .Scratch(TestImage.Amd64)
            .Config.WithUser("u\nRUN evil")
            .WithExposedPort("80\nRUN evil")
            .WithLabel("a\nRUN evil", "b");
        var lines = HistoryDockerfile.Of(Image.Scratch(TestImage.Amd64).With(config)).Split('\n');
        Assert.DoesNotContain(lines, line => line.StartsWith("RUN", StringComparison.Ordinal));
    }
}
