using System.Text;
using Containerize.Dockerfiles.Execution;

namespace Containerize.Core.Tests.Dockerfiles.Execution;

/// <summary>What a command writes is shown without the secrets it was given, wherever a long line is cut.</summary>
public sealed class RedactingLineReaderTests
{
    private const int Cut = 16 * 1024;
    private const string Secret = "SECRET-abc123xyz";

    [Fact]
    public async Task A_secret_is_hidden_wherever_it_lies_to_the_cut_of_a_long_line()
    {
        for (var before = Cut - 40; before <= Cut + 40; before++)
        {
            var shown = await ShownAsync($"{new string('.', before)}{Secret}{new string('.', 50)}{Secret}\nend\n");
            var all = string.Concat(shown);
            Assert.Equal(new string('.', before) + "***" + new string('.', 50) + "***end", all);
            Assert.Equal("end", shown[^1]);
        }
    }

    [Fact]
    public async Task A_line_of_secrets_alone_is_hidden_to_the_last()
    {
        var all = string.Concat(await ShownAsync(string.Concat(Enumerable.Repeat(Secret, 5000))));
        Assert.DoesNotContain("SECRET", all, StringComparison.Ordinal);
        Assert.DoesNotContain("xyz", all, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_line_without_secrets_is_cut_as_it_is()
    {
        var lines = new List<string>();
        await ReadAsync(
            new RedactingLineReader(lines.Add, []),
            new string('a', Cut) + "\n" + new string('b', Cut + 1) + "\n"
        );
        Assert.Equal([new string('a', Cut), new string('b', Cut), "b"], lines);
    }

    private static async Task<List<string>> ShownAsync(string text)
    {
        var lines = new List<string>();
        await ReadAsync(
            new RedactingLineReader(lines.Add, [Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes("other")]),
            text
        );
        return lines;
    }

    private static async Task ReadAsync(RedactingLineReader lines, string text)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        await lines.ReadAsync(stream, TestContext.Current.CancellationToken);
    }
}
