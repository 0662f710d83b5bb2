namespace Containerize.Bench;

/// <summary>The rows of the README's table that are measured; bench.sh --record puts them there.</summary>
/// <param name="report">The measurements.</param>
internal sealed class ReadmeRows(Report report)
{
    private const string Work = "self-contained";

    private static readonly (string Name, string Scenario)[] Times =
    [
        ("everything cold", "first"),
        ("nothing changed", "unchanged"),
        ("a changed line", "one line"),
        ("a changed line, on a machine without a cache", "fresh machine"),
    ];

    /// <summary>Writes the rows; none where what they need was not measured.</summary>
    public void Write(TextWriter output)
    {
        if (
            report.Added(Work, "buildah", "push", "fresh machine") is null
            || report.Transfer(Work, "ours", "one line") is not { } ours
            || report.Transfer(Work, "sdk", "one line") is not { } sdks
        )
            return;
        output.WriteLine("\nThe rows of the README:\n");
        output.WriteLine(
            "| | Containerize | `PublishContainer` of the SDK | a Dockerfile (buildah) " + "| Jib (Java), ko (Go) |"
        );
        output.WriteLine("|---|---|---|---|---|");
        output.WriteLine(
            $"| a changed line sends | {ours.Traffic.Blobs:N0} bytes | {sdks.Traffic.Blobs:N0} bytes "
                + "| the layer of its `COPY` | classes alone; the program |"
        );
        foreach (var (name, scenario) in Times)
            output.WriteLine(
                $"| {name} | {Seconds("ours", scenario)} | {Seconds("sdk", scenario)} "
                    + $"| {Seconds("buildah", scenario)} | not measured |"
            );
    }

    private string Seconds(string way, string scenario) =>
        $"{report.Added(Work, way, "push", scenario)!.Seconds:0.00} s";
}
