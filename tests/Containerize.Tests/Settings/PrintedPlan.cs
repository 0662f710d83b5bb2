using System.Collections.Immutable;
using Containerize.Tests.Projects;

namespace Containerize.Tests.Settings;

/// <summary>A plan as it was printed.</summary>
/// <param name="Text">All lines, each without the indentation that the logger gives all of them.</param>
public sealed record PrintedPlan(string Text)
{
    /// <summary>Layer, reason, path and size of each file.</summary>
    public ImmutableArray<(string Layer, string Why, string Path, string Size)> Files { get; } = [.. Read(Text)];

    /// <summary>The Dockerfile.</summary>
    public string Dockerfile { get; } =
        string.Concat(Section(Text, "Dockerfile", "Written to").Select(line => line[2..] + "\n"));

    public static PrintedPlan Of(PublishResult result)
    {
        var lines = result.Succeeded().Command.Output.Split('\n').ToList();
        var start = lines.FindIndex(line => line.TrimStart().StartsWith("Image   ", StringComparison.Ordinal));
        Assert.True(start >= 0, result.Command.Output);
        var indentation = lines[start].Length - lines[start].TrimStart().Length;
        return new PrintedPlan(
            string.Join(
                '\n',
                lines
                    .Skip(start)
                    .TakeWhile(line => line.StartsWith(new string(' ', indentation), StringComparison.Ordinal))
                    .Select(line => line[indentation..])
            )
        );
    }

    private static IEnumerable<(string, string, string, string)> Read(string text)
    {
        var (layer, why) = ("", "");
        foreach (var line in Section(text, "Layers, from the lowest", "Dockerfile"))
        {
            if (line.StartsWith("      ", StringComparison.Ordinal))
                yield return (layer, why, line.Trim().Split("  ")[0], line.Trim().Split("  ")[^1].Trim());
            else if (line.StartsWith("    ", StringComparison.Ordinal))
                why = line.Trim();
            else
                layer = line.Trim().Split(':')[0];
        }
    }

    private static IEnumerable<string> Section(string text, string from, string to) =>
        text.Split('\n').SkipWhile(line => line != from).Skip(1).TakeWhile(line => line != to);
}
