using System.Text.RegularExpressions;
using Containerize.TestKit.Tools;

namespace Containerize.Tests.Projects;

/// <summary>How a publish ended.</summary>
public sealed partial record PublishResult(CommandResult Command)
{
    /// <summary>The errors and warnings that carry a code, each once, as <c>error CTZ0001</c>.</summary>
    public IReadOnlyList<string> Codes =>
        [
            .. Command
                .Lines.Select(line => Coded().Match(line))
                .Where(match => match.Success)
                .Select(match => $"{match.Groups["kind"]} {match.Groups["code"]}")
                .Distinct(StringComparer.Ordinal),
        ];

    /// <summary>All lines that the SDK wrote.</summary>
    public IReadOnlyList<string> Lines => Command.Lines;

    /// <summary>This result; a failed test with the whole output where the publish failed.</summary>
    public PublishResult Succeeded()
    {
        Command.Expect(0);
        return this;
    }

    /// <summary>The one message of a publish that must fail with exactly one coded error.</summary>
    /// <param name="code">The error's code.</param>
    public string FailedWith(string code)
    {
        Command.Expect(1);
        var errors = Codes.Where(line => line.StartsWith("error", StringComparison.Ordinal));
        if (!errors.SequenceEqual([$"error {code}"]))
            Assert.Fail($"Expected {code} alone:\n{string.Join('\n', Lines)}");
        Assert.DoesNotContain(Lines, line => line.StartsWith("at ", StringComparison.Ordinal));
        return Lines.First(line => line.Contains($"error {code}", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"\b(?<kind>error|warning) (?<code>[A-Za-z]+\d+) ?:")]
    private static partial Regex Coded();
}
