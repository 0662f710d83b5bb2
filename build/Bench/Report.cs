namespace Containerize.Bench;

/// <summary>What one push sent.</summary>
/// <param name="Who">Who pushed.</param>
/// <param name="Scenario">In which state.</param>
/// <param name="Traffic">What went over the wire.</param>
/// <param name="Fresh">The bytes of layers and configs that its images have and neither their base nor the images of
/// the runs before.</param>
/// <param name="Changed">The compressed size of the assembly that the run changed.</param>
internal sealed record Transfer(Contender Who, string Scenario, Traffic Traffic, long Fresh, long Changed);

/// <summary>The measurements, and what is printed of them.</summary>
internal sealed class Report
{
    private readonly List<(Contender Who, string Scenario, Cost Cost)> _costs = [];
    private readonly List<Transfer> _transfers = [];

    public void Add(Contender who, string scenario, Cost cost) => _costs.Add((who, scenario, cost));

    public void Add(Transfer transfer) => _transfers.Add(transfer);

    /// <summary>What one push sent; null where it was not measured.</summary>
    public Transfer? Transfer(string work, string way, string scenario) =>
        _transfers.Find(transfer =>
            transfer.Who.Work.Name == work && transfer.Who.Way == way && transfer.Scenario == scenario
        );

    /// <summary>What an image costs over a plain publish of the same state; null where it was not measured.</summary>
    public Cost? Added(string work, string way, string sink, string scenario) =>
        Median(work, way, sink, scenario) is { } own && Median(work, "plain", "none", scenario) is { } plain
            ? own - plain
            : null;

    /// <summary>The most memory over a plain publish of the same state in any case, in MiB.</summary>
    public double? MostMemory(string way) =>
        _costs
            .Where(cost => cost.Who.Way == way)
            .Max(cost => Added(cost.Who.Work.Name, way, cost.Who.Sink, cost.Scenario)?.Peak);

    /// <summary>Writes what was demanded and whether it is so, then tables of medians.</summary>
    public void Write(TextWriter output)
    {
        new Demands(this).Write(output);
        output.WriteLine(
            "\n\"Added\" is what an image costs over a plain publish of the same state; memory is that of the "
                + "largest process.\n"
        );
        output.WriteLine("| work | into | run | way | seconds | added | processor | added | peak MiB | added |");
        output.WriteLine("|---|---|---|---|--:|--:|--:|--:|--:|--:|");
        foreach (var group in _costs.GroupBy(cost => (cost.Who.Work.Name, cost.Who.Sink, cost.Scenario, cost.Who.Way)))
        {
            var (work, sink, scenario, way) = group.Key;
            var (own, added) = (Median(work, way, sink, scenario)!, Added(work, way, sink, scenario)!);
            output.WriteLine(
                $"| {work} | {sink} | {scenario} | {way} | {own.Seconds:0.00} | {added.Seconds:0.00} "
                    + $"| {own.Processor:0.00} | {added.Processor:0.00} | {own.Peak:0} | {added.Peak:0} |"
            );
        }

        output.WriteLine(
            "\nBytes of one push. \"New\" are layers and configs that neither the base has nor the images of "
                + "the runs above:\n"
        );
        output.WriteLine("| work | run | way | sent | of it layers and configs | of it manifests | new | received |");
        output.WriteLine("|---|---|---|--:|--:|--:|--:|--:|");
        foreach (var (who, scenario, traffic, fresh, _) in _transfers)
            output.WriteLine(
                $"| {who.Work.Name} | {scenario} | {who.Way} | {traffic.Sent} | {traffic.Blobs} | "
                    + $"{traffic.Manifests} | {fresh} | {traffic.Received} |"
            );
        new ReadmeRows(this).Write(output);
    }

    private Cost? Median(string work, string way, string sink, string scenario)
    {
        var costs = _costs
            .Where(cost =>
                cost.Who.Work.Name == work && cost.Who.Way == way && cost.Who.Sink == sink && cost.Scenario == scenario
            )
            .Select(cost => cost.Cost)
            .ToArray();
        return costs.Length == 0
            ? null
            : new Cost(
                Middle(costs.Select(cost => cost.Seconds)),
                Middle(costs.Select(cost => cost.Processor)),
                costs.Max(cost => cost.Peak)
            );
    }

    private static double Middle(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
