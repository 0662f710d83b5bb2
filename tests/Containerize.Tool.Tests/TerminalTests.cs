using System.Text.RegularExpressions;
using Containerize.TestKit.Tools;

namespace Containerize.Tool.Tests;

/// <summary>What is different on a terminal: <c>script</c> of util-linux is one.</summary>
public sealed partial class TerminalTests(ToolMachine machine)
{
    private const char Escape = '\e';

    [Fact]
    public async Task On_a_terminal_there_are_colours_and_elsewhere_none()
    {
        Assert.Contains(
            $"{Escape}[1mDockerfile",
            await OnTerminalAsync("inspect", $"oci:{machine.Small.Folder}"),
            StringComparison.Ordinal
        );
        Assert.Contains(
            $"{Escape}[31merror",
            await OnTerminalAsync("inspect", "oci:/nowhere"),
            StringComparison.Ordinal
        );
        var plain = await machine.RunAsync("inspect", "oci:/nowhere");
        Assert.DoesNotContain(Escape, plain.Output + plain.Error);
    }

    [Fact]
    public async Task NO_COLOR_takes_the_colours_away()
    {
        Assert.DoesNotMatch(Colour(), await OnTerminalAsync("NO_COLOR=1", "inspect", $"oci:{machine.Small.Folder}"));
        Assert.DoesNotMatch(Colour(), await OnTerminalAsync("NO_COLOR=1", "inspect", "oci:/nowhere"));
    }

    [Fact]
    public async Task A_terminal_that_can_nothing_gets_nothing() =>
        Assert.DoesNotContain(Escape, await OnTerminalAsync("TERM=dumb", "verify", $"oci:{machine.Small.Folder}"));

