namespace Containerize.Bench;

/// <summary>What the product promises about its speed, with what was measured of it.</summary>
/// <param name="report">The measurements.</param>
internal sealed class Demands(Report report)
{
    private const string SelfContained = "self-contained",
        FrameworkDependent = "framework-dependent",
        Many = "10,000 files";

    /// <summary>Writes the table; a case that was not measured is left out.</summary>
    public void Write(TextWriter output)
    {
        output.WriteLine("| case | at most | ours | the SDK's | met |");
        output.WriteLine("|---|--:|--:|--:|---|");
        Time(SelfContained, "tarball", "unchanged", 0.05);
        Time(SelfContained, "push", "unchanged", 0.10);
        Line(
            $"{SelfContained}, unchanged, push: bytes of blobs and manifests sent",
            0,
            Sent("ours", "unchanged"),
            Sent("sdk", "unchanged"),
            "0"
        );
        Time(SelfContained, "push", "one line", 0.35);
        Line(
            $"{SelfContained}, one line changed, push: bytes of blobs sent",
            3 * Changed("one line"),
            Blobs(SelfContained, "ours", "one line"),
            Blobs(SelfContained, "sdk", "one line"),
            "0"
        );
        Time(SelfContained, "push", "fresh machine", 0.15);
        Line(
            $"{SelfContained}, fresh machine, push: bytes of blobs sent",
            3 * Changed("fresh machine"),
            Blobs(SelfContained, "ours", "fresh machine"),
            Blobs(SelfContained, "sdk", "fresh machine"),
            "0"
        );
        Time(SelfContained, "tarball", "first", 0.4 * Seconds(SelfContained, "sdk", "tarball", "first"));
        Time(SelfContained, "push", "first", 0.5 * Seconds(SelfContained, "sdk", "push", "first"));
        Line(
            $"{SelfContained}, everything cold: bytes of layers",
            1.02 * Fresh("sdk"),
            Fresh("ours"),
            Fresh("sdk"),
            "0"
        );
        Time(FrameworkDependent, "push", "first", Seconds(FrameworkDependent, "sdk", "push", "first"));
        Line(
            $"{Many}, everything cold, tarball: milliseconds added for each file",
            2 * PerFile("300 files", 300, "ours"),
            PerFile(Many, 10_000, "ours"),
            PerFile(Many, 10_000, "sdk"),
            "0.00"
        );
        Time(Many, "tarball", "unchanged", 0.3);
        Line(
            "the most memory of any case, MiB over a plain publish",
            60,
            report.MostMemory("ours"),
            report.MostMemory("sdk"),
            "0"
        );
        Line(
            "20 services, push: bytes of blobs sent",
            1.05 * report.Transfer("20 services", "ours", "first")?.Fresh,
            Blobs("20 services", "ours", "first"),
            Blobs("20 services", "sdk", "first"),
            "0"
        );

        void Time(string work, string sink, string scenario, double? most) =>
            Line(
                $"{work}, {(scenario == "first" ? "everything cold" : scenario)}, {sink}: seconds added",
                most,
                Seconds(work, "ours", sink, scenario),
                Seconds(work, "sdk", sink, scenario),
                "0.00"
            );

        void Line(string what, double? most, double? ours, double? sdks, string format)
        {
            if (ours is { } own && most is { } limit)
                output.WriteLine(
                    $"| {what} | {limit.ToString(format)} | {own.ToString(format)} | {sdks?.ToString(format)} "
                        + $"| {(own <= limit ? "yes" : "no")} |"
                );
        }
    }

    private double? Seconds(string work, string way, string sink, string scenario) =>
        report.Added(work, way, sink, scenario)?.Seconds;

    private double? PerFile(string work, int files, string way) =>
        Seconds(work, way, "tarball", "first") * 1000 / files;

    private double? Sent(string way, string scenario) =>
        report.Transfer(SelfContained, way, scenario) is { Traffic: var traffic }
            ? traffic.Blobs + traffic.Manifests
            : null;

    private double? Blobs(string work, string way, string scenario) =>
        report.Transfer(work, way, scenario)?.Traffic.Blobs;

    private double? Changed(string scenario) => report.Transfer(SelfContained, "ours", scenario)?.Changed;

    private double? Fresh(string way) => report.Transfer(SelfContained, way, "first")?.Fresh;
}
