using System.Globalization;

namespace Containerize.TestKit.Tools;

/// <summary>What a process left behind: how it was called, its exit code and its output.</summary>
/// <param name="CommandLine">The program and its arguments, for messages.</param>
/// <param name="ExitCode">0 is success.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
public sealed record CommandResult(string CommandLine, int ExitCode, string Output, string Error)
{
    /// <summary>Standard output without the line break at its end.</summary>
    public string Text => Output.TrimEnd();

    /// <summary>All lines of both streams.</summary>
    public IReadOnlyList<string> Lines =>
        (Output + "\n" + Error).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>This result; a failed test with the whole output where the exit code is another.</summary>
    public CommandResult Expect(int exitCode)
    {
        if (ExitCode != exitCode)
            Assert.Fail(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{CommandLine}\nended with {ExitCode}, expected {exitCode}.\n{Report}"
                )
            );
        return this;
    }

    private string Report => $"--- output\n{Output}\n--- error\n{Error}";
}
