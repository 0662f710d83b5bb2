namespace Containerize.Bench;

/// <summary>The measurements, and what is printed of them.</summary>
internal sealed class Report
{
    private readonly List<(Contender Who, string Scenario, Cost Cost)> _costs = [];
    private readonly List<(Contender Who, string Scenario, (long Sent, long Received) Bytes)> _bytes = [];
    private readonly List<(Contender Who, long Bytes)> _layers = [];

    public void Add(Contender who, string scenario, Cost cost) => _costs.Add((who, scenario, cost));

    public void Add(Contender who, string scenario, (long Sent, long Received) bytes) => _bytes.Add((who, scenario, bytes));

    public void Add(Contender who, long uniqueLayers) => _layers.Add((who, uniqueLayers));

    /// <summary>Writes tables of medians. "Added" is what an image costs over a plain publish of the same state.</summary>
    public void Write(TextWriter output)
    {
        output.WriteLine("| work | into | run | way | seconds | added | added, to the SDK's | processor | added | peak MiB | over plain |");
        output.WriteLine("|---|---|---|---|--:|--:|--:|--:|--:|--:|--:|");
        foreach (var group in _costs.GroupBy(cost => (cost.Who.Work.Name, cost.Who.Sink, cost.Scenario, cost.Who.Way)))
        {
            var (work, sink, scenario, way) = group.Key;
            var (own, plain, sdk) = (Median(work, way, sink, scenario)!, Median(work, "plain", "none", scenario)!, Median(work, "sdk", sink, scenario));
            var ratio = way is "plain" or "sdk" || sdk is null ? "" : $"{(own.Seconds - plain.Seconds) / (sdk.Seconds - plain.Seconds):0.00}";
            output.WriteLine($"| {work} | {sink} | {scenario} | {way} | {own.Seconds:0.00} | {own.Seconds - plain.Seconds:0.00} | {ratio} " +
                $"| {own.Processor:0.00} | {own.Processor - plain.Processor:0.00} | {own.Peak:0} | {own.Peak - plain.Peak:0} |");
        }

        output.WriteLine("\nBytes of one push, and of the different layers that its images have in the registry at the end:\n");
        output.WriteLine("| work | run | way | sent | received | unique layers |");
        output.WriteLine("|---|---|---|--:|--:|--:|");
        foreach (var (who, scenario, (sent, received)) in _bytes)
            output.WriteLine($"| {who.Work.Name} | {scenario} | {who.Way} | {sent} | {received} | {_layers.Find(layers => layers.Who == who).Bytes} |");
    }

    private Cost? Median(string work, string way, string sink, string scenario)
    {
        var costs = _costs.Where(cost => cost.Who.Work.Name == work && cost.Who.Way == way && cost.Who.Sink == sink && cost.Scenario == scenario)
            .Select(cost => cost.Cost).ToArray();
        return costs.Length == 0 ? null
            : new Cost(Middle(costs.Select(cost => cost.Seconds)), Middle(costs.Select(cost => cost.Processor)), costs.Max(cost => cost.Peak));
    }

    private static double Middle(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