    [Fact]
    public async Task A_long_copy_shows_bars_and_takes_them_away()
    {
        var registry = await machine.Registry;
        var folder = machine.Folder.Create("terminal");
        await MakeLargeAsync(folder);
        var text = await OnTerminalAsync("copy", $"oci:{folder}/layout", $"{registry.Address}/terminal/app:1");
        Assert.Contains("Sending", text, StringComparison.Ordinal);
        Assert.Contains("━", text, StringComparison.Ordinal);
        // The cursor is shown again at the end.
        Assert.True(
            text.LastIndexOf($"{Escape}[?25h", StringComparison.Ordinal)
                > text.LastIndexOf($"{Escape}[?25l", StringComparison.Ordinal),
            "the cursor stays hidden"
        );
        Assert.Contains($"-> {registry.Address}/terminal/app:1", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(120)]
    public async Task A_build_with_long_lines_leaves_nothing_on_the_terminal(int columns)
    {
        var folder = machine.Folder.Create($"terminal-{columns}");
        var cancellationToken = TestContext.Current.CancellationToken;
        File.Copy("/bin/busybox", Path.Combine(folder, "busybox"));
        var words = string.Join(' ', Enumerable.Repeat("a-long-word", 20));
        await File.WriteAllTextAsync(
            Path.Combine(folder, "Dockerfile"),
            $"""
            FROM scratch AS one
            COPY busybox /bin/busybox
            SHELL ["/bin/busybox", "sh", "-c"]
            RUN for i in 1 2 3 4; do echo {words} $i; busybox sleep 0.7; done
            FROM scratch
            COPY --from=one /bin/busybox /bin/busybox
            SHELL ["/bin/busybox", "sh", "-c"]
            RUN echo {words}; busybox sleep 1
            """,
            cancellationToken
        );
        var tool = await machine.Tool;
        await using var terminal = await Tmux.StartAsync(
            folder,
            columns,
            $"NO_COLOR=1 XDG_CACHE_HOME='{folder}/cache' '{tool.Program}' build . -t acme/shop --output "
                + "oci:out; echo EXIT=$?"
        );
        var seen = await terminal.WaitForAsync("EXIT=", cancellationToken);
        // Rows that go on: a spinner, and the time so far.
        Assert.Contains(seen, text => RunningRow().IsMatch(text));
        var lines = seen[^1].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("EXIT=0", lines);
        Assert.DoesNotContain(lines, line => line.Any(letter => letter is '━' or '╌' or (>= '\u2800' and <= '\u28ff')));
        Assert.All(lines, line => Assert.Matches(FinalLine(), line));
        // Whole lines: what stays of a row stands at the end of a line that is written over it.
        const string Shell = "SHELL [\"/bin/busybox\", \"sh\", \"-c\"]";
        Assert.Equal(
            [
                "1 1/2] COPY --from=one /bin/busybox /bin/busybox TIME SIZE",
                $"1 2/2] RUN echo {words}; busybox sleep 1 TIME",
                "1] FROM scratch",
                $"1] {Shell}",
                "one 1/2] COPY busybox /bin/busybox TIME SIZE",
                $"one 2/2] RUN for i in 1 2 3 4; do echo {words} $i; busybox sleep 0.7; done TIME",
                "one] FROM scratch AS one",
                $"one] {Shell}",
            ],
            lines
                .Where(line => line.StartsWith('['))
                .Select(line => Size().Replace(Elapsed().Replace(line.Split(' ', 2)[1].TrimEnd(), "TIME"), "SIZE"))
                .Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task The_tree_of_an_image_has_bars_and_colours_on_a_terminal_and_neither_elsewhere()
    {
        var small = $"oci:{machine.Small.Folder}";
        var plain = await machine.OutputAsync("inspect", small, "--tree");
        Assert.Matches(@"(?m)^ +\d+ B +\d+\.\d %  layer 1$", plain);
        Assert.Matches(@"(?m)^ +\d+ B +\d+\.\d %  └─ /srv$", plain);
        Assert.DoesNotContain('\e', plain);
        Assert.DoesNotContain('█', plain);
        var coloured = await OnTerminalAsync("inspect", small, "--tree");
        Assert.Matches(@"\e\[[0-9;]*m█+", coloured);
        var uncoloured = await OnTerminalAsync("NO_COLOR=1", "inspect", small, "--tree");
        Assert.Contains('█', uncoloured);
        Assert.DoesNotMatch(@"\e\[[0-9;]*3[0-9][0-9;]*m", uncoloured);
    }

    private async Task<string> OnTerminalAsync(params string[] words)
    {
        var tool = await machine.Tool;
        var variables = words.TakeWhile(word => word.Contains('=', StringComparison.Ordinal)).ToList();
        var command = string.Join(
            ' ',
            new[] { "env", "-u", "NO_COLOR", "TERM=xterm-256color" }
                .Concat(variables)
                .Append(tool.Program)
                .Concat(words.Skip(variables.Count))
                .Select(word => $"'{word}'")
        );
        return (
            await new ShellCommand("script", ["--quiet", "--return", "--command", command, "/dev/null"]).RunAsync()
        ).Output;
    }

    // Bytes that no compressor makes smaller, so that there is something to wait for.
    private static async Task MakeLargeAsync(string folder)
    {
        var bytes = new byte[64 << 20];
        new Random(7).NextBytes(bytes);
        var file = Path.Combine(folder, "large");
        await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
        await Shell.RunAsync("umoci", "init", "--layout", Path.Combine(folder, "layout"));
        await Shell.RunAsync("umoci", "new", "--image", $"{folder}/layout:1");
        await Shell.RunAsync("umoci", "insert", "--image", $"{folder}/layout:1", file, "/large");
        File.Delete(file);
    }

    [GeneratedRegex(@"(?m)^[\u2800-\u28ff] \[linux.*\d\.\ds")]
    private static partial Regex RunningRow();

    [GeneratedRegex(@"^(\[linux/|docker\.io/acme/shop|\d+ steps? done|-> |EXIT=)")]
    private static partial Regex FinalLine();

    [GeneratedRegex(@"(?<= )\d+\.\ds")]
    private static partial Regex Elapsed();

    [GeneratedRegex(@"(?<= )\d+\.\d [KM]iB")]
    private static partial Regex Size();

    // Weight and colour (ECMA-48, SGR); moving about is no colour.
    [GeneratedRegex(@"\e\[[0-9;]*m")]
    private static partial Regex Colour();
}
