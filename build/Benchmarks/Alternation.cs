using System.Diagnostics;
using System.Globalization;

namespace Containerize.Benchmarks;

/// <summary>
/// Both encoders in turn, for a machine that does other things, too: what slows down one round slows down both
/// encoders, so the ratio of a round holds where the times do not.
/// </summary>
internal static class Alternation
{
    private const int Rounds = 25;

    /// <summary>Prints the median of the ratios, and the shortest time of each encoder.</summary>
    public static void Run()
    {
        var benchmarks = new DeflateBenchmarks();
        benchmarks.Setup();
        var rounds = Enumerable
            .Range(0, Rounds)
            .Select(_ => (Own: Time(benchmarks.Own), Library: Time(benchmarks.SharpZipLib)))
            .ToArray();
        var ratios = rounds.Select(round => round.Library / round.Own).Order().ToArray();
        var (own, library) = (rounds.Min(round => round.Own), rounds.Min(round => round.Library));
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"SharpZipLib / own: median {ratios[Rounds / 2]:0.00} of {Rounds} rounds ({ratios[0]:0.00} to "
                    + $"{ratios[^1]:0.00}); shortest {library:0} ms / {own:0} ms = {library / own:0.00}"
            )
        );
    }

    private static double Time(Func<int> encode)
    {
        var clock = Stopwatch.StartNew();
        encode();
        return clock.Elapsed.TotalMilliseconds;
    }
}
