namespace Containerize.Inspection.Report.Pages;

/// <summary>The Dockerfile that would make the image.</summary>
internal static class DockerfileSection
{
    public static void Write(Html html, ImageReport report)
    {
        html.Leaf(
            "p",
            "What would make the image, as far as its history tells. A layer whose files no instruction names is a tar."
        );
        html.Open("pre", "class", "scroll", "tabindex", "0", "role", "group", "aria-label", "Dockerfile")
            .Leaf("code", report.Dockerfile)
            .CloseLine();
    }
}
