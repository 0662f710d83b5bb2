using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Containerize.Dockerfiles.Checks;

namespace Containerize.Tool.Output;

/// <summary>What the checks of a Dockerfile found, for people and for programs.</summary>
internal static class CheckText
{
    /// <summary>Writes the result of <c>build --check</c> to standard output.</summary>
    public static void Write(Screen screen, ImmutableArray<CheckFinding> findings, bool isJson)
    {
        if (isJson)
        {
            screen.Write(ToolJson.Text(new JsonObject { ["findings"] = Json(findings) }));
            return;
        }

        foreach (var finding in findings)
            screen.Write(finding.ToString());
        screen.Note(
            findings.IsEmpty
                ? "Check complete, nothing was found."
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"Check complete: {findings.Length} found. Each has a page in docs/checks."
                )
        );
    }

    /// <summary>The findings in the order of the file.</summary>
    public static JsonArray Json(ImmutableArray<CheckFinding> findings) =>
        new([
            .. findings.Select(finding => new JsonObject
            {
                ["rule"] = finding.Rule.Name,
                ["file"] = finding.Position.File,
                ["line"] = finding.Position.Line,
                ["column"] = finding.Position.Column,
                ["message"] = finding.Message,
            }),
        ]);
}
