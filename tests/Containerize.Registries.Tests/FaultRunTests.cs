using System.Globalization;
using Containerize.Diagnostics;
using Containerize.Images;
using Containerize.Stores.Registries;
using Containerize.TestKit.Images;
using Containerize.TestKit.Servers;

namespace Containerize.Registries.Tests;

/// <summary>
/// Hundreds of pushes and pulls with one fault each. Each ends with the right image, or with a code and without a wrong
/// image; none hangs, and no exception but ours comes out.
/// </summary>
public sealed class FaultRunTests : RealRegistryTest
{
    private const int PointsOfEachKind = 20;

    /// <summary>What takes longer hangs; no run that passes comes near it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly Image Small = TestImages.Create("small", 20_000, 3, 6_000);

    private static readonly RegistryOptions Impatient = Options with
    {
        StallLimit = TimeSpan.FromSeconds(0.5),
        AnswerLimit = TimeSpan.FromSeconds(0.5),
        ConnectLimit = TimeSpan.FromSeconds(0.5),
    };

    [Fact]
    public async Task Every_fault_ends_in_the_right_image_or_in_a_code()
    {
        await using var registry = await DockerRegistry.StartAsync(Folder.Create("faults"));
        await PushAsync(registry.Address, Small, repository: "whole");
        var table = new Dictionary<(bool Push, FaultPlace Place, FaultKind Kind), List<string>>();
        foreach (var push in new[] { true, false })
        {
            foreach (var fault in await FaultsAsync(registry, push))
            {
                var name =
                    $"faulty/{(push ? "push" : "pull")}-{fault.Place}-{fault.Kind}-{fault.At}".ToLowerInvariant();
                var outcome = await RunAsync(registry, push, fault, push ? name : "whole");
                (
                    table.TryGetValue((push, fault.Place, fault.Kind), out var outcomes)
                        ? outcomes
                        : table[(push, fault.Place, fault.Kind)] = []
                ).Add(outcome);
            }
        }

        foreach (var ((push, place, kind), outcomes) in table)
            TestContext.Current.TestOutputHelper?.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{(push ? "push" : "pull")} {place, -8} {kind, -8} {outcomes.Count, 4}   {Counts(outcomes)}"
                )
            );
        var all = table.Values.SelectMany(outcomes => outcomes).ToArray();
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{all.Length} faults: {all.Count(outcome => outcome == "right")} right, "
                + $"{all.Count(outcome => outcome.StartsWith("CTZ", StringComparison.Ordinal))} coded"
        );
        Assert.InRange(all.Count(outcome => outcome != "missed"), 300, 1000);
    }

    private static async Task<string> RunAsync(DockerRegistry registry, bool push, Fault fault, string repository)
    {
        await using var proxy = new FaultProxy(registry.Address, fault);
        try
        {
            if (push)
                await PushAsync(proxy.Address, Small, Impatient, repository)
                    .WaitAsync(Patience, TestContext.Current.CancellationToken);
            else
                Assert.Equal(
                    Small.Digest,
                    (
                        await PullAsync(proxy.Address, Impatient, repository)
                            .WaitAsync(Patience, TestContext.Current.CancellationToken)
                    ).Digest
                );
            if (push)
                Assert.Equal(Small.Digest, (await PullAsync(registry.Address, repository: repository)).Digest);
            return proxy.HasStruck ? "right" : "missed";
        }
        catch (ContainerizeException exception)
        {
            if (push)
                await AssertNothingWrongAsync(registry, repository);
            return exception.Diagnostic.Code;
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"{(push ? "push" : "pull")} {fault}", exception);
        }
    }

    // The tag is not there, or it is the image.
    private static string Counts(IEnumerable<string> outcomes) =>
        string.Join(
            "  ",
            outcomes
                .GroupBy(outcome => outcome)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => $"{group.Key} {group.Count()}")
        );

    private static async Task AssertNothingWrongAsync(DockerRegistry registry, string repository)
    {
        try
        {
            Assert.Equal(Small.Digest, (await PullAsync(registry.Address, repository: repository)).Digest);
        }
        catch (ContainerizeException exception)
        {
            Assert.Equal(DiagnosticTable.ImageNotFound, exception.Diagnostic);
        }
    }

    // Every kind at points spread over all bytes of a run without faults, and at each of its connections.
    private static async Task<List<Fault>> FaultsAsync(DockerRegistry registry, bool push)
    {
        await using var proxy = new FaultProxy(registry.Address, null);
        if (push)
            await PushAsync(proxy.Address, Small, Impatient, "measured");
        else
            await PullAsync(proxy.Address, Impatient, "whole");
        var faults = new List<Fault>();
        foreach (var kind in Enum.GetValues<FaultKind>())
        {
            for (var connection = 0; connection < proxy.Count(FaultPlace.Connect); connection++)
                faults.Add(new Fault(FaultPlace.Connect, kind, connection));
            foreach (var place in new[] { FaultPlace.Request, FaultPlace.Response })
            {
                var total = proxy.Count(place);
                for (var point = 0; point < PointsOfEachKind; point++)
                    faults.Add(new Fault(place, kind, total * point / PointsOfEachKind + point * 7 % 31));
            }
        }

        return faults;
    }
}
