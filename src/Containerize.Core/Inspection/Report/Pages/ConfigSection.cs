using System.Collections.Immutable;
using Containerize.Recipes.Instructions;

namespace Containerize.Inspection.Report.Pages;

/// <summary>How a container of the image is run, in words.</summary>
internal static class ConfigSection
{
    public static void Write(Html html, ImageReport report)
    {
        var config = report.Config;
        html.Open("dl", "class", "facts");
        if (config.User.Length > 0)
            Fact(html, "Runs as", config.User);
        else
            html.Open("div").Leaf("dt", "Runs as").Leaf("dd", "root, since the image names no user").Close();
        Fact(html, "Starts", Words(config.Entrypoint, config.Command));
        Fact(html, "In the folder", config.WorkingDirectory.Length > 0 ? config.WorkingDirectory : "/");
        Fact(html, "Listens on", string.Join(", ", config.Ports));
        Fact(html, "Keeps data in", string.Join(", ", config.Volumes));
        Fact(html, "Ends by", config.StopSignal ?? "");
        Fact(html, "Health check", config.Healthcheck ?? "");
        html.CloseLine();
        Variables(html, "Environment", "Variable", config.Environment);
        Variables(html, "Labels", "Label", config.Labels);
        if (config.Environment.Concat(config.Labels).Any(variable => variable.IsMasked))
            html.Leaf(
                "p",
                "Stars stand for what looks like a secret. The image still holds it, and everybody who can pull the "
                    + "image can read it.",
                "class",
                "note"
            );
    }

    private static string Words(ImmutableArray<string> entrypoint, ImmutableArray<string> command) =>
        entrypoint.IsEmpty && command.IsEmpty ? "" : DockerfileText.Words([.. entrypoint, .. command]);

    private static void Variables(Html html, string title, string head, ImmutableArray<ReportedVariable> variables)
    {
        if (variables.IsEmpty)
            return;
        html.Leaf("h3", title);
        Tables.Open(html, title, false, (head, false), ("Value", false));
        foreach (var variable in variables)
        {
            html.Open("tr");
            Tables.Code(html, variable.Name);
            Tables.Code(html, variable.Value);
            html.CloseLine();
        }

        Tables.Close(html);
    }

    private static void Fact(Html html, string name, string value)
    {
        if (value.Length > 0)
            html.Open("div").Leaf("dt", name).Open("dd").Leaf("code", value).Close().Close();
    }
}
